"""The pages run from first line to last, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.conftest import ROOT


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


def test_an_address_that_names_nothing_known_is_ignored(app):
    app.query_params["qpv"] = "QN00000N"
    app.query_params["couches"] = "nimporte,quoi"
    app.run()
    assert not app.exception
    assert app.selectbox(key="qpv").value is None


def test_the_data_page_runs(app):
    app.run()
    app.switch_page("screens/donnees.py").run()
    assert not app.exception
    assert app.title[0].value.startswith("Données")


def test_without_any_territory_the_page_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    assert not app.exception
    assert "qpv build demo" in app.warning[0].value
