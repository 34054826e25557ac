"""Where to put N mediation posts, and the proof that nothing does better (METHODS 5.2)."""

from geo.allocation.feasible import Infeasible, TooManyPosts
from geo.allocation.problem import Problem, make_problem
from geo.allocation.result import Allocation, Reached, to_record
from geo.allocation.rules import OBJECTIVES, Objective, Rules
from geo.allocation.solve import allocate

__all__ = [
    "OBJECTIVES",
    "Allocation",
    "Infeasible",
    "Objective",
    "Problem",
    "Reached",
    "Rules",
    "TooManyPosts",
    "allocate",
    "make_problem",
    "to_record",
]
