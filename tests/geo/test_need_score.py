"""Properties of the need score: parts that add up, order that does not matter, missing not zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access.gp import quarter_communes
from geo.bridge import bridge
from geo.columns import BY_ID
from geo.components import NEED_COMPONENTS, NEED_DEFAULTS, NEED_OPTIONAL, STANDARDISATIONS
from geo.errors import BadInput
from geo.indicators import indicator
from geo.need import need, score_components, user_weights
from geo.need.people import people
from geo.parameters import Parameters
from geo.priority.standardise import standardise
from tests.geo.conftest import frame

NAMES = ("x", "y", "z")
value = st.one_of(st.none(), st.integers(-50, 50).map(float))
table = st.lists(st.tuples(value, value, value, st.integers(1, 900)), min_size=4, max_size=9)
weights = st.tuples(*[st.integers(0, 5)] * 3).filter(any)


def scores(rows, given_weights, rule: str) -> pd.DataFrame:
    total = sum(given_weights)
    wanted = {name: weight / total for name, weight in zip(NAMES, given_weights, strict=True)}
    wanted = {name: weight for name, weight in wanted.items() if weight > 0}
    people_ = pd.Series([float(row[3]) for row in rows])
    parts = []
    for rank, name in enumerate(NAMES):
        if name not in wanted:
            continue
        own = np.array([np.nan if row[rank] is None else row[rank] for row in rows])
        group = pd.Series("84", index=people_.index)
        points = standardise(own, people_, group, rule, span=3.0)
        codes = [f"q{place}" for place in range(len(rows))]
        parts.append(
            pd.DataFrame({"code_qp": codes, "component": name, "value": own, "points": points})
        )
    long = pd.concat(parts, ignore_index=True)
    return score_components(long, wanted, 0.6)


def totals(scored: pd.DataFrame) -> pd.Series:
    return scored.groupby("code_qp")["contribution"].sum(min_count=1)


@settings(deadline=None, max_examples=40)
@given(table, weights, st.sampled_from(STANDARDISATIONS))
def test_contributions_sum_to_a_score_between_0_and_100(rows, given_weights, rule) -> None:
    scored = scores(rows, given_weights, rule)
    for _, own in scored.groupby("code_qp"):
        known = own[own["weight"].notna()]
        if known.empty:
            assert own["contribution"].isna().all()
            continue
        assert known["weight"].sum() == pytest.approx(1, abs=1e-9)
        expected = np.average(known["points"], weights=known["weight"])
        assert known["contribution"].sum() == pytest.approx(expected, abs=1e-9)
        assert -1e-9 <= known["contribution"].sum() <= 100 + 1e-9


@settings(deadline=None, max_examples=40)
@given(table, weights, st.sampled_from(STANDARDISATIONS), st.randoms())
def test_the_order_of_quarters_changes_nothing(rows, given_weights, rule, random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    straight = totals(scores(rows, given_weights, rule))
    mixed = totals(scores([rows[place] for place in order], given_weights, rule))
    for new, old in enumerate(order):
        assert mixed[f"q{new}"] == pytest.approx(straight[f"q{old}"], abs=1e-9, nan_ok=True)


@settings(deadline=None, max_examples=40)
@given(table, weights, st.sampled_from(STANDARDISATIONS), st.integers(1, 40))
def test_more_of_a_component_never_lowers_the_score(rows, given_weights, rule, more) -> None:
    if rows[0][0] is None:
        return
    raised = [(rows[0][0] + more, *rows[0][1:]), *rows[1:]]
    before, after = (totals(scores(each, given_weights, rule)) for each in (rows, raised))
    if not np.isnan(before["q0"]):
        assert after["q0"] >= before["q0"] - 1e-9


@settings(deadline=None, max_examples=40)
@given(table, st.sampled_from(STANDARDISATIONS))
def test_missing_is_not_zero(rows, rule) -> None:
    """A zero is a figure with its third of the score; a missing one leaves it to the others."""
    filled = [tuple(0.0 if cell is None else abs(cell) + 1 for cell in row[:3]) for row in rows]
    whole = [(*cells, row[3]) for cells, row in zip(filled, rows, strict=True)]
    lowest = scores([(0.0, *whole[0][1:]), *whole[1:]], (1, 1, 1), rule)
    absent = scores([(None, *whole[0][1:]), *whole[1:]], (1, 1, 1), rule)
    observed = lowest[lowest["code_qp"] == "q0"].set_index("component")
    unknown = absent[absent["code_qp"] == "q0"].set_index("component")
    assert observed["weight"].tolist() == pytest.approx([1 / 3] * 3)
    assert np.isnan(unknown.loc["x", "contribution"]) and np.isnan(unknown.loc["x", "weight"])
    assert unknown["observed_weight"].iloc[0] == pytest.approx(2 / 3)
    assert totals(absent)["q0"] == pytest.approx(unknown.loc[["y", "z"], "points"].mean())


@pytest.mark.parametrize("rule", STANDARDISATIONS)
def test_a_real_chain_sums_under_each_scale(make_layers, rule) -> None:
    layers = make_layers()
    chosen = Parameters(need_standardisation=rule)
    found = need(layers, quarter_communes(layers), chosen, bridge=bridge(layers))
    sums = found.components.groupby("code_qp")["contribution"].sum(min_count=1)
    score = found.quarters["need_score"].to_numpy()
    assert score == pytest.approx(
        sums.reindex(layers["qpv"]["code_qp"]).to_numpy(), abs=1e-9, nan_ok=True
    )
    assert np.isfinite(score).sum() == 7


def test_the_users_weights_choose_the_components(make_layers) -> None:
    layers = make_layers()
    chosen = Parameters(need_weights=user_weights("poverty_share=3, foreign_share=0,age60_share=1"))
    found = need(layers, quarter_communes(layers), chosen)
    assert set(found.components["component"]) == {"poverty_share", "age60_share"}
    assert set(found.others["component"]) == set(NEED_COMPONENTS) - {"poverty_share", "age60_share"}
    own = found.components.set_index(["code_qp", "component"]).loc["QN04201M"]
    assert own["weight"].to_dict() == pytest.approx({"poverty_share": 0.75, "age60_share": 0.25})


def test_optional_components_weigh_nothing_unless_asked_for() -> None:
    assert {name for name, _ in Parameters().need_weights} == set(NEED_DEFAULTS)
    assert set(NEED_COMPONENTS) == {*NEED_DEFAULTS, *NEED_OPTIONAL}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("povrty_share=1", "composante inconnue (vouliez-vous dire poverty_share ?)"),
        ("poverty_share=-1", "poids négatif"),
        ("poverty_share=0,c2s_share=0", "tous les poids sont nuls"),
        ("poverty_share=lourd", "illisible"),
        ("poverty_share=nan", "illisible"),
        ("poverty_share=1,poverty_share=2", "cité deux fois"),
        ("poverty_share", "écrivez composante=poids"),
    ],
)
def test_bad_weights_are_refused_with_the_reason(text, told) -> None:
    with pytest.raises(BadInput) as refused:
        user_weights(text)
    assert told in str(refused.value)


def test_every_fault_of_the_weights_is_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        user_weights("povrty=1,c2s_share=-2,x")
    assert all(word in str(refused.value) for word in ("povrty", "-2", "« x »"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"need_rate_range": (0.03, 0.05)},
        {"c2s_nontakeup_range": (0.2, 1.0)},
        {"need_standardisation": "rang"},
        {"need_z_span": 0.0},
    ],
)
def test_settings_of_need_out_of_range_are_named(wrong) -> None:
    with pytest.raises(BadInput, match=next(iter(wrong))):
        Parameters(**wrong)


def counts(*values: float, perimeter: str = "2015", status: str = "modelled") -> pd.DataFrame:
    return pd.DataFrame(
        {"value": values, "status": status, "perimeter": perimeter, "carried_from": "QP042001"}
    )


def test_people_come_with_their_interval_and_their_state() -> None:
    found = people(pd.Series([1000.0]), counts(560.0), counts(2000.0), Parameters()).iloc[0]
    assert (found["need_people_low"], found["need_people_high"]) == pytest.approx((18.9, 30))
    assert found["c2s_unclaimed_people"] == pytest.approx(440)
    assert found["c2s_unclaimed_high"] == pytest.approx(560 * 0.45 / 0.55)
    assert (found["c2s_unclaimed_status"], found["c2s_unclaimed_perimeter"]) == ("modelled", "2015")


def test_those_who_do_not_claim_are_never_more_than_those_without_it() -> None:
    found = people(pd.Series([1000.0]), counts(900.0), counts(1000.0), Parameters()).iloc[0]
    assert found["c2s_unclaimed_people"] == found["c2s_unclaimed_high"] == 100
    told = [
        *(BY_ID[f"c2s_unclaimed_{one}"].definition for one in ("people", "low", "high")),
        indicator("c2s_unclaimed_share").formula_fr,
    ]
    assert all("assurés sans C2S" in definition for definition in told)


def test_hidden_and_missing_counts_keep_their_state() -> None:
    for status in ("suppressed", "missing"):
        hidden = counts(np.nan, status=status)
        found = people(pd.Series([np.nan]), hidden, hidden, Parameters()).iloc[0]
        assert found["c2s_unclaimed_status"] == status and found["c2s_unclaimed_perimeter"] == ""
        assert np.isnan(found["c2s_unclaimed_people"]) and np.isnan(found["need_people_low"])


def test_people_of_75_are_estimated_from_the_census_by_iris(make_layers) -> None:
    layers = make_layers()
    iris = layers["iris"].assign(population_75p=[300.0, 200.0])
    aged = make_layers(replace={"iris": iris})
    found = need(aged, quarter_communes(aged), Parameters()).others
    own = found[found["component"] == "age75_share"].set_index("code_qp")
    assert own.loc["QN04201M", "value"] == pytest.approx(0.1)
    assert own.loc["QN04202M", "value"] == pytest.approx(0.2)
    assert own.loc["QN04201M", "status"] == "modelled"
    assert own.loc["QN03101M", "status"] == "missing" and np.isnan(own.loc["QN03101M", "value"])


def test_a_quintile_of_the_commune_is_taken_and_never_averaged(make_layers) -> None:
    rows = [
        {
            "territory_kind": "commune", "code": code, "indicator": "fdep_quintile",
            "value": quintile, "unit": "quintile", "status": "observed", "vintage": "2020",
            "source_id": "fdep",
        }
        for code, quintile in (("42218", 5.0), ("42207", 4.0), ("31555", 3.0))
    ]  # fmt: skip
    layers = make_layers()
    both = pd.concat([layers["indicators"], frame("indicators", rows)], ignore_index=True)
    brought = make_layers(replace={"indicators": both})
    communes = quarter_communes(brought)
    communes.iloc[list(brought["qpv"]["code_qp"]).index("QN04203I")] = ("42207", "42218")
    found = need(brought, communes, Parameters()).others
    own = found[found["component"] == "fdep_quintile"].set_index("code_qp")
    assert own.loc["QN04201M", "value"] == 5 and own.loc["QN04201M", "status"] == "modelled"
    # Quintiles 4 and 5 make neither 4.5 nor 4: the QPV straddles both.
    assert np.isnan(own.loc["QN04203I", "value"]) and own.loc["QN04203I", "status"] == "missing"


@pytest.mark.parametrize("weight", ["1e308", "1000001", "1e-7"])
def test_a_weight_beyond_sense_is_said_to_be_one(weight: str) -> None:
    with pytest.raises(BadInput, match="poverty_share » : poids") as refused:
        user_weights(f"poverty_share={weight},c2s_share={weight}")
    assert "la somme" not in str(refused.value)
    user_weights("poverty_share=1e6,c2s_share=1e-6,age60_share=0")
