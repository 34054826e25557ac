"""Blocks, their order, the days of mediators, digital help and double exclusion, on the demo."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from geo.errors import BadInput
from geo.exclusion import AROUND_100, ONE_TO_TEN, ExclusionRules, exclusion_state, index_scale
from geo.outreach import Asked, Assumptions
from geo.outreach.digital import (
    double_exclusion,
    exclusion_sentence,
    help_nearby,
    help_sentence,
)
from geo.outreach.record import passes_frame, round_record, tour_frame, weeks_frame
from geo.outreach.round import key_words, make_round, round_sentences
from geo.outreach.stops import apportioned, blocks
from geo.report import to_csv_bytes

CODE = "QN09901M"


@pytest.fixture(scope="module")
def made(demo_analysis, demo_layers):
    asked = Asked(people=250, mediators=2, passes=2, start="2026-12-01")
    return make_round(demo_analysis, demo_layers, CODE, asked)


def test_blocks_cover_the_quarter_and_share_its_people(demo_layers):
    stops = blocks(demo_layers, CODE, Assumptions())
    quarter = demo_layers.geo("qpv").set_index("code_qp").loc[CODE]
    assert stops.frame["stop"].is_unique and stops.status == "modelled"
    assert stops.total == round(quarter["population"] / 2.2)
    assert stops.frame["dwellings"].sum() == stops.total
    own = stops.frame.to_crs(stops.system)
    assert own.area.sum() == pytest.approx(quarter["area_m2"], rel=0.01)
    assert own.area.max() <= 200 * 200 * 1.2
    assert not np.isnan(stops.xy_m).any()
    finer = blocks(demo_layers, CODE, Assumptions(block_side_m=100, people_per_dwelling=2.5))
    assert len(finer.frame) > len(stops.frame)
    assert finer.total == round(quarter["population"] / 2.5)


def test_cells_of_the_grid_weigh_their_people(demo_layers):
    """Two inhabited cells of the Insee grid over a quarter: blocks are those, weighing people."""
    quarter = demo_layers.geo("qpv").set_index("code_qp").loc[CODE]
    west, south, east, north = (
        demo_layers.geo("qpv").to_crs(3035).set_index("code_qp").loc[[CODE]].total_bounds
    )
    corners = [
        (x, y)
        for x in range(int(west // 200) * 200, int(east) + 200, 200)
        for y in range(int(south // 200) * 200, int(north) + 200, 200)
    ]
    ids = [f"CRS3035RES200mN{y}E{x}" for x, y in corners]
    cell = demo_layers["demand"].iloc[:1]
    cells = pd.concat([cell] * len(ids), ignore_index=True).assign(
        demand_id=ids, level="cell", precision="cell", geometry=quarter.geometry.centroid
    )
    cells["population"] = np.where(np.arange(len(ids)) % 2, 300.0, 100.0)
    layers = dataclasses.replace(demo_layers, tables={**demo_layers.tables, "demand": cells})
    stops = blocks(layers, CODE, Assumptions())
    assert "carreaux habités" in stops.how and stops.frame["stop"].is_unique
    assert stops.frame["dwellings"].sum() == stops.total
    spread = stops.frame["weight"] / stops.frame.to_crs(stops.system).area
    assert spread.max() / spread.min() == pytest.approx(3.0, rel=0.5)


def test_a_quarter_without_population_has_unknown_dwellings_not_zero(demo_layers, demo_analysis):
    unknown = demo_analysis.qpv.loc[demo_analysis.qpv["population"].isna(), "code_qp"].iloc[0]
    stops = blocks(demo_layers, unknown, Assumptions())
    assert stops.status == "missing" and stops.frame["dwellings"].isna().all()
    made = make_round(demo_analysis, demo_layers, unknown, Asked(dwellings=100))
    assert made.tour["planned"].sum() == 100 and made.shortfall == 0
    assert "logements inconnus" in " ".join(round_sentences(made))
    assert round_record(made, demo_analysis)["quarter_dwellings"] is None


def test_the_tour_takes_whole_stops_until_the_dwellings_are_reached(made):
    planned = made.tour["planned"]
    assert planned.sum() == made.plan.dwellings == 349
    reached = (planned > 0).to_numpy()
    assert reached[: reached.sum()].all()
    assert (planned <= made.tour["dwellings"]).all()
    assert (made.tour["walk_min"].iloc[1:] > 0).all() and made.tour["walk_min"].iloc[0] == 0
    assert "à vol d'oiseau" in made.route.how and made.route.along == "crow"


def test_the_days_hold_every_visit_within_the_calendar(made):
    days = made.days
    assert days["visits"].sum() == made.visits["visits"].sum()
    assert made.visits.groupby("pass")["visits"].sum().tolist() == [349, 186]
    per_day = days.groupby(["mediator", "day"])["visits"].sum()
    assert per_day.max() <= 7
    assert days["day"].max() == made.plan.calendar.days == 43
    assert days["date"].max() == made.plan.calendar.end
    assert weeks_frame(made)["Visites"].sum() == days["visits"].sum()


def test_more_dwellings_than_there_are_is_said_with_what_would_do(demo_analysis, demo_layers):
    small = demo_analysis.qpv.sort_values("population")["code_qp"].iloc[0]
    made = make_round(demo_analysis, demo_layers, small, Asked(people=500))
    said = " ".join(round_sentences(made)).replace("\u00a0", " ")
    assert made.shortfall > 0 and said.startswith("Plus que le quartier n'en a")
    assert "il en manque" in said and "3 passages" in said and "chacun" not in said
    assert "plus que le quartier n'en a" in key_words(made)[0][1]
    assert made.tour["planned"].sum() == made.stops.total


def test_a_list_of_streets_replaces_the_blocks(demo_analysis, demo_layers):
    quarter = demo_layers.geo("qpv").set_index("code_qp").loc[CODE]
    middle = quarter.geometry.representative_point()
    listed = pd.DataFrame(
        {
            "stop": ["Rue haute", "Rue basse", "Rue lointaine"],
            "dwellings": [40, 60, 10],
            "lon": [middle.x, middle.x + 0.001, middle.x + 0.5],
            "lat": [middle.y, middle.y, middle.y],
        }
    )
    made = make_round(demo_analysis, demo_layers, CODE, Asked(dwellings=50), listed=listed)
    assert made.stops.status == "brought" and made.stops.total == 110
    assert any("Rue lointaine" in note for note in made.stops.notes)
    assert made.tour["planned"].sum() == 50
    blind = listed.assign(lon=np.nan, lat=np.nan)
    made = make_round(demo_analysis, demo_layers, CODE, Asked(dwellings=50), listed=blind)
    assert made.route.along == "listed" and made.tour["stop"].tolist() == listed["stop"].tolist()
    assert round_record(made, demo_analysis)["round"]["total_min"] is None


def test_an_unknown_quarter_is_refused(demo_analysis, demo_layers):
    with pytest.raises(BadInput, match="introuvable"):
        make_round(demo_analysis, demo_layers, "QN00000X", Asked(people=5))


def test_the_record_is_plain_json_with_statuses(made, demo_analysis):
    record = json.loads(json.dumps(round_record(made, demo_analysis), allow_nan=False))
    assert record["fictional"] is True and record["quarter_dwellings_status"] == "modelled"
    assert record["calendar"]["end"] == "2027-02-01"
    assert len(record["passes"]) == 3 and record["double_exclusion"]["state"] in (
        "in", "out", "unknown",
    )  # fmt: skip
    assert {one["mark"] for one in record["assumptions"]} == {"published", "assumption"}
    assert len(passes_frame(made)) == 3 and len(tour_frame(made)) == len(made.tour)


def test_apportioned_numbers_are_whole_and_sum_up():
    found = apportioned(10, np.array([1.0, 1.0, 1.0]))
    assert found.tolist() == [4.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("low", "fragile", "state"),
    [
        (True, True, "in"), (True, False, "out"), (False, True, "out"), (False, None, "out"),
        (None, False, "out"), (True, None, "unknown"), (None, True, "unknown"),
        (None, None, "unknown"),
    ],
)  # fmt: skip
def test_the_states_of_double_exclusion(low, fragile, state):
    assert exclusion_state(low, fragile) == state


def test_double_exclusion_of_the_demo_agrees_with_its_parts(demo_analysis, demo_layers):
    table = double_exclusion(demo_analysis, demo_layers)
    assert index_scale(demo_layers) == AROUND_100
    assert len(table) == len(demo_analysis.qpv)
    inside = table[table["state"] == "in"]
    assert len(inside) and (inside["access_class"] == "low").all()
    assert (inside["fragility"] > 100).all()
    assert exclusion_sentence(table).startswith("Double exclusion")
    # The column of the analysis, and so of its files, is the same reading.
    own = demo_analysis.qpv.set_index("code_qp")["double_exclusion"]
    assert table.set_index("code_qp")["state"].to_dict() == own.to_dict()
    lines = to_csv_bytes(demo_analysis).decode("utf-8-sig").splitlines()
    place = lines[0].split(";").index("double_exclusion")
    assert {line.split(";")[place] for line in lines[1:]} == {"double exclusion", "non"}
    none = double_exclusion(demo_analysis, demo_layers, ExclusionRules(around_100=1000))
    assert (none["state"] == "out").sum() == len(none) - (none["state"] == "unknown").sum()


def test_without_the_index_only_good_access_decides(demo_analysis, demo_layers):
    rows = demo_layers["indicators"]
    rows = rows[~rows["indicator"].str.startswith("digital_fragility")]
    layers = dataclasses.replace(demo_layers, tables={**demo_layers.tables, "indicators": rows})
    table = double_exclusion(demo_analysis, layers)
    low = table["access_class"] == "low"
    assert (table.loc[low, "state"] == "unknown").all() and (
        table.loc[~low, "state"] == "out"
    ).all()
    assert "aucun indice" in exclusion_sentence(table)


def test_the_later_index_is_read_on_its_own_scale(demo_analysis, demo_layers):
    rows = demo_layers["indicators"].copy()
    mine = rows["indicator"].str.startswith("digital_fragility")
    rows.loc[mine, ["value", "unit"]] = [8.0, "indice de 1 à 10"]
    layers = dataclasses.replace(demo_layers, tables={**demo_layers.tables, "indicators": rows})
    assert index_scale(layers) == ONE_TO_TEN
    table = double_exclusion(demo_analysis, layers)
    assert (table["state"] == "in").sum() == (table["access_class"] == "low").sum()
    strict = double_exclusion(demo_analysis, layers, ExclusionRules(one_to_ten=8.0))
    assert not (strict["state"] == "in").any()


def test_help_is_within_the_walk_and_unknown_hours_are_said(demo_analysis, demo_layers):
    found = help_nearby(demo_analysis, demo_layers, CODE)
    assert (
        len(found)
        and (found.loc[found["fixed"], "minutes"] <= demo_analysis.parameters.walk_min + 1e-6).all()
    )
    assert "employeur" in help_sentence(demo_analysis, demo_layers, CODE, found)
    points = demo_layers.geo("help_points").assign(opening="")
    layers = dataclasses.replace(demo_layers, tables={**demo_layers.tables, "help_points": points})
    silent = help_nearby(demo_analysis, layers, CODE)
    assert silent["opening"].str.contains("horaires non connus").all()
    nothing = dataclasses.replace(
        demo_layers, tables={**demo_layers.tables, "help_points": points.iloc[:0]}
    )
    empty = help_nearby(demo_analysis, nothing, CODE)
    assert "pas une absence" in help_sentence(demo_analysis, nothing, CODE, empty)
