"""Resemblance of quarters: a distance that is one, said with what it rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.similar import (
    CRITERIA,
    criteria_points,
    distances,
    how_compared,
    similar_quarters,
)

KNOWN = st.floats(0, 100, allow_nan=False)
CELL = st.one_of(st.just(float("nan")), KNOWN)
WIDTH = 5
TABLES = st.lists(st.lists(CELL, min_size=WIDTH, max_size=WIDTH), min_size=2, max_size=6)


def _points(rows: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=[f"Q{rank}" for rank in range(len(rows))], dtype="float64")


def test_the_distance_is_the_root_of_the_mean_square_over_what_both_know():
    points = _points([[0, 0, 0, 0, 50], [30, 40, 0, 0, np.nan], [np.nan] * 2 + [9.0, 9.0, 9.0]])
    found = distances(points, "Q0", min_share=0.6)
    assert found.loc["Q1", "known"] == 4
    assert found.loc["Q1", "distance"] == pytest.approx(25.0)
    assert found.loc["Q2", "known"] == 3  # 60 % of five, exactly: compared
    assert found.loc["Q2", "distance"] == pytest.approx(np.sqrt((81 + 81 + 41**2) / 3))
    assert np.isnan(distances(points, "Q0", min_share=0.61).loc["Q2", "distance"])


@settings(max_examples=20)
@given(TABLES, st.floats(0, 1))
def test_it_is_symmetric_bounded_and_silent_when_too_little_is_known(rows, share):
    points = _points(rows)
    for code in points.index:
        found = distances(points, code, share)
        for other, row in found.iterrows():
            back = distances(points, other, share).loc[code]
            assert row["known"] == back["known"]
            assert row["distance"] == pytest.approx(back["distance"], nan_ok=True)
            shared = points.loc[[code, other]].notna().all().sum()
            assert row["known"] == shared
            assert np.isnan(row["distance"]) == (shared == 0 or shared < share * WIDTH - 1e-9)
            assert np.isnan(row["distance"]) or 0 <= row["distance"] <= 100


@settings(max_examples=20)
@given(st.lists(st.lists(KNOWN, min_size=WIDTH, max_size=WIDTH), min_size=3, max_size=3))
def test_fully_known_quarters_keep_the_inequality_of_triangles(rows):
    points = _points(rows)
    one, two = distances(points, "Q0", 0.6), distances(points, "Q1", 0.6)
    direct, first = one.loc["Q2", "distance"], one.loc["Q1", "distance"]
    assert direct <= first + two.loc["Q2", "distance"] + 1e-9


def test_the_criteria_of_the_demo_are_ranks_and_a_missing_figure_stays_missing(demo_analysis):
    points = criteria_points(demo_analysis)
    assert tuple(points.columns) == CRITERIA
    assert set(points.index) == set(demo_analysis.comparators["code_qp"])
    assert points.min().min() >= 0 and points.max().max() <= 100
    values = demo_analysis.comparators.set_index("code_qp")["population"].reindex(points.index)
    assert (points["population"].isna() == values.isna()).all()
    known = values.dropna()
    assert points.loc[known.index, "population"].corr(known, method="spearman") > 0.999


def test_the_nearest_come_first_and_say_what_they_rest_on(demo_analysis):
    points = criteria_points(demo_analysis)
    code = points.notna().sum(axis=1).idxmax()
    found = similar_quarters(demo_analysis, code, count=4)
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    expected = distances(points, code, 0.6)["distance"].nsmallest(4)
    assert [one.distance for one in found] == pytest.approx(list(expected))
    assert all(one.known >= 0.6 * len(CRITERIA) and len(one.closest) == 3 for one in found)
    assert code not in {one.code_qp for one in found}
    assert f"{found[0].known} critères connus sur {len(CRITERIA)}" in found[0].told
    assert found == similar_quarters(demo_analysis, code, count=4, points=points)


def test_a_quarter_that_knows_too_little_resembles_nobody(demo_analysis):
    points = criteria_points(demo_analysis)
    unknown = points.notna().sum(axis=1).idxmin()
    assert points.loc[unknown].notna().sum() < 0.6 * len(CRITERIA)
    assert similar_quarters(demo_analysis, unknown) == []


def test_the_distance_is_explained_in_words(demo_analysis):
    told = how_compared(demo_analysis)
    assert "accès au généraliste" in told and "taux de pauvreté" in told and "60\u00a0%" in told
