"""The ways in, wired: search, commune, address; without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from datasets.address_search import Address, AddressServiceSilent
from screens import find
from tests.serving.server import ROOT


@pytest.fixture
def app(demo_data, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


def _button(app, start):
    [button] = [one for one in app.button if one.label.startswith(start)]
    return button


def test_typed_words_give_buttons_and_a_button_chooses(app, demo_analysis):
    row = demo_analysis.qpv.iloc[0]
    app.run()
    app.text_input(key="recherche").set_value(f"{row['label'][:-1]} {row['commune_label']}").run()
    app.button(key=f"trouve_{row['code_qp']}").click().run()
    assert not app.exception
    assert app.selectbox(key="qpv").value == row["code_qp"]
    assert app.text_input(key="recherche").value == ""
    app.text_input(key="recherche").set_value("zzzzzz").run()
    assert any("À essayer" in text.value for text in app.text)


def test_a_commune_opens_with_its_quarters_and_the_address_keeps_it(app, demo_analysis):
    row = demo_analysis.qpv.iloc[0]
    code = row["communes"].split(";")[0]
    app.query_params["commune"] = code
    app.run()
    assert not app.exception
    assert code in app.query_params["commune"]
    assert any(row["sentence"] == text.value for text in app.text)
    app.button(key=f"commune_{row['code_qp']}").click().run()
    assert app.selectbox(key="qpv").value == row["code_qp"]
    app.button(key="fermer_commune").click().run()
    assert "commune" not in app.query_params


def test_an_address_is_told_its_quarter_and_a_silent_service_is_said(
    app, demo_analysis, monkeypatch
):
    row = demo_analysis.qpv.iloc[0]
    point = row["geometry"].representative_point()
    asked = []

    def found(text):
        asked.append(text)
        return Address(point.x, point.y, "1 rue <b>X</b>", "numéro", 0.9, 25.0, "99")

    monkeypatch.setattr(find, "find_address", found)
    app.run()
    app.text_input(key="adresse_cherchee").set_value("1 rue des Essais")
    app.button(key="demander_adresse").click().run()
    assert not app.exception
    assert asked == ["1 rue des Essais"]
    assert any(f"({row['code_qp']})" in text.value for text in app.text)
    assert "rue" not in str(app.query_params)
    app.button(key=f"autour_{row['code_qp']}").click().run()
    assert app.selectbox(key="qpv").value == row["code_qp"]

    def silent(text):
        raise AddressServiceSilent("Le géocodeur ne peut pas répondre. À faire : plus tard.")

    monkeypatch.setattr(find, "find_address", silent)
    app.button(key="demander_adresse").click().run()
    assert not app.exception
    assert "n'a pas été placée" in app.warning[0].value
    assert len(app.dataframe) > 0
