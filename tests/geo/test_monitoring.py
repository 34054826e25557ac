"""Monthly follow-up: counters never added, small counts not deducible, ratios with intervals."""

from __future__ import annotations

import itertools
import math
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from geo.confidentiality import AdditiveTable
from geo.errors import BadInput
from geo.intervals import garwood
from geo.monitoring import (
    COUNTERS,
    LINE_COLUMNS,
    WORKSHOP_COLUMNS,
    before_after,
    follow,
    followed_csv,
    followed_record,
    indicator_series,
    month_chart,
    period_table,
    quarters_with_posts,
    since_first_post,
)
from geo.monitoring.counters import months_between, period_fr
from geo.monitoring.told import remarks
from tests.geo.enumerate_tables import fitting_tables

NO_WORKSHOP = pd.DataFrame(columns=list(WORKSHOP_COLUMNS))


def lines_of(*rows: dict) -> pd.DataFrame:
    usual = {"structure": "S", "qpv": "QN09902I", "departement": "99"}
    whole = [{**dict.fromkeys(LINE_COLUMNS, math.nan), **usual, **row} for row in rows]
    return pd.DataFrame(whole, columns=list(LINE_COLUMNS))


def cell(followed, counter, level="territoire", unit="ensemble", period="periode", kind=""):
    cells = followed.cells
    found = cells[
        (cells["counter"] == counter) & (cells["level"] == level) & (cells["unit"] == unit)
        & (cells["period"] == period) & (cells["kind"] == kind)
    ]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


def ratio(followed, name, level="territoire"):
    return next(one for one in followed.ratios if (one.ratio, one.level) == (name, level))


def test_garwood_is_exact_and_ends_where_the_poisson_tails_are():
    low, high = garwood(118)
    assert poisson.sf(117, low) == pytest.approx(0.025, abs=1e-9)
    assert poisson.cdf(118, high) == pytest.approx(0.025, abs=1e-9)
    assert (low, high) == pytest.approx((97.67, 141.31), abs=0.01)
    assert garwood(0) == pytest.approx((0.0, 3.688879), abs=1e-6)
    with pytest.raises(ValueError, match="not a count"):
        garwood(-1)


def test_roannais_door_to_door():
    # 253 and 541 are published over 4 months; their split by month is ours, for the test.
    doors, met = (135, 135, 135, 136), (63, 63, 63, 64)
    rows = [
        {"post": "ROA", "month": f"2017-{month:02d}", "qpv": "QN04217M", "departement": "42",
         "dwellings_visited": d, "dwellings_met": m}
        for month, d, m in zip(range(2, 6), doors, met, strict=True)
    ]  # fmt: skip
    found = ratio(follow(lines_of(*rows), NO_WORKSHOP), "contact_rate")
    assert found.value == pytest.approx(0.467652, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.425984, 0.509777), abs=1e-6)
    assert "46,8\u00a0%" in found.reading_fr and "peut tenir au hasard" in found.reading_fr
    assert found.months == 4


def test_valherbasse_has_three_counters_and_no_sum():
    row = {"post": "VAL", "month": "2024-12", "qpv": "", "departement": "26",
           "accompanied": 510, "solicitations": 2001, "visits": 411}  # fmt: skip
    found = follow(lines_of(row), NO_WORKSHOP)
    shown = {name: cell(found, name).value for name in COUNTERS}
    assert (shown["accompanied"], shown["solicitations"], shown["visits"]) == (510, 2001, 411)
    assert all(math.isnan(shown[name]) for name in COUNTERS
               if name not in ("accompanied", "solicitations", "visits"))  # fmt: skip
    figures = {*found.cells["value"].dropna()}
    assert not figures & {510 + 2001, 510 + 411, 2001 + 411, 510 + 2001 + 411}
    # No FTE, no cost: nothing is supposed of them.
    assert ratio(found, "people_per_fte").status == "missing"
    assert "l'ETP manque" in ratio(found, "people_per_fte").reading_fr


def test_a_year_of_one_post_beside_the_benchmarks():
    rows = [{"post": "A", "month": m, "fte": 1.0, "accompanied": 10, "cost_eur": 4500}
            for m in months_between("2024-11", "2025-04")]  # fmt: skip
    found = follow(lines_of(*rows), NO_WORKSHOP)
    pace, cost = ratio(found, "people_per_fte"), ratio(found, "cost_per_person")
    low, high = garwood(60)
    assert (pace.value, pace.low, pace.high) == pytest.approx((120, low / 0.5, high / 0.5))
    assert "Annualisé à partir de 6\u00a0mois" in pace.reading_fr
    assert (cost.value, cost.low, cost.high) == pytest.approx((450, 27000 / high, 27000 / low))
    marks = {one.id: one for one in found.benchmarks}
    assert (marks["people_per_fte"].value, marks["people_per_fte"].low) == (118, 100)
    assert marks["cost_per_person"].value == pytest.approx(450)
    assert all("pas une norme" in marks[name].source for name in ("people_per_fte",
                                                                   "cost_per_person"))  # fmt: skip


