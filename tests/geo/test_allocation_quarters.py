"""From an analysis to an allocation: who is counted, who is not, who can share a post."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from geo import Analysis
from geo.allocation import Rules, allocate
from geo.allocation.quarters import TIERS, from_analysis
from geo.errors import BadInput
from geo.overlap import SITUATIONS
from geo.territory import projected_crs


@pytest.fixture(scope="module")
def changed(demo_analysis: Analysis) -> Analysis:
    """The demo where one QPV has no known people and another no known mediation."""
    qpv = demo_analysis.qpv.copy()
    qpv.loc[0, "residual_people"] = np.nan
    qpv.loc[0, "residual_status"] = "missing"
    qpv["coverage_state"] = qpv["coverage_state"].astype(object)
    qpv.loc[1, ["coverage_state", "residual_people"]] = ["inconnu", 40.0]
    qpv.loc[1, "residual_status"] = "modelled"
    return dataclasses.replace(demo_analysis, qpv=qpv)


def test_every_situation_has_a_tier() -> None:
    assert set(TIERS) == set(SITUATIONS)


def test_unknown_is_told_and_never_counted_as_zero(changed: Analysis) -> None:
    found = from_analysis(changed)
    codes = changed.qpv["code_qp"]
    lost = changed.qpv["residual_people"].isna() | (changed.qpv["residual_status"] == "suppressed")
    assert codes[0] in found.missing
    assert set(found.missing) == set(codes[lost])
    assert codes[1] in found.unknown and codes[0] not in found.unknown
    said = " ".join(found.notes)
    assert codes[0] in said and "maximum" in said and "marche" in said
    people = dict(zip(found.problem.demand_ids, found.problem.people, strict=True))
    assert people[codes[1]] == 40


def test_a_post_serves_its_own_quarter_and_those_within_a_walk(demo_analysis: Analysis) -> None:
    problem = from_analysis(demo_analysis).problem
    assert (problem.reach.diagonal() == 1).all()  # 1 + 0 minutes
    pairs = problem.reach.tocoo()
    walk = demo_analysis.parameters
    assert (pairs.data - 1 <= walk.walk_min + 1e-9).all()
    shapes = demo_analysis.qpv.set_index("code_qp").loc[list(problem.demand_ids)]
    system = projected_crs(str(shapes["departement"].iloc[0]))
    outlines = shapes.geometry.to_crs(system)
    for row, column in zip(pairs.row, pairs.col, strict=True):
        assert outlines.iloc[row].distance(outlines.iloc[column]) <= walk.walk_m + 1e-6
    near = sum((outlines.distance(one) <= walk.walk_m).sum() for one in outlines)
    assert near == pairs.nnz


@pytest.mark.parametrize("objective", ["people", "weighted", "double_peine", "worst_off"])
def test_every_objective_is_served_by_the_analysis(demo_analysis: Analysis, objective: str) -> None:
    problem = from_analysis(demo_analysis).problem
    found = allocate(problem, Rules(posts=2, step=0.5, objective=objective))
    assert found.proven
    assert found.people <= problem.people.sum() + 1e-9
    assert 0 < found.used <= 2


def test_only_the_sites_asked_for(demo_analysis: Analysis) -> None:
    code = str(demo_analysis.qpv["code_qp"].iloc[0])
    assert list(from_analysis(demo_analysis, [code]).problem.site_ids) == [code]
    with pytest.raises(BadInput, match="QN99999X"):
        from_analysis(demo_analysis, ["QN99999X"])
