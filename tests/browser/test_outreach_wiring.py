"""The screen Aller-vers runs from first line to last, without a browser."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from datasets import store
from geo import analyse
from geo.outreach import Asked, Assumptions
from geo.outreach.digital import double_exclusion
from geo.outreach.record import order_words, tour_frame
from geo.outreach.round import make_round, round_sentences
from geo.outreach.sheet import read_me
from screens import aller_vers_tournee
from screens.aller_vers_tournee import Listed
from tests.serving.server import ROOT

CODE = "QN09901M"


@pytest.fixture
def page(demo_data, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.run()
    app.query_params.clear()
    return app


def _one(value):
    return value[0] if isinstance(value, list) else value


def _text(page) -> str:
    return "\n".join(one.value for one in (*page.text, *page.markdown))


def test_a_link_reopens_the_round_and_the_page_says_what_the_core_says(
    page, demo_analysis, demo_layers
):
    page.query_params.update(
        {"qpv": CODE, "aller_but": "personnes", "aller_nombre": "100", "aller_mediateurs": "2",
         "aller_passages": "2", "aller_debut": "2026-12-01"}
    )  # fmt: skip
    page.switch_page("screens/aller_vers.py").run()
    assert not page.exception and page.title[0].value.startswith("Aller-vers")
    asked = Asked(people=100, mediators=2, passes=2, start="2026-12-01")
    made = make_round(demo_analysis, demo_layers, CODE, asked, Assumptions())
    for sentence in round_sentences(made):
        assert sentence in _text(page)
    page.button(key="aller_preparer").click().run()
    assert not page.exception
    # One's own result replaces that of Roanne, and goes with the link.
    page.number_input(key="aller_met").set_value(90)
    page.number_input(key="aller_visited").set_value(100)
    page.number_input(key="aller_jours").set_value(12).run()
    assert "votre résultat" in _text(page)
    address = {name: str(_one(value)) for name, value in page.query_params.items()}
    told = {"aller_met": "90", "aller_visited": "100", "aller_jours": "12"}
    assert told.items() <= address.items()
    # What keeps its usual value is not said.
    assert not {"aller_porte", "aller_rythme", "aller_filtre"} & set(address)
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    other.query_params.update({**address, "aller_rythme": "4.5", "aller_seuil_10": "7"})
    other.switch_page("screens/aller_vers.py").run()
    assert not other.exception
    for key, value in {"met": 90, "jours": 12, "rythme": 4.5, "seuil_10": 7.0}.items():
        assert other.number_input(key=f"aller_{key}").value == value
    page.number_input(key="aller_met").set_value(200).run()
    assert any("met" in error.value for error in page.error)


def test_a_territory_built_with_roads_is_walked_along_its_streets(
    roads_data, monkeypatch, tmp_path
):
    """The page and its sheet say so, with the source and its date; a file mended is read again."""
    shutil.copytree(roads_data / "territories", tmp_path / "territories")
    monkeypatch.setenv("QPV_DATA", str(tmp_path))
    layers = store.load("demo", tmp_path)
    made = make_round(analyse(layers), layers, CODE, Asked(people=100))
    assert made.route.along == "streets"
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    page.run()
    page.query_params.clear()
    page.query_params.update({"qpv": CODE, "aller_but": "personnes", "aller_nombre": "100"})
    page.switch_page("screens/aller_vers.py").run()
    assert not page.exception
    assert "le long des rues à pied (© les contributeurs d'OpenStreetMap" in _text(page)
    assert made.route.how in _text(page) and "données du 02/01/2026" in made.route.how
    assert made.route.how in read_me(made)
    assert order_words(made) in [one.value for one in page.caption]
    tour = next(one.value for one in page.dataframe if "Îlot ou rue" in one.value.columns)
    assert tour.equals(tour_frame(made))

    [kept] = tmp_path.glob(f"territories/demo/builds/*/streets-{CODE}.npz")
    whole = kept.read_bytes()
    for content, words in ((b"PK not really", "illisibles (fichier abîmé)"), (whole, "le long")):
        kept.write_bytes(content)
        page.run()
        assert not page.exception and words in _text(page)


def test_without_a_quarter_the_page_asks_for_one_and_lists_double_exclusion(
    page, demo_analysis, demo_layers
):
    page.switch_page("screens/aller_vers.py").run()
    assert not page.exception and "Choisissez un quartier" in page.info[0].value
    inside = double_exclusion(demo_analysis, demo_layers).query("state == 'in'")["code_qp"]
    page.toggle(key="aller_filtre").set_value(True).run()
    assert len(page.selectbox(key="qpv").options) == len(inside) > 0
    page.number_input(key="aller_seuil_100").set_value(500.0).run()
    assert len(page.selectbox(key="qpv").options) == 0


def test_the_round_of_a_brought_list_stays_in_the_session_and_is_of_that_very_list(monkeypatch):
    """Lists of 60 000 lines that differ by one: a key that samples them would confuse the two."""
    long = pd.DataFrame({"ilot": ["A"] * 60_000})
    other = long.copy()
    other.loc[31_234, "ilot"] = "B"
    made = []

    def fake(*_asked, listed):
        made.append(listed)
        return listed

    monkeypatch.setattr(aller_vers_tournee, "make_round", fake)
    monkeypatch.setattr(aller_vers_tournee.shared, "read", lambda *_names: (None, None))
    monkeypatch.setattr(
        aller_vers_tournee, "_round", lambda *_key: pytest.fail("a brought list in a shared cache")
    )
    key = ("demo", "b", "d", CODE, Asked(people=1), Assumptions(), "")
    one, two = Listed("1", long), Listed("2", other)
    found = [aller_vers_tournee.made_round(key, listed) for listed in (one, one, two)]
    assert [id(table) for table in found] == [id(long), id(long), id(other)]
    assert len(made) == 2
