"""The page of a quarter runs from first line to last, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geo.explain import explain
from tests.browser.conftest import ROOT


@pytest.fixture
def page(demo_data, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.run()
    app.query_params.clear()
    return app


def test_the_page_of_a_quarter_tells_the_paragraph_of_qpv_explain(page, demo_analysis, demo_layers):
    code = demo_analysis.qpv["code_qp"].iloc[1]
    page.query_params["qpv"] = code
    page.switch_page("screens/quartier.py").run()
    assert not page.exception
    assert page.title[0].value.startswith("Quartier")
    text = explain(demo_analysis, demo_layers, code).text
    assert text in [element.value for element in page.text]
