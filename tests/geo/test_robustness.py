"""Seeded draws: exact sums, the same bytes, dominance, and a slow calculation beside."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import Analysis, Layers, analyse
from geo.errors import BadInput
from geo.parameters import Parameters
from geo.priority import STANDARDISATIONS, Rules, rank_quarters, ranking_table
from geo.priority.aggregate import aggregate
from geo.priority.standardise import standardise
from geo.robustness import (
    Choice,
    Variants,
    around_the_cut,
    before,
    before_words,
    kept_words,
    robustness,
    with_capacity,
    with_thresholds,
)
from geo.robustness.dominance import dominance, tie_order_with
from geo.robustness.draws import drawn, kept_of, prepare, rank_counts
from geo.robustness.loops import place
from geo.robustness.words import (
    outside_its_variants,
    outside_words,
    share_in_short,
    share_pattern,
    share_words,
)
from tests.geo.ranking_tables import criteria, frames, table

FEW = Variants(draws=60)


def ranked(frame: pd.DataFrame, posts: int = 2, *weights: float):
    return rank_quarters(frame, Rules(criteria(*(weights or (3, 2, 1)))), posts)


def sample(n: int = 40, holes: float = 0.0) -> pd.DataFrame:
    rng = np.random.Generator(np.random.PCG64(5))
    columns = rng.integers(0, 12, (4, n)).astype(float)
    columns[rng.random((4, n)) < holes] = np.nan
    people = np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 5, n) * 1000.0)
    return table(list(columns), population=people, region=rng.choice(["84", "11"], n))


def test_sentence_of_the_method_notes() -> None:
    said = kept_words(470, 500, 7).replace("\u00a0", " ")
    assert said == ("retenu dans 94 % des variantes (IC 95 % 91,6–95,8 %, 500 tirages, graine 7)")
    assert before_words("A", "B", 0.93, 100) == "A avant B dans 93\u00a0% des variantes"


def test_a_share_near_the_ends_is_never_said_to_be_whole() -> None:
    assert "99,97\u00a0%" in kept_words(9997, 10000, 7)
    assert "0,4\u00a0%" in kept_words(4, 1000, 7)
    assert "dans 100\u00a0%" in kept_words(10, 10, 7) and "dans 0\u00a0%" in kept_words(0, 10, 7)
    assert "99,99999\u00a0%" in kept_words(9_999_999, 10_000_000, 7)
    # 99,995 in binary is a little below, on paper it is a half.
    assert share_words(19_999, 20_000) == "99,995\u00a0%"
    assert share_in_short(9995, 10_000) == "99,95\u00a0% (99,88–99,98)"
    assert [share_pattern(n) for n in (10, 1000, 10_000, 20_000)] == [
        "0.0%", "0.0%", "0.00%", "0.000%"]  # fmt: skip


def test_a_rank_outside_its_variants_is_told_in_words() -> None:
    row = {"rank": 19, "rank_05": 21, "rank_95": 108}
    assert outside_its_variants(row)
    assert not outside_its_variants({**row, "rank": 21})
    assert not outside_its_variants({**row, "rank_05": None, "rank_95": None})
    assert "Bel Air" in outside_words(["Bel Air"]) and outside_words([]) == ""


@pytest.mark.parametrize("holes", [0.0, 0.2])
def test_the_fast_ranks_are_those_of_a_slow_calculation(holes: float) -> None:
    frame = sample(holes=holes)
    frame["y0"] = frame["x0"] ** 2
    frame.loc[3, "y0"] = np.nan
    variants = Variants(draws=200, choices=(Choice("k0", "accès", (("a", "x0"), ("b", "y0"))),))
    ranking = ranked(frame, 5)
    draws = prepare(frame, ranking, variants)
    counts = rank_counts(draws)
    rows = pd.Index(frame["code_qp"]).get_indexer(draws.codes)
    slow = np.zeros_like(counts)
    flat = ["x0", "y0", "x1", "x2"]
    senses = np.array([1, -1, 1])
    for kind, columns, weights in zip(draws.kinds, draws.columns, draws.weights, strict=True):
        scale, how = STANDARDISATIONS[kind // 2], ("sum", "geometric")[kind % 2]
        placed = np.column_stack(
            [
                standardise(
                    sense * frame[flat[at]].to_numpy(float),
                    frame["population"], frame["region"], scale, span=3.0,
                )
                for at, sense in zip(columns, senses, strict=True)
            ]
        )  # fmt: skip
        total = aggregate(
            placed, weights, how, required=np.zeros(3, bool), min_observed=0, floor=1.0
        ).total[rows]
        order = np.lexsort((np.arange(len(rows)), -np.rint(total * 1e9)))
        slow[order, np.arange(len(rows))] += 1
    np.testing.assert_array_equal(counts, slow)


@given(frame=frames(), posts=st.integers(1, 3), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_shares_sum_to_the_posts_and_a_dominator_never_comes_behind(frame, posts, seed) -> None:
    try:
        ranking = ranked(frame, posts)
    except BadInput:
        return
    found = robustness(frame, ranking, dataclasses.replace(FEW, seed=seed))
    own = found.table.set_index("code_qp")
    assert own["kept"].sum() == posts * FEW.draws  # exactly
    assert (own["rank_05"] <= own["rank_50"]).all() and (own["rank_50"] <= own["rank_95"]).all()
    assert (own["share_low"] <= own["share"]).all() and (own["share"] <= own["share_high"]).all()
    draws = found.draws
    regions = frame.set_index("code_qp")["region"].reindex(draws.codes)
    for a, b in np.argwhere(dominance(draws.values, regions)):
        first, second = str(draws.codes[a]), str(draws.codes[b])
        assert before(found, first, second) == 1.0
        assert own.loc[first, "kept"] >= own.loc[second, "kept"]
        assert own.loc[first, "rank_95"] <= own.loc[second, "rank_95"]


def test_dominance_compares_like_with_like() -> None:
    values = np.array(
        [[2.0, 3.0], [2.0, 2.0], [2.0, np.nan], [1.0, np.nan], [9.0, 9.0], [2.0, 3.0]]
    )
    regions = pd.Series(["84", "84", "84", "84", "11", "84"])
    found = {tuple(map(int, pair)) for pair in np.argwhere(dominance(values, regions))}
    assert found == {(0, 1), (5, 1), (2, 3)}


def test_ties_obey_dominance_and_otherwise_stay() -> None:
    dominated = np.zeros((4, 4), dtype=bool)
    dominated[3, 0] = True
    order = np.array([0, 1, 2, 3])
    assert tie_order_with(dominated, order).tolist() == [1, 2, 3, 0]
    assert tie_order_with(np.zeros((4, 4), bool), order[::-1]).tolist() == [3, 2, 1, 0]


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not() -> None:
    frame = sample()
    ranking = ranked(frame, 5)
    first, second = (robustness(frame, ranking, FEW) for _ in range(2))
    assert first.table.to_csv().encode() == second.table.to_csv().encode()
    other = robustness(frame, ranking, dataclasses.replace(FEW, seed=8))
    assert other.table.to_csv() != first.table.to_csv()


def test_the_same_draws_serve_for_every_number_of_posts() -> None:
    frame = sample(holes=0.1)
    once = drawn(frame, ranked(frame, 1), FEW)
    for posts in (1, 5, 12):
        ranking = ranked(frame, posts)
        anew = robustness(frame, ranking, FEW)
        pd.testing.assert_frame_equal(kept_of(ranking, once).table, anew.table)


def test_the_order_of_rows_changes_nothing() -> None:
    frame = sample(holes=0.1)
    mixed = frame.sample(frac=1, random_state=2)
    plain = robustness(frame, ranked(frame, 5), FEW).table
    pd.testing.assert_frame_equal(plain, robustness(mixed, ranked(mixed, 5), FEW).table)


def test_without_any_choice_the_draws_repeat_the_ranking() -> None:
    frame = sample()
    variants = Variants(
        draws=50, standardisations=("percentile",), aggregations=("sum",), concentration=1e12
    )
    ranking = ranked(frame, 5)
    found = robustness(frame, ranking, variants).table
    assert (found["rank_05"] == found["rank"]).all() and (found["rank_95"] == found["rank"]).all()
    assert (found["share"] == found["selected"]).all()


def test_one_before_the_other_adds_up() -> None:
    frame = sample(holes=0.1)
    found = robustness(frame, ranked(frame, 5), FEW)
    cut = around_the_cut(found, 2)
    assert len(cut) == 4
    for first, second, share in cut.itertuples(index=False):
        assert before(found, second, first) == pytest.approx(1 - share)
    with pytest.raises(BadInput, match="QN999 : pas un candidat"):
        before(found, "QN000", "QN999")


def test_quantiles_of_ranks_count_whole_draws() -> None:
    """Two quarters whose order only the weights decide: ranks 1 and 2, whichever the quantile."""
    frame = table([[0, 10, 5], [0, 10, 5]])  # the second is reversed
    found = robustness(frame, ranked(frame, 1, 1, 1), Variants(draws=500)).table
    assert found["kept"].sum() == 500
    assert set(found[["rank_05", "rank_95"]].to_numpy().ravel()) <= {1, 2, 3}


@given(
    key=st.lists(
        st.one_of(st.integers(-3, 3).map(float), st.floats(-1e11, 1e11)), min_size=1, max_size=400
    )
)
@settings(max_examples=100, deadline=None)
def test_counting_puts_scores_in_order(key) -> None:
    own = np.array(key)
    n = len(own)
    order = np.empty(n, np.int32)
    place(own, np.empty(n, np.int32), np.empty(2 * n + 1, np.int32), np.empty(n), order)
    np.testing.assert_array_equal(order, np.argsort(-own, kind="stable"))


def test_a_crowded_bucket_is_sorted_as_well() -> None:
    own = np.append(np.random.Generator(np.random.PCG64(1)).random(2000), 1e12)
    order = np.empty(2001, np.int32)
    place(own, np.empty(2001, np.int32), np.empty(4003, np.int32), np.empty(2001), order)
    np.testing.assert_array_equal(order, np.argsort(-own, kind="stable"))


def test_capacity_moves_the_gap_as_the_analysis_would(
    demo_analysis: Analysis, demo_layers: Layers
) -> None:
    own = ranking_table(demo_analysis)
    wider, choice = with_capacity(own, demo_analysis.mediation_reach, demo_analysis.parameters)
    assert len(choice.columns) == 11
    other = ranking_table(analyse(demo_layers, Parameters(people_per_fte=140)))
    there = other.set_index("code_qp")["mediation_gap"].reindex(own["code_qp"]).to_numpy()
    np.testing.assert_allclose(wider["mediation_gap@140"], there)
    assert np.isfinite(there).any() and np.isnan(there).any()
    assert (wider["mediation_gap@100"] >= wider["mediation_gap@150"] - 1e-12)[
        np.isfinite(there)
    ].all()


def test_thresholds_make_classes_of_each_variant() -> None:
    frame = pd.DataFrame({"access": [2.5, 2.6, 4.0, 4.1, np.nan]})
    wider, choice = with_thresholds(
        frame, Choice("access_deficit", "accès", (("référence", "access"),)), (None, (2.5, 4.0))
    )
    assert [column for _, column in choice.columns] == ["access", "access@2.5/4"]
    np.testing.assert_array_equal(wider["access@2.5/4"], [0, 1, 1, 2, np.nan])
    assert choice.columns[1][0] == "référence, seuils 2,50 et 4,00"


def test_variants_name_everything_that_is_wrong() -> None:
    twice = (Choice("k0", "a", (("x", "x0"),)), Choice("k0", "b", ()))
    with pytest.raises(BadInput, match=r"0 tirage.*graine -1.*standardisation rank.*deux listes"):
        Variants(draws=0, seed=-1, standardisations=("rank",), choices=twice)  # type: ignore[arg-type]
    frame = sample()
    absent = Variants(draws=5, choices=(Choice("k0", "accès", (("a", "x0"), ("b", "nulle_part"))),))
    with pytest.raises(BadInput, match="la table n'a pas nulle_part"):
        robustness(frame, ranked(frame), absent)
