"""Ranking of a call: standardisations, aggregations, ties, filters, points, and what adds up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import Analysis
from geo.compare import percentile_ranks
from geo.errors import BadInput
from geo.parameters import Parameters
from geo.priority import (
    PRESETS,
    Criterion,
    Filter,
    PointsTable,
    Rules,
    call_points,
    default_criteria,
    rank_quarters,
    ranking_table,
    weighted,
)
from geo.priority.eligibility import DEFAULT_FILTERS, FDEP_4_5
from tests.geo.ranking_tables import COMBINATIONS, criteria, frames, table


def test_the_default_criteria_give_the_scores_and_ranks_of_the_analysis(
    demo_analysis: Analysis,
) -> None:
    found = rank_quarters(
        ranking_table(demo_analysis), Rules(default_criteria(Parameters())), 3
    ).table.set_index("code_qp")
    known = demo_analysis.comparators.set_index("code_qp")
    assert known["score"].notna().sum() >= 3
    np.testing.assert_allclose(found["score"], known["score"].reindex(found.index), atol=1e-9)
    assert found["rank"].equals(known["rank"].reindex(found.index))


def test_oracle_of_each_standardisation_and_aggregation() -> None:
    """Populations 1, 2, 1, by hand: percentiles 12.5, 50, 87.5; z = -√2, 0, √2."""
    people = np.array([1.0, 2.0, 1.0])
    frame = table([[1, 2, 3], [3, 2, 1]], population=people)
    half = 50 * np.sqrt(2) / 3
    wanted = {
        "percentile": [12.5, 50, 87.5],
        "zscore": [50 - half, 50, 50 + half],
        "minmax": [0, 50, 100],
    }
    for method, placed in wanted.items():
        ranking = rank_quarters(frame, Rules(criteria(1, 3), method), 1)
        np.testing.assert_allclose(ranking.placed, np.column_stack([placed, placed]))
        np.testing.assert_allclose(ranking.table["score"], placed)
    mixed = table([[1, 2, 3], [1, 2, 3]], population=people)  # the second sense is reversed
    summed = rank_quarters(mixed, Rules(criteria(1, 3)), 1).table["score"]
    np.testing.assert_allclose(summed, [0.25 * 12.5 + 0.75 * 87.5, 50, 0.25 * 87.5 + 0.75 * 12.5])
    product = rank_quarters(mixed, Rules(criteria(1, 3), aggregation="geometric"), 1)
    np.testing.assert_allclose(
        product.table["score"],
        [12.5**0.25 * 87.5**0.75, 50, 87.5**0.25 * 12.5**0.75],
    )


def test_a_zero_in_a_geometric_mean_counts_for_the_floor() -> None:
    frame = table([[0, 5, 10], [0, 5, 10]])
    rules = Rules(criteria(1, 1), "minmax", "geometric")
    np.testing.assert_allclose(rank_quarters(frame, rules, 1).table["score"], [10, 50, 10])
    higher = Rules(criteria(1, 1), "minmax", "geometric", floor=4.0)
    np.testing.assert_allclose(rank_quarters(frame, higher, 1).table["score"], [20, 50, 20])


@given(frame=frames(), combination=st.sampled_from(COMBINATIONS))
@settings(max_examples=60, deadline=None)
def test_parts_add_up_and_missing_criteria_leave_their_weight(frame, combination) -> None:
    rules = Rules(criteria(3, 2, 1), *combination)
    try:
        ranking = rank_quarters(frame, rules, 1)
    except BadInput as error:
        assert "Aucun QPV candidat" in str(error)
        return
    score = ranking.table["score"].to_numpy()
    parts = ranking.contributions.to_numpy()
    scored = np.isfinite(score)
    whole = np.log(score) if combination[1] == "geometric" else score
    np.testing.assert_allclose(np.nansum(parts, axis=1)[scored], whole[scored], atol=1e-9)
    seen = np.isfinite(ranking.placed)
    observed = (seen * rules.weights).sum(axis=1)
    shared = rules.weights[seen.any(axis=0)].sum()  # what nobody knows is set aside
    assert (scored == ((observed >= 0.6 * shared - 1e-12) & (observed > 0))).all()
    assert ((score[scored] >= 0) & (score[scored] <= 100 + 1e-9)).all()
    used = ranking.scores.weights[scored]
    np.testing.assert_allclose(used.sum(axis=1), 1)
    assert (used[~seen[scored]] == 0).all()
    ranks = ranking.table["rank"].dropna().astype(int)
    assert sorted(ranks) == list(range(1, scored.sum() + 1))


@given(frame=frames(k=1), scale=st.floats(0.1, 10), shift=st.floats(-5, 5))
@settings(max_examples=60, deadline=None)
def test_percentiles_are_those_of_the_analysis(frame, scale, shift) -> None:
    rules = Rules(criteria(1), min_observed_weight=0)
    try:
        placed = rank_quarters(frame, rules, 1).placed[:, 0]
    except BadInput:
        return
    same = percentile_ranks(frame["x0"], frame["population"], frame["region"])
    np.testing.assert_allclose(placed, same)


@pytest.mark.parametrize("weight", [1, 10, 1000])
def test_a_criterion_that_nobody_knows_has_no_weight_whatever_was_asked(weight) -> None:
    nobody = [np.nan] * 3
    rest = rank_quarters(table([[1, 2, 3], [3, 1, 2]]), Rules(criteria(1, 1)), 2)
    found = rank_quarters(table([[1, 2, 3], [3, 1, 2], nobody]), Rules(criteria(1, 1, weight)), 2)
    np.testing.assert_allclose(found.table["score"], rest.table["score"])
    # Elsewhere it may be known: the candidates are those who decide, their scores do not move.
    frame = table([[1, 2, 3, 4], [3, 1, 2, 4], [*nobody, 5]])
    frame["scope"] = [*["territory"] * 3, "region"]
    assert rank_quarters(frame, Rules(criteria(1, 1, weight)), 3).table["rank"].notna().sum() == 3


def test_when_nobody_has_a_score_the_criterion_to_blame_is_named() -> None:
    absent = [np.nan] * 4
    frame = table([[1, 2, 3, 4, *absent], [*absent, 1, 2, 3, 4]])
    told = r"« Critère 0 » .50.% du poids. connu pour 4.quartiers sur 8"
    with pytest.raises(BadInput, match=told):
        rank_quarters(frame, Rules(criteria(1, 1)), 1)


def test_ties_go_to_the_larger_population_then_to_the_code() -> None:
    frame = table([[5, 5, 5, 5]], population=[100.0, np.nan, 900.0, 100.0])
    ranks = rank_quarters(frame, Rules(criteria(1)), 2).table["rank"]
    assert ranks.tolist() == [2, 4, 1, 3]


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    frame = table(list(rng.integers(0, 5, (3, 30))), population=rng.integers(1, 4, 30) * 1000.0)
    rules = Rules(criteria(3, 2, 1))
    plain = rank_quarters(frame, rules, 7).table.set_index("code_qp")["rank"]
    mixed = rank_quarters(frame.sample(frac=1, random_state=1), rules, 7).table
    assert mixed.set_index("code_qp")["rank"].reindex(plain.index).equals(plain)


def test_a_required_criterion_is_one_no_score_does_without() -> None:
    frame = table([[1, 2, 3, np.nan], [1, 2, 3, 4]])
    own = (
        Criterion("k0", "x0", 1, 0.1, "Besoin", "", required=True),
        Criterion("k1", "x1", 1, 0.9, "Autre", ""),
    )
    found = rank_quarters(frame, Rules(own), 1).table
    assert np.isnan(found["score"].iloc[3])
    assert found["reason"].iloc[3] == "données insuffisantes"


def test_filters_choose_candidates_but_change_no_score() -> None:
    frame = table(
        [[1, 2, 3, 4, 5]],
        population=[500.0, 2000.0, np.nan, 3000.0, 4000.0],
        scope=["territory"] * 4 + ["comparator"],
    )
    everyone = rank_quarters(frame, Rules(criteria(1), filters=()), 1).table
    large = Filter("population", ">=", 1000.0)
    assert large.sentence() == "population au moins 1\u202f000"
    chosen = rank_quarters(
        frame,
        Rules(criteria(1), filters=(Filter("scope", "=", "territory", "QPV d'ici"), large)),
        1,
    ).table
    assert chosen["candidate"].tolist() == [False, True, False, True, False]
    assert chosen["score"].equals(everyone["score"])
    assert chosen["reason"].tolist() == [
        "population au moins 1\u202f000 : non",
        "",
        "population au moins 1\u202f000 : inconnu",
        "",
        "QPV d'ici : non",
    ]
    assert chosen.loc[chosen["selected"], "code_qp"].tolist() == ["QN003"]


def test_filters_on_texts_lists_and_absent_columns() -> None:
    frame = table([[1, 2, 3, 4]], quintile=[4.0, 5.0, 1.0, np.nan], name=["a", "", "b", "a"])
    inside = Filter("quintile", "in", (4.0, 5.0), "FDep 4-5")
    found = rank_quarters(frame, Rules(criteria(1), filters=(inside,)), 1).table
    assert found["candidate"].tolist() == [True, True, False, False]
    other = Filter("name", "!=", "b")
    found = rank_quarters(frame, Rules(criteria(1), filters=(other,)), 1).table
    assert found["candidate"].tolist() == [True, False, False, True]
    with pytest.raises(BadInput, match=r"FDep 4-5.*regime_fdep_45"):
        rank_quarters(frame, Rules(criteria(1), filters=(PRESETS["fdep-4-5"],)), 1)
    with pytest.raises(BadInput, match="est un texte"):
        rank_quarters(frame, Rules(criteria(1), filters=(Filter("name", ">", 3.0),)), 1)
    with pytest.raises(BadInput, match="un nombre est attendu"):
        Filter("quintile", ">=", "quatre")


@pytest.mark.parametrize(
    ("score", "points"),
    [(0, 0), (2.49, 0), (2.5, 1), (7.49, 1), (7.5, 2), (47.5, 10), (92.49, 18), (92.5, 19),
     (97.49, 19), (97.5, 20), (100, 20), (47.5 - 1e-12, 10)],
)  # fmt: skip
def test_points_of_a_call(score: float, points: int) -> None:
    assert call_points(pd.Series([score])).tolist() == [points]


def test_points_follow_the_formula_and_an_edited_table() -> None:
    scores = pd.Series(np.arange(0, 100.01, 0.01))
    assert (call_points(scores) == np.floor((scores.round(9) + 2.5) / 5)).all()
    own = PointsTable(((0.0, 0), (50.0, 5), (80.0, 12)), "Barème d'un appel")
    assert call_points(pd.Series([49.9, 50, 80, np.nan]), own).tolist()[:3] == [0, 5, 12]
    assert call_points(pd.Series([np.nan]), own).isna().all()
    with pytest.raises(BadInput, match=r"premier seuil.*croissants.*jamais baisser"):
        PointsTable(((10.0, 3), (5.0, 1)))
    with pytest.raises(BadInput, match="hors de 0"):
        call_points(pd.Series([130.0]))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"access_deficit": 0, "need": 0}, "tous nuls"),
        ({"access_deficit": -1, "need": 2}, r"access_deficit = -1.*positifs ou nuls"),
        (
            {"access_deficit": float("nan"), "need": float("inf")},
            "access_deficit = nan, need = inf",
        ),
        ({"acces": 1, "besoin": 2}, r"acces, besoin inconnu.*Critères possibles : access_deficit"),
    ],
)
def test_weights_from_which_no_score_can_be_made(weights, message) -> None:
    with pytest.raises(BadInput, match=message):
        weighted(weights)


def test_posts_out_of_range_are_said_in_words() -> None:
    frame = table([[1, 2, 3]])
    with pytest.raises(BadInput, match=r"7.postes pour 3.QPV candidats.*au plus 3"):
        rank_quarters(frame, Rules(criteria(1)), 7)
    with pytest.raises(BadInput, match="0 poste demandé"):
        rank_quarters(frame, Rules(criteria(1)), 0)
    nobody = frame.assign(scope="comparator")
    with pytest.raises(BadInput, match="Aucun QPV candidat"):
        rank_quarters(nobody, Rules(criteria(1)), 1)


@pytest.mark.parametrize(
    ("states", "asked"), [(["", "out", "out"], True), (["out"] * 3, False), (["out", "", ""], True)]
)
def test_a_list_is_asked_for_only_where_it_could_bring_a_candidate(states, asked) -> None:
    frame = table([[1, 2, 3]]).assign(regime_fdep_45=states)
    with pytest.raises(BadInput, match="retirez un filtre") as refused:
        rank_quarters(frame, Rules(criteria(1), filters=(*DEFAULT_FILTERS, FDEP_4_5)), 1)
    assert ("« qpv build … --fdep FICHIER »" in str(refused.value)) is asked
    elsewhere = frame.assign(scope="comparator")
    with pytest.raises(BadInput, match=r"retirez un filtre\.$"):
        rank_quarters(elsewhere, Rules(criteria(1), filters=(*DEFAULT_FILTERS, FDEP_4_5)), 1)


def test_rules_name_everything_that_is_wrong() -> None:
    with pytest.raises(BadInput, match=r"« rank ».*« product ».*plancher"):
        Rules(criteria(1), "rank", "product", floor=0)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="cité"):
        Rules((*criteria(1), *criteria(1)))
    with pytest.raises(BadInput, match="la table n'a pas x1"):
        rank_quarters(table([[1, 2, 3]]), Rules(criteria(1, 1)), 1)