def test_a_month_without_a_line_is_missing_never_zero():
    rows = [{"post": p, "month": m, "accompanied": 20} for p in "AB"
            for m in ("2025-01", "2025-02", "2025-03") if (p, m) != ("B", "2025-02")]  # fmt: skip
    found = follow(lines_of(*rows), NO_WORKSHOP)
    february = cell(found, "accompanied", period="2025-02")
    assert (february.value, february.told, february.expected) == (20, 1, 2)
    assert found.missing.to_dict("records") == [{"post": "B", "month": "2025-02", "refused": False}]
    assert period_table(found, "territoire")["Personnes accompagnées"].iloc[0] == "au moins 100"
    svg, words = month_chart(found, "accompanied", "territoire", "ensemble")
    assert "février 2025 : au moins 20" in words
    assert words in "".join(ElementTree.fromstring(svg).itertext())
    gone = follow(lines_of(*(row for row in rows if row["month"] != "2025-02")), NO_WORKSHOP)
    _, words = month_chart(gone, "accompanied", "territoire", "ensemble")
    assert "février 2025 : non déclaré" in words
    assert any("février 2025" in remark for remark in remarks(gone))


def test_posts_of_several_quarters_are_one_group_and_territories_take_whole_posts():
    rows = [
        {"post": "A", "month": "2025-01", "qpv": "QN09902I;QN09904M", "accompanied": 30},
        {"post": "B", "month": "2025-01", "qpv": "QN09904M", "accompanied": 40},
        {"post": "C", "month": "2025-01", "qpv": "", "departement": "26", "accompanied": 50},
    ]
    groups = follow(lines_of(*rows), NO_WORKSHOP)
    assert set(groups.units["quartiers"]) == {"QN09902I;QN09904M", "QN09904M", ""}
    here = follow(lines_of(*rows), NO_WORKSHOP, codes={"QN09902I"}, departements={"26"})
    assert set(here.units.index) == {"A", "C"} and here.left_out == ("B",)
    with pytest.raises(BadInput, match="Aucune ligne"):
        follow(lines_of(*rows), NO_WORKSHOP, codes={"QN04217M"}, departements=())


def _relations(keys, structures, months):
    """What adds up, written by hand for the tables of the brute force."""

    def of(level, unit, period):
        return keys.index((level, unit, period, ""))

    spans = [*months, "2025-T1", "periode"]
    sums = [(of("territoire", "ensemble", span),
             tuple(of("structure", s, span) for s in structures)) for span in spans]  # fmt: skip
    for level, unit in [("territoire", "ensemble"), *(("structure", s) for s in structures)]:
        parts = tuple(of(level, unit, month) for month in months)
        sums += [(of(level, unit, "2025-T1"), parts),
                 (of(level, unit, "periode"), (of(level, unit, "2025-T1"),))]  # fmt: skip
    for structure, posts in structures.items():
        sums.append((of("structure", structure, "periode"),
                     tuple(of("poste", post, "periode") for post in posts)))  # fmt: skip
    return tuple(sums)


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_count_can_be_deduced_by_brute_force(seed):
    draw = np.random.default_rng(seed)
    structures = {"S": ("A", "B"), "T": ("C",)}
    months = ("2025-01", "2025-02")
    rows = [
        {"post": post, "structure": name, "month": month, "accompanied": int(draw.integers(0, 16))}
        for (name, posts), month in itertools.product(structures.items(), months)
        for post in posts
    ]
    found = follow(lines_of(*rows), NO_WORKSHOP)
    own = found.cells[(found.cells["counter"] == "accompanied")]
    own = own[own["level"].isin(("territoire", "structure", "poste"))]
    keys = list(zip(own["level"], own["unit"], own["period"], own["kind"], strict=True))
    secret = own["status"] == "suppressed"
    shown = {
        key: "s" if hidden else float(value)
        for key, value, hidden in zip(keys, own["value"], secret, strict=True)
    }
    assert all(value == "s" or value == 0 or value >= 11 for value in shown.values())
    values = np.array([0.0] * len(keys))
    table = AdditiveTable(tuple(keys), values, _relations(keys, structures, months))
    seen = {key: set() for key, value in shown.items() if value == "s"}
    for key, met in seen.items():
        for guess in range(1, 40):
            fitting = next(fitting_tables(table, {**shown, key: float(guess)}, 60), None)
            if fitting:
                met.add(fitting[key])
            if len(met) > 1:
                break
        assert len(met) > 1, key


