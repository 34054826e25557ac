"""The pages run from first line to last, without a browser."""

from __future__ import annotations

import io

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from screens import shared
from screens.data_files import template
from tests.serving.server import ROOT


@pytest.fixture
def app(demo_data, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


def test_the_map_page_runs(app, demo_analysis):
    app.run()
    assert not app.exception
    assert app.title[0].value.startswith("Carte")
    shown = app.dataframe[0].value
    assert list(shown["code_qp"]) == list(demo_analysis.qpv["code_qp"])


def test_the_address_chooses_the_quarter_and_the_filter(app, demo_analysis):
    row = demo_analysis.qpv.iloc[2]
    app.query_params["qpv"] = row["code_qp"]
    app.query_params["situations"] = row["situation"]
    app.run()
    assert not app.exception
    assert app.selectbox(key="qpv").value == row["code_qp"]
    kept = demo_analysis.qpv[demo_analysis.qpv["situation"] == row["situation"]]
    assert list(app.dataframe[0].value["code_qp"]) == list(kept["code_qp"])


def test_an_address_that_names_nothing_known_is_refused_in_words(app):
    app.query_params["qpv"] = "QN00000N"
    app.query_params["couches"] = "nimporte,quoi"
    app.run()
    assert not app.exception
    assert app.selectbox(key="qpv").value is None
    assert "« QN00000N », inconnu" in app.warning[0].value
    app.button(key="fermer_refus").click().run()
    assert not app.warning


def test_an_unexpected_error_is_told_in_french_and_detailed_to_the_server_only(
    app, monkeypatch, capsys
):
    def broken(*_):
        raise ZeroDivisionError("a detail for the server")

    monkeypatch.setattr(shared, "header", broken)
    app.run()
    assert not app.exception
    assert "erreur imprévue" in app.error[0].value
    assert "À faire" in app.error[0].value
    assert "a detail for the server" not in str(app.error[0].value)
    assert "a detail for the server" in capsys.readouterr().err


def test_an_unknown_territory_is_said_and_no_other_opens(app):
    app.query_params["territoire"] = "dep:98"
    app.run()
    assert not app.exception
    assert "« dep:98 » introuvable ici" in app.error[0].value
    assert [title.value for title in app.title] == ["Territoire introuvable"]
    app.button(key="ouvrir_demo").click().run()
    assert app.title[0].value.startswith("Carte : Territoire de démonstration")


def test_a_territory_may_be_written_the_way_commands_write_it(demo_data, tmp_path, monkeypatch):
    """``region:84`` in the address opens the folder ``region-84``."""
    territories = tmp_path / "territories"
    territories.mkdir()
    (territories / "region-84").symlink_to(demo_data / "territories" / "demo")
    (territories / "demo").symlink_to(demo_data / "territories" / "demo")
    monkeypatch.setenv("QPV_DATA", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["territoire"] = "region:84"
    app.run()
    assert not app.exception
    assert app.selectbox(key="territoire").value == "region-84"


def test_the_quarter_and_the_territory_survive_a_change_of_screen(app, demo_analysis):
    code = demo_analysis.qpv["code_qp"].iloc[3]
    app.query_params["qpv"] = code
    app.run()
    app.query_params.clear()
    app.switch_page("screens/donnees.py").run()
    assert not app.exception
    app.query_params.clear()
    app.switch_page("screens/carte.py").run()
    assert app.selectbox(key="territoire").value == "demo"
    assert app.selectbox(key="qpv").value == code


def test_the_filter_is_said_and_can_be_removed(app, demo_analysis):
    app.query_params["situations"] = "double peine"
    app.run()
    kept = int((demo_analysis.qpv["situation"] == "double peine").sum())
    words = f"Filtre actif : double peine ({kept} sur {len(demo_analysis.qpv)})"
    assert any(words in text.value for text in app.markdown)
    [button] = [button for button in app.button if button.label == "Tout afficher"]
    button.click().run()
    assert not any("Filtre actif" in text.value for text in app.markdown)
    assert len(app.dataframe[0].value) == len(demo_analysis.qpv)


def test_the_data_page_runs(app):
    app.run()
    app.switch_page("screens/donnees.py").run()
    assert not app.exception
    assert app.title[0].value.startswith("Données")


def test_the_template_of_mediation_can_be_downloaded():
    assert (
        openpyxl.load_workbook(io.BytesIO(template("mediation"))).sheetnames[0] == "Interventions"
    )


def test_without_any_territory_the_page_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    assert not app.exception
    assert "qpv build demo" in app.warning[0].value
