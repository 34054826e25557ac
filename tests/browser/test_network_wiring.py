"""Réseau runs from first line to last in each of its parts, without a browser."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from screens import commune_group_panel
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


def _list(page):
    return next(one for one in page.multiselect if one.label == "Communes du groupement")


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
    _list(page).set_value(codes).run()
    assert not page.exception
    assert page.query_params["communes"] == ",".join(codes)
    people = own.set_index("code").loc[codes, "population"].sum()
    page.number_input(key="compteur_people").set_value(int(people * 510 / 2300)).run()
    assert "du même ordre" in _html(page) and "22,2\u00a0%" in _html(page)
    # Counts are those of these communes; a name stays while some of them do.
    page.text_input(key="groupement_nom").set_value("Val d'Aune").run()
    _list(page).set_value(codes[:2]).run()
    assert page.number_input(key="compteur_people").value is None
    assert "compteur_people" not in page.query_params
    assert page.text_input(key="groupement_nom").value == "Val d'Aune"
    page.text_input(key="groupement_nom").set_value("Jean 06 12 34 56 78").run()
    assert "groupement_nom" not in page.query_params
    assert "numéro de téléphone" in page.warning[0].value
    assert not any("06 12" in title.value for title in [*page.header, *page.subheader])

    page.radio(key="reseau").set_value("adresses").run()
    assert not page.exception
    assert "sig.ville.gouv.fr" in _words(page) and "Rien n'en est gardé" in _words(page)

    with pytest.MonkeyPatch.context() as patch:
        sent = SimpleNamespace(name="p.csv", getvalue=lambda: b"id,lon,lat\na,48.8,2.3\nb,-4,46\n")
        patch.setattr("streamlit.file_uploader", lambda *_, **__: sent)
        page.run()
        page.button(key="situer").click().run()
    assert not page.exception
    assert "ligne 2, colonnes lon et lat : « 48.8 ; 2.3 »" in _html(page).replace("&#x27;", "'")
    assert "dont 1 où lon et lat semblent inversées" in _html(page)
    assert page.dataframe[0].value["Statut"][0] == "hors de France, lon et lat inversées ?"


def test_a_link_that_names_communes_opens_their_group(page, demo_layers):
    code = demo_layers["communes"].query("scope == 'territory'")["code"].iloc[0]
    page.query_params.clear()
    page.query_params["communes"] = code
    page.query_params["reseau"] = "groupement"
    page.query_params["groupement_nom"] = "Val <b>d'Aune</b>"
    page.switch_page("screens/reseau.py").run()
    assert not page.exception
    assert _list(page).value == [code]
    assert page.text_input(key="groupement_nom").value == "Val <b>d'Aune</b>"


def test_a_link_to_more_communes_than_a_group_holds_says_which_are_left_out(page, demo_layers):
    own = demo_layers["communes"].query("scope != 'halo'").sort_values(["label", "code"])
    codes = (own["code"].tolist() * 260)[:260]  # each told many times, as an address may
    page.query_params["communes"] = ",".join(codes)
    page.run()
    assert not page.exception and not page.error and not page.warning
    assert _list(page).value == list(dict.fromkeys(codes))
    with pytest.MonkeyPatch.context() as patch:
        # The demo holds fewer communes than a group may.
        patch.setattr(commune_group_panel, "MOST", 5)
        page.query_params["communes"] = ",".join(own["code"].head(8))
        page.run()
        assert not page.exception and not page.error
        assert _list(page).value == own["code"].head(5).tolist()
        assert page.query_params["communes"] == ",".join(own["code"].head(5))
        [told] = [one.value for one in page.warning]
        assert "au plus 5" in told and "3\u00a0communes en trop" in told
        assert all(code in told for code in own["code"][5:8])
        # A neighbour that would be one too many is refused in words too.
        [first, *_] = [one for one in page.button if (one.key or "").startswith("voisine_")]
        first.click().run()
        assert not page.exception and len(_list(page).value) == 5
        assert first.key.removeprefix("voisine_") in page.warning[0].value
        # Said until the group changes.
        _list(page).set_value(_list(page).value[:3]).run()
        assert not page.exception and not page.warning
        assert page.query_params["communes"] == ",".join(own["code"].head(3))