@settings(max_examples=6)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6))
def test_nothing_small_leaves_by_any_way(counts):
    rows = [{"post": f"P{rank % 3}", "month": f"2025-{rank // 3 + 1:02d}", "fte": 1.0,
             "cost_eur": 100.0, "accompanied": a, "met": b}
            for rank, (a, b) in enumerate(counts)]  # fmt: skip
    found = follow(lines_of(*rows), NO_WORKSHOP)
    figures = found.cells[found.cells["status"] == "observed"]["value"]
    assert ((figures == 0) | (figures >= 11)).all()
    record = followed_record(found)
    told = {(row["level"], row["unit"]) for row in record["figures"]
            if row["status"] == "suppressed" and row["counter"] == "accompanied"
            and row["period"] == "periode"}  # fmt: skip
    for one in record["ratios"]:
        if (one["level"], one["unit"]) in told and one["ratio"] != "contact_rate":
            assert one["value"] is None and one["status"] == "suppressed"
    text = followed_csv(found).decode("utf-8-sig")
    for line in text.splitlines()[1:]:
        cells = line.split(";")
        if cells[4] in COUNTERS and cells[5] not in ("s", ""):
            assert cells[5] == "0" or float(cells[5].replace(",", ".")) >= 11


def test_workshops_are_told_by_kind_and_their_presences_are_protected():
    rows = [{"post": p, "month": "2025-01", "workshops": 3, "participants": 25} for p in "AB"]
    held = pd.DataFrame(
        [(p, "2025-01", k, n, c) for p in "AB" for k, n, c in (("dépistage", 1, 20),
                                                              ("numérique", 2, 5))],
        columns=list(WORKSHOP_COLUMNS),
    )  # fmt: skip
    found = follow(lines_of(*rows), held)
    assert cell(found, "workshops", kind="numérique").value == 4
    small = cell(found, "participants", kind="numérique")
    assert small.status == "suppressed"
    assert cell(found, "participants", kind="dépistage").status == "suppressed"


def test_before_and_after_is_described_and_never_proves():
    series = pd.DataFrame(
        [(code, "x", year, value, "observed") for code, values in
         {"T": (10, 12, 6, 4), "A": (10, 10, 9, 9), "B": (8, 8, 8, 10), "C": (5,)}.items()
         for year, value in zip(("2020", "2021", "2022", "2023"), values, strict=False)],
        columns=["code_qp", "indicator", "period", "value", "status"],
    )  # fmt: skip
    found = before_after(series, "x", "T", ["A", "B", "C"], "2022")
    assert found.treated.change == -6
    assert [one.change for one in found.comparators] == [-1, 1]
    assert (found.median, found.low, found.high, found.gap) == (0, -1, 1, -6)
    assert found.left_out == (("C", "aucune valeur après"),)
    assert any("pas preuve" in sentence for sentence in found.sentences)
    assert "soit \u22126,0." in found.sentences[0]
    named = before_after(series.assign(indicator="x (%)"), "x (%)", "T", ["A"], "2022",
                         {"T": "Le Port, Ville"})  # fmt: skip
    assert named.sentences[0].startswith("Le Port, Ville, « x (%) »")
    assert "soit \u22126,0\u00a0points." in named.sentences[0]
    with pytest.raises(BadInput, match="qpv template series"):
        before_after(series, "x", "C", ["A"], "2022")


def test_the_demo_holds_no_indicator_over_time_and_it_is_said(demo_layers):
    assert indicator_series(demo_layers["indicators"]).empty


def test_the_first_known_post_says_since_when_and_nobody_served_is_a_comparator(demo_layers):
    years = ["2022", "2023", "2024", "2025"]
    # Three posts, of which the first agreement starts in January 2023.
    assert since_first_post(demo_layers, "QN09902I", years) == "2023"
    assert since_first_post(demo_layers, "QN09902I", ["2022-11", "2023-02"]) == "2023-02"
    assert since_first_post(demo_layers, "QN09909M", years) == ""  # there from the first year on
    assert since_first_post(demo_layers, "QN09910M", years) == ""  # nobody
    assert since_first_post(demo_layers, "QN09916M", years[:2]) == ""  # not yet
    served = quarters_with_posts(demo_layers)
    assert {"QN09903M", "QN09909M"} <= served and "QN09910M" not in served


def test_periods_in_words():
    assert months_between("2024-11", "2025-02") == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert period_fr("2025-T1") == "1er trimestre 2025" and period_fr("2025-08") == "août 2025"
