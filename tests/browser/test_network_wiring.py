"""Réseau runs from first line to last in each of its parts, without a browser."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.serving.server import ROOT


@pytest.fixture(scope="module")
def page(demo_data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QPV_DATA", str(demo_data))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.run()
        app.query_params.clear()
        yield app


def _html(page) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def _words(page) -> str:
    told = [element.value for kind in ("markdown", "caption", "text", "info") for element in
            getattr(page, kind)]  # fmt: skip
    return " ".join([_html(page), *told])


def test_each_part_tells_its_figures(page, demo_analysis, demo_layers):
    page.switch_page("screens/reseau.py").run()
    assert not page.exception
    assert page.title[0].value.startswith("Réseau")
    labels = [one.label for one in page.metric]
    assert labels[:2] == ["Quartiers avec médiation", "Habitants avec médiation"]
    tables = [one.value for one in page.dataframe]
    [shares] = [one for one in tables if "Financeur" in one and "Part du coût" in one]
    assert shares["Financeur"].tolist()[-2:] == ["non précisé", "Total"]
    assert shares["Part du coût"].iloc[-1] == "100,0\u00a0%"
    for published in ("85", "4,5\u00a0M€", "10\u202f000", "118", "52\u202f941", "450", "70", "75"):
        assert published in _html(page)
    assert re.search(r"<caption>La semaine : les services à jours connus</caption>", _html(page))

    page.radio(key="reseau").set_value("demarches").run()
    assert not page.exception
    assert "Au moins 83,3" in _html(page) and "un CLS, un ASV ou un CLSM" in _html(page)
    assert "192 conseils" in _html(page) and "au 01/01/2018" in _html(page)

    page.radio(key="reseau").set_value("groupement").run()
    own = demo_layers["communes"]
    codes = own[own["scope"] == "territory"]["code"].head(3).tolist()
    page.multiselect(key="communes").set_value(codes).run()
    assert not page.exception
    assert page.query_params["communes"] == ",".join(codes)
    people = own.set_index("code").loc[codes, "population"].sum()
    page.number_input(key="compteur_people").set_value(int(people * 510 / 2300)).run()
    assert "du même ordre" in _html(page) and "22,2\u00a0%" in _html(page)

    page.radio(key="reseau").set_value("adresses").run()
    assert not page.exception
    assert "sig.ville.gouv.fr" in _words(page) and "Rien n'en est gardé" in _words(page)


def test_a_link_that_names_communes_opens_their_group(page, demo_layers):
    code = demo_layers["communes"].query("scope == 'territory'")["code"].iloc[0]
    page.query_params.clear()
    page.query_params["communes"] = code
    page.query_params["reseau"] = "groupement"
    page.switch_page("screens/reseau.py").run()
    assert not page.exception
    assert page.multiselect(key="communes").value == [code]
