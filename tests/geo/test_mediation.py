import numpy as np
import pandas as pd
import pytest

from geo.mediation import active_posts, capacity, coverage, served_quarters
from geo.parameters import Parameters

NOWHERE = pd.DataFrame({"mediation_id": [], "code_qp": [], "relation": []}, dtype="str")


def posts(**changes):
    base = {
        "mediation_id": ["m"], "kind": ["permanence"], "weekdays": ["lundi"], "fte": [1.0],
        "fte_status": ["observed"], "hours_per_week": [np.nan], "convention_start": [""],
        "convention_end": [""], "vintage": ["2024"],
    }  # fmt: skip
    return pd.DataFrame(base | {name: [value] for name, value in changes.items()})


def shares(*rows):
    return pd.DataFrame(rows, columns=["mediation_id", "code_qp", "share"])


def quarters(**population):
    return pd.DataFrame({"code_qp": list(population), "population": list(population.values())})


def one(quarter, served):
    return capacity(quarter, served, Parameters()).iloc[0]


def test_one_day_a_week_for_9200_inhabitants_is_partial_presence():
    served = served_quarters(
        posts(fte=np.nan, hours_per_week=7.0), shares(("m", "a", np.nan)), NOWHERE, 35.0
    )
    row = one(quarters(a=9200.0), served)
    assert row["mediation_fte"] == pytest.approx(0.2)
    assert row["inhabitants_per_fte"] == pytest.approx(46_000)
    assert row["coverage_state"] == "présence partielle"
    assert row["mediation_status"] == "modelled"


@pytest.mark.parametrize(
    ("population", "changes", "state"),
    [
        (15_000.0, {}, "couvert"),
        (15_000.1, {}, "présence partielle"),
        (9000.0, {"kind": "aller-vers"}, "présence partielle"),
        (9000.0, {"weekdays": ""}, "présence partielle"),
        (np.nan, {}, "présence partielle"),
    ],
)
def test_covered_is_a_strict_rule(population, changes, state):
    served = served_quarters(posts(**changes), shares(("m", "a", 1.0)), NOWHERE, 35.0)
    assert one(quarters(a=population), served)["coverage_state"] == state


def test_a_post_shared_by_three_quarters_is_counted_once():
    split = shares(("m", "a", 0.5), ("m", "b", 0.3), ("m", "c", 0.2))
    served = served_quarters(posts(), split, NOWHERE, 35.0)
    table = capacity(quarters(a=9000.0, b=9000.0, c=9000.0, d=9000.0), served, Parameters())
    assert table["mediation_fte"].tolist() == pytest.approx([0.5, 0.3, 0.2, 0.0])
    assert table["served_people"].sum() == pytest.approx(118)
    assert table["coverage_state"].iloc[3] == "non couvert"


def test_served_people_never_exceed_the_need():
    served = served_quarters(posts(), shares(("m", "a", 1.0)), NOWHERE, 35.0)
    row = one(quarters(a=1000.0), served)
    assert (row["need_people"], row["served_people"], row["residual_people"]) == (20, 20, 0)
    assert row["unmet_share"] == 0


def test_nobody_told_is_unknown_and_the_residual_is_a_maximum():
    row = one(quarters(a=5000.0), None)
    assert np.isnan(row["mediation_fte"]) and np.isnan(row["served_people"])
    assert (row["coverage_state"], row["mediation_status"]) == ("inconnu", "missing")
    assert row["residual_people"] == row["need_people"] == 100


def test_an_unknown_part_leaves_the_fte_unknown_but_not_the_presence():
    both = pd.concat([posts(), posts(mediation_id="n", fte=np.nan)], ignore_index=True)
    served = served_quarters(both, shares(("m", "a", 1.0), ("n", "a", 1.0)), NOWHERE, 35.0)
    row = one(quarters(a=9000.0), served)
    assert np.isnan(row["mediation_fte"]) and row["coverage_state"] == "présence partielle"
    assert row["residual_people"] == pytest.approx(180 - 118)


def test_a_post_that_names_no_quarter_serves_the_one_it_is_in():
    inside = pd.DataFrame({"mediation_id": ["m"], "code_qp": ["a"], "relation": ["inside"]})
    served = served_quarters(posts(), shares(), inside, 35.0)
    row = one(quarters(a=9000.0), served)
    assert row["coverage_state"] == "présence partielle" and np.isnan(row["mediation_fte"])


def test_conventions_at_a_date_and_without_one():
    ended = posts(convention_end="2023-12-31", vintage="2023")
    assert len(active_posts(ended, "2023-06-01")) == len(active_posts(ended, "2023-12-31")) == 1
    assert len(active_posts(ended, "2024-01-01")) == 0
    assert len(active_posts(posts(convention_start="2025-01-01"), "2024-12-31")) == 0
    # Without a date, a line is judged on the year it speaks of, never on today's clock.
    assert len(active_posts(ended, "")) == 1
    assert len(active_posts(posts(convention_end="2023-12-31", vintage="2024"), "")) == 0
    assert len(active_posts(posts(convention_end="2023-12-31", vintage=""), "")) == 1


def test_both_coverage_figures():
    table = quarters(a=1000.0, b=1000.0, c=1000.0, d=5000.0)
    states = ["couvert", "non couvert", "non couvert", "présence partielle"]
    kpis = coverage(table.assign(coverage_state=states))
    assert (kpis.qpv_share, kpis.inhabitants_share) == (0.5, 0.75)
    none = coverage(table.assign(coverage_state="non couvert"))
    assert (none.qpv_share, none.inhabitants_share) == (0.0, 0.0)


def test_unknown_states_are_counted_apart():
    table = quarters(a=1000.0, b=1000.0, c=np.nan).assign(
        coverage_state=["couvert", "inconnu", "non couvert"]
    )
    kpis = coverage(table)
    assert (kpis.qpv_total, kpis.qpv_known, kpis.qpv_unknown) == (3, 2, 1)
    assert (kpis.qpv_share, kpis.inhabitants_share) == (0.5, 1.0)
    assert kpis.qpv_without_population == 1
    unknown = coverage(table.assign(coverage_state="inconnu"))
    assert np.isnan(unknown.qpv_share) and np.isnan(unknown.inhabitants_share)
