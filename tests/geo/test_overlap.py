import itertools

import pandas as pd

from geo.overlap import SITUATIONS, bivariate_counts, situations, unmet_score

CLASSES = ("low", "mid", "high")


def test_every_cell_of_the_grid_has_its_situation():
    cells = list(itertools.product((*CLASSES, ""), (*CLASSES, "")))
    access, unmet = (pd.Series([cell[axis] for cell in cells]) for axis in (0, 1))
    named = dict(zip(cells, situations(access, unmet), strict=True))
    assert named["low", "high"] == "double peine"
    assert named["low", "low"] == named["low", "mid"] == "désert médical seul"
    assert named["mid", "high"] == named["high", "high"] == "non-recours seul"
    neither = [named[cell] for cell in itertools.product(("mid", "high"), ("low", "mid"))]
    assert set(neither) == {"hors alerte"}
    assert {name for cell, name in named.items() if "" in cell} == {"indéterminé"}
    assert set(named.values()) == set(SITUATIONS)


def test_counts_keep_the_shape_of_the_grid():
    counts = bivariate_counts(pd.Series(["low", "low", ""]), pd.Series(["high", "high", "low"]))
    assert counts.shape == (3, 3) and counts.at["low", "high"] == 2
    assert counts.to_numpy().sum() == 2


def test_a_served_need_is_not_an_unmet_one():
    assert unmet_score(pd.Series([80.0, 80.0]), pd.Series([0.0, 1.0])).tolist() == [0.0, 80.0]
