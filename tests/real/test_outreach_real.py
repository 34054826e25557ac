"""Door-to-door in Roanne's three QPV, from the official files, with the numbers of METHODS."""

from __future__ import annotations

import dataclasses
import json

import pytest
from typer.testing import CliRunner

from cli import app
from datasets import store
from datasets.outreach.streets import walking_graph
from datasets.prepare import road_network
from geo.errors import BadInput
from geo.outreach import Asked
from geo.outreach.digital import double_exclusion, exclusion_sentence
from geo.outreach.printed import sheet_pdf_bytes
from geo.outreach.round import make_round, round_sentences
from geo.outreach.streets import streets_around, streets_of

pytestmark = pytest.mark.real
RUNNER = CliRunner()
ROANNE = {"QN04217M": "Bourgogne", "QN04218M": "Le Parc", "QN04219I": "Saint-Clair"}


@pytest.mark.parametrize("code", ROANNE)
def test_the_round_of_each_quarter_of_roanne(region, region_layers, code):
    asked = Asked(people=250, mediators=2, start="2026-12-01")
    made = make_round(region, region_layers, code, asked)
    assert made.name.startswith(f"{ROANNE[code]}, Roanne")
    assert made.plan.dwellings == 535 and made.plan.rate.value == pytest.approx(0.467652, abs=1e-6)
    assert made.plan.pace == pytest.approx(6.232719, abs=1e-6)
    assert made.stops.status == "modelled" and made.tour["planned"].sum() == min(
        535, made.stops.total
    )
    assert made.shortfall == max(0, 535 - made.stops.total)
    assert made.exclusion["access_class"] == "low" and made.exclusion["state"] == "in"
    assert "moyenne de la commune" in made.exclusion["fragility_method"]
    # The fixed places, and the bus that moves, named by its commune without a walking time.
    assert len(made.help) in (1, 2) and made.help["kind"].eq("France services").all()
    assert "2 employeurs" in made.help_words.replace("\u00a0", " ")
    assert "Roanne, 2017" in " ".join(round_sentences(made))


def test_bourgogne_holds_the_535_dwellings_and_its_sheet_is_written(region, region_layers):
    made = make_round(region, region_layers, "QN04217M", Asked(people=250))
    assert made.stops.total == 759 and made.shortfall == 0
    assert sheet_pdf_bytes(made, region).startswith(b"%PDF")


def test_double_exclusion_over_the_region(region, region_layers):
    table = double_exclusion(region, region_layers)
    counts = table["state"].value_counts()
    assert len(table) == 145 and counts["in"] + counts["out"] + counts["unknown"] == 145
    assert counts["in"] == 50 and counts["unknown"] == 1
    assert "2020" in exclusion_sentence(table)


def test_the_order_follows_the_streets_where_an_extract_covers_the_quarter(
    region, region_layers, mirror, tmp_path
):
    """The only extract of the mirror is a box of Villeurbanne, without its small streets.

    It holds Les Buers; stops that no street of it joins are measured crow-fly, and said.
    """
    code = "QN06921M"
    extract = mirror / "osm" / "villeurbanne.osm.pbf"
    network = road_network([extract], tmp_path, lambda told: None)
    graph = walking_graph(region_layers, code, network)
    made = make_round(region, region_layers, code, Asked(people=100), graph=graph)
    crow = make_round(region, region_layers, code, Asked(people=100))
    assert made.route.along == "streets" and "OpenStreetMap" in made.route.how
    assert "faute de rue connue" in made.route.how
    assert made.route.total_min > crow.route.total_min
    assert crow.route.along == "crow" and made.tour["planned"].sum() == 214
    with pytest.raises(BadInput, match="extrait qui couvre"):
        walking_graph(region_layers, "QN04217M", network)
    _kept_with_the_territory(region_layers, network, made, crow, tmp_path)


def _kept_with_the_territory(layers, network, made, crow, data):
    """Written with the territory and read again, the streets give the same round unasked."""
    whole = network.graph("walk", "EPSG:2154", (4.85, 45.75, 4.92, 45.79))
    streets = streets_around(layers, whole)
    assert list(streets) == ["QN06921M"]
    store.write(dataclasses.replace(layers, streets=streets), {}, "region-84", data)
    done = RUNNER.invoke(app, ["outreach", "region:84", "QN06921M", "--people", "100",
                               "--data", str(data), "--json"])  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["round"]
    assert told["along"] == "streets" and "le long des rues à pied" in told["how_fr"]
    assert [stop["stop"] for stop in told["stops"]] == made.tour["stop"].tolist()
    assert told["total_min"] == pytest.approx(made.route.total_min, abs=1e-3)
    assert crow.to_do.startswith("Pour suivre les rues") and "osm_roads" in crow.to_do
    other = streets_of(store.load("region-84", data), "QN04217M")
    assert other.graph is None and "ne couvrent pas ce quartier" in other.without
