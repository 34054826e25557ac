"""What secrecy forbids is hidden before anything is computed, and nothing gives it back."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from geo import Layers, analyse
from geo.confidentiality.complements import gives_the_rest
from geo.confidentiality.guard import guarded
from geo.confidentiality.perimeters import Pair, both_perimeters, told_apart
from geo.confidentiality.rules import PUBLIC, Secrecy, households, job_seekers, rule_of
from geo.indicators import INDICATORS
from geo.parameters import Parameters
from tests.geo.conftest import frame, indicators_table, mediation_rows

CODE = "QN04201M"


def _row(code: str, indicator: str, value: float, **told: Any) -> dict[str, Any]:
    return {
        "territory_kind": "qpv", "code": code, "indicator": indicator, "value": value,
        "unit": "part", "status": "missing" if math.isnan(value) else "observed",
        "vintage": "2022", "perimeter": "2024", "source_id": "insee_qpv", **told,
    }  # fmt: skip


def _with_job_seekers(make_layers: Callable[..., Layers], count: float) -> Layers:
    rows = indicators_table()
    here = (rows["code"] == CODE) & (rows["indicator"] == "job_seekers")
    return make_layers(replace={"indicators": rows.assign(value=rows["value"].mask(here, count))})


@pytest.mark.parametrize(("count", "status"), [(4.0, "suppressed"), (5.0, "modelled")])
def test_job_seekers_are_hidden_below_five_in_everything_made_of_them(make_layers, count, status):
    analysis = analyse(_with_job_seekers(make_layers, count))
    own = analysis.components.set_index(["code_qp", "component"]).loc[CODE]
    rate = own.loc["job_seekers_per_inhabitant"]
    assert rate["status"] == status
    assert math.isnan(rate["value"]) == (status == "suppressed")
    assert math.isnan(rate["percentile"]) == (status == "suppressed")
    told = any("Secret statistique : 1\u00a0chiffre caché" in note for note in analysis.notes)
    assert told == (status == "suppressed")


def test_a_raised_threshold_hides_more(make_layers):
    layers = _with_job_seekers(make_layers, 5.0)
    raised = analyse(layers, Parameters(min_job_seekers=6))
    own = raised.components.set_index(["code_qp", "component"])
    assert own.loc[(CODE, "job_seekers_per_inhabitant"), "status"] == "suppressed"


def test_a_zero_is_shown_and_an_absence_is_not_called_secret(make_layers):
    layers = guarded(_with_job_seekers(make_layers, 0.0)).layers
    rows = layers["indicators"].set_index(["code", "indicator"])
    assert rows.loc[(CODE, "job_seekers"), "value"] == 0
    assert rows.loc[("QN04204N", "job_seekers"), "status"] == "missing"


@pytest.mark.parametrize(("people", "hidden"), [(27.4, True), (27.5, False)])
def test_a_place_of_ten_households_tells_nothing_but_its_inhabitants(make_layers, people, hidden):
    rows = [_row(CODE, "population", people), _row(CODE, "poverty_share", 0.4)]
    layers = make_layers(replace={"indicators": frame("indicators", rows)})
    kept = guarded(layers).layers["indicators"].set_index("indicator")
    assert kept.loc["population", "value"] == people
    assert (kept.loc["poverty_share", "status"] == "suppressed") is hidden


def test_an_indicator_nobody_listed_obeys_the_rule_of_households():
    secrecy = Secrecy()
    assert set(PUBLIC) <= set(INDICATORS)
    assert rule_of("poverty_share", secrecy) == households(secrecy)
    assert rule_of("invented_tomorrow", secrecy) == households(secrecy)
    assert rule_of("job_seekers", secrecy) == job_seekers(secrecy)


def test_guarding_twice_is_guarding_once(make_layers):
    once = guarded(_with_job_seekers(make_layers, 3.0))
    again = guarded(once.layers)
    assert once.notes
    assert again.notes == ()
    assert again.layers is once.layers


def test_the_list_of_problems_tells_the_reason_and_never_the_figure(make_layers):
    layers = guarded(_with_job_seekers(make_layers, 3.0)).layers
    (told,) = [row for _, row in layers["problems"].iterrows() if row["kind"] == "suppressed"]
    assert told["column"] == "job_seekers"
    assert CODE in told["message"]
    assert told["value"] == ""


@pytest.mark.parametrize(("people", "hidden"), [(10.0, True), (11.0, False), (0.0, False)])
def test_people_followed_are_hidden_below_eleven(make_layers, people, hidden):
    posts, points, _ = mediation_rows()
    posts[0] |= {"people_per_year": people, "people_status": "observed"}
    posts[1] |= {"people_per_year": 3.0, "people_status": "modelled"}
    layers = make_layers(replace={"mediation": frame("mediation", posts, points)})
    kept = guarded(layers).layers["mediation"]
    assert (kept["people_status"].iloc[0] == "suppressed") is hidden
    assert kept["people_per_year"].isna().iloc[0] == hidden
    assert kept["people_per_year"].iloc[1] == 3.0


# Both perimeters: 2015 outline of 1,000 people, 2024 one of 2,000, 2.5 people a household.
PEOPLE = pd.Series({("qpv", "QP042001"): 1000.0, ("qpv", CODE): 2000.0})


def _two_generations(indicator: str = "poverty_share", older: float = 0.4) -> pd.DataFrame:
    return frame(
        "indicators",
        [
            _row("QP042001", indicator, older, perimeter="2015"),
            _row("QN04202M", indicator, older, perimeter="2015", carried_from="QP042001",
                 status="modelled"),
            _row(CODE, indicator, 0.3 if older < 1 else 60.0),
            _row("QP042009", indicator, older, perimeter="2015"),
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("alpha", "beta", "change", "hidden"),
    [
        (1.0, 1.0, "MODIFIE", False),  # the same people
        (1 - 27.4 / 1000, 0.5, "MODIFIE", True),  # 10.96 households left out
        (1 - 27.5 / 1000, 0.5, "MODIFIE", False),  # 11
        (0.5, 1 - 27.4 / 2000, "MODIFIE", True),  # 10.96 brought in
        (0.5, 1 - 27.5 / 2000, "MODIFIE", False),
        (math.nan, 0.5, "MODIFIE", True),  # unknown
        (0.5, math.nan, "", True),
        (math.nan, math.nan, "INCHANGE", False),  # the official table says: the same outline
    ],
)
def test_both_perimeters_are_not_shown_when_few_live_in_one_only(alpha, beta, change, hidden):
    rows = _two_generations()
    pair = Pair(CODE, "QP042001", change, alpha, beta)
    told = told_apart(rows, [pair], PEOPLE, Secrecy())
    # The older figure, wherever it was carried; never the newer one, nor another quarter's.
    assert list(told) == [hidden, hidden, False, False]


def test_an_unknown_population_counts_as_too_few():
    pair = Pair(CODE, "QP042001", "MODIFIE", 0.5, 0.5)
    told = told_apart(_two_generations(), [pair], PEOPLE.drop(index=("qpv", CODE)), Secrecy())
    assert list(told) == [True, True, False, False]


@pytest.mark.parametrize(("left_out", "hidden"), [(4.9, True), (5.0, False)])
def test_job_seekers_in_one_outline_only_are_counted_one_by_one(left_out, hidden):
    rows = _two_generations("job_seekers", older=100.0)
    pair = Pair(CODE, "QP042001", "MODIFIE", 1 - left_out / 100, 0.5)
    assert told_apart(rows, [pair], PEOPLE, Secrecy()).iloc[0] == hidden


def test_the_job_seekers_left_out_are_counted_on_the_whole_of_2015():
    rows = _two_generations("job_seekers", older=100.0)
    # 6 of 100 live in the old outline only, although the carried row holds the other half.
    rows.loc[rows["carried_from"] != "", "value"] = 50.0
    pair = Pair(CODE, "QP042001", "MODIFIE", 0.94, 0.5)
    assert not told_apart(rows, [pair], PEOPLE, Secrecy()).any()


def test_without_a_figure_of_each_generation_there_is_no_difference():
    rows = _two_generations()
    assert both_perimeters(rows, Secrecy()) == {"poverty_share"}
    assert both_perimeters(rows[rows["perimeter"] == "2015"], Secrecy()) == set()
    public = _two_generations("population", older=1000.0)
    assert both_perimeters(public, Secrecy()) == set()


def test_the_pairs_come_from_the_outlines(make_layers):
    layers = make_layers()
    older = layers.geo("qpv").iloc[[0]].assign(code_qp="QP042001", perimeter="2015")
    rows = pd.concat(
        [
            frame("indicators", [
                _row("QP042001", "population", 4000.0, perimeter="2015"),
                _row("QP042001", "poverty_share", 0.4, perimeter="2015"),
                _row(CODE, "population", 4010.0),
                _row(CODE, "poverty_share", 0.3),
            ])
        ]
    )  # fmt: skip
    layers = make_layers(replace={"indicators": rows, "qpv_2015": older})
    same = guarded(layers).layers["indicators"]
    assert (same["status"] == "observed").all()
    # The 2024 outline loses a strip of 0.75 m around: half a percent of 4,000 people.
    shrunk = older.geometry.to_crs("EPSG:2154").buffer(0.75, join_style="mitre").to_crs(older.crs)
    layers = make_layers(replace={"indicators": rows, "qpv_2015": older.set_geometry(shrunk)})
    kept = guarded(layers).layers["indicators"].set_index(["code", "indicator"])
    assert kept.loc[("QP042001", "poverty_share"), "status"] == "suppressed"
    assert kept.loc[("QP042001", "population"), "status"] == "observed"
    assert kept.loc[(CODE, "poverty_share"), "value"] == 0.3


NESTED = pd.Series({"QN04201M": "42218", "QN04202M": "42218", "QN04203I": "42207"})


def _commune(indicator: str, value: float) -> dict[str, Any]:
    return _row("42218", indicator, value, territory_kind="commune", perimeter="")


def _rest(rows: list[dict[str, Any]], people: pd.Series, first: int | None = None) -> list[str]:
    table = frame("indicators", rows)
    hidden = pd.Series([place == first for place in range(len(table))], index=table.index)
    told = gives_the_rest(table, hidden, NESTED, people, Secrecy())
    return list(table.loc[told, "code"])


@pytest.mark.parametrize(
    ("commune", "hidden"),
    [
        (6010.0, ["QN04202M"]),  # 4 households in the rest
        (6027.5, []),  # 11
        (6000.0, []),  # nobody
        (math.nan, ["QN04202M"]),  # nobody knows
    ],
)
def test_a_share_beside_that_of_its_commune_may_not_give_the_rest(commune, hidden):
    people = pd.Series(
        {("commune", "42218"): commune, ("qpv", "QN04201M"): 4000.0, ("qpv", "QN04202M"): 2000.0}
    )
    rows = [
        _row("QN04201M", "poverty_share", 0.4),
        _row("QN04202M", "poverty_share", 0.3),
        _commune("poverty_share", 0.37),
    ]
    assert _rest(rows, people) == hidden


@pytest.mark.parametrize(
    ("commune", "hidden"), [(164.0, True), (165.0, False), (160.0, False), (150.0, False)]
)
def test_job_seekers_of_the_rest_of_a_commune_are_not_given_by_its_quarters(commune, hidden):
    rows = [
        _row("QN04201M", "job_seekers", 100.0),
        _row("QN04202M", "job_seekers", 60.0),
        _commune("job_seekers", commune),
    ]
    assert bool(_rest(rows, PEOPLE)) is hidden


def test_a_hidden_quarter_of_a_commune_made_of_quarters_only_is_not_given_by_the_others():
    # 100 + 3 and 2 elsewhere: the total and the first figure would give 5 for both together.
    rows = [
        _row("QN04201M", "job_seekers", 100.0),
        _row("QN04202M", "job_seekers", 3.0),
        _commune("job_seekers", 105.0),
    ]
    assert _rest(rows, PEOPLE, first=1) == ["QN04201M"]


def test_figures_of_another_source_that_do_not_add_up_hide_nothing():
    rows = [_row("QN04201M", "job_seekers", 100.0), _commune("job_seekers", 90.0)]
    assert _rest(rows, PEOPLE) == []


def test_what_is_hidden_moves_no_other_figure(make_layers):
    """Nothing is computed from a hidden figure: whatever it was, the analysis is the same."""
    one, other = (
        analyse(_with_job_seekers(make_layers, count)) for count in (1.0, 4.0)
    )  # fmt: skip
    for field in dataclasses.fields(one):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, pd.DataFrame):
            pd.testing.assert_frame_equal(first, second)
        elif not callable(first):
            assert first == second
