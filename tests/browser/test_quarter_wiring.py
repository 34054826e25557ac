"""The page of a quarter runs from first line to last, without a browser."""

from __future__ import annotations

from html import escape

import pytest
from streamlit.testing.v1 import AppTest

from geo.explain import explain
from tests.serving.server import ROOT


@pytest.fixture
def page(demo_data, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.run()
    app.query_params.clear()
    return app


def _html(page) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_the_page_of_a_quarter_tells_the_paragraph_and_the_figures_of_qpv_explain(
    page, demo_analysis, demo_layers
):
    code = demo_analysis.qpv["code_qp"].iloc[1]
    page.query_params["qpv"] = code
    page.switch_page("screens/quartier.py").run()
    assert not page.exception
    assert page.title[0].value.startswith("Quartier")
    told, body = explain(demo_analysis, demo_layers, code), _html(page)
    assert escape(told.text) in body
    population = next(fact for fact in told.facts if fact.column == "population")
    assert body.count(population.written) >= 2  # in the paragraph, then in the table


def test_without_a_quarter_the_page_says_what_to_do_and_offers_the_first_ranks(page, demo_analysis):
    page.switch_page("screens/quartier.py").run()
    assert not page.exception
    assert "Choisissez un quartier" in page.info[0].value
    offered = [link.proto.label for link in page.get("page_link")]
    for row in demo_analysis.qpv.head(10).itertuples():
        assert f"{row.label}, {row.commune_label} ({row.code_qp})" in offered
