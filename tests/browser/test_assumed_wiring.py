"""Assumptions changed on the screen: every screen says so, the figures are the command's."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from cli import app as command_line
from geo.words import number
from tests.serving.server import ROOT
from tests.serving.watched import as_read

TEXT = "need_rate_per_year=0.045;people_per_fte=136"
SAID = "Hypothèses changées pour ce calcul"


@pytest.fixture
def app(demo_data, monkeypatch):
    monkeypatch.setenv("QPV_DATA", str(demo_data))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


def _said(app) -> bool:
    return any(text.value.startswith(SAID) for text in app.text)


def _field(app, start):
    [field] = [one for one in app.number_input if one.label.startswith(start)]
    return field


def test_an_assumption_is_changed_said_carried_and_taken_back(app):
    app.switch_page("screens/donnees.py").run()
    assert not app.exception and not _said(app)
    _field(app, "Habitants à accompagner").set_value(4.5)
    _field(app, "Personnes accompagnées").set_value(136)
    [button] = [one for one in app.button if one.label.startswith("Recalculer")]
    button.click().run()
    assert not app.exception and _said(app)
    assert app.query_params["hypotheses"] == TEXT
    # The fields show what is in use; taken again as they are, nothing changes.
    assert _field(app, "Habitants à accompagner").value == 4.5
    [button] = [one for one in app.button if one.label.startswith("Recalculer")]
    button.click().run()
    assert app.query_params["hypotheses"] == TEXT
    app.button(key="hypotheses_retirer").click().run()
    assert "hypotheses" not in app.query_params and not _said(app)
    assert _field(app, "Personnes accompagnées").value == 118


def test_the_links_of_a_quarter_carry_what_its_figures_rest_on(app):
    app.query_params.update({"hypotheses": TEXT, "qpv": "QN09901M"})
    app.switch_page("screens/quartier.py").run()
    assert not app.exception
    links = [
        link for part in app.get("html") for link in re.findall(r'href="(\?[^"]+)"', part.body)
    ]
    assert links and all("hypotheses=" in link for link in links)


def test_the_screen_and_the_command_give_the_same_figures(app, demo_data):
    app.query_params["hypotheses"] = TEXT
    app.query_params["qpv"] = "QN09901M"
    app.switch_page("screens/quartier.py").run()
    assert not app.exception and _said(app)
    told = CliRunner().invoke(
        command_line,
        ["need", "demo", "--json", "--data", str(demo_data), "--assume", TEXT],
    )
    assert told.exit_code == 0, told.output
    quarters = json.loads(told.stdout)["quarters"]
    [own] = [one for one in quarters if one["code_qp"] == "QN09901M"]
    written = as_read(number(own["need_people"]))
    assert any(f"{written} personnes/an" in as_read(part.body) for part in app.get("html"))


@pytest.mark.parametrize("text", ["people_per_fte=3", "lune", "a" * 500, "people_per_fte=nan"])
def test_an_address_that_asks_nonsense_is_refused_and_changes_nothing(app, text):
    app.query_params["hypotheses"] = text
    app.run()
    assert not app.exception and not _said(app)
    [said] = [one.value for one in app.warning if "demandait les hypothèses" in one.value]
    assert any(why in said for why in ("attendu entre 10 et", "inconnue", "trop long", "nombre"))
    assert "hypotheses" not in app.query_params
