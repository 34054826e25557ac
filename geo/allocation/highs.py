"""The door to HiGHS: a sparse model goes in as arrays, an answer and its bound come out.

No clock is read here: HiGHS counts its own seconds, and ``Answer.seconds`` says how many it took.
One thread and one seed: the same model gives the same answer unless the time runs out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix, vstack

from geo.measure import Floats

INFINITE = float("inf")
_MAXIMISE = int(highspy.ObjSense.kMaximize)
_BY_COLUMN = int(highspy.MatrixFormat.kColwise)
_STOPPED = (
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kIterationLimit,
)
_NONE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


@dataclass(frozen=True, eq=False)
class Program:
    """Maximise ``cost @ x`` with ``row_lower <= matrix @ x <= row_upper`` and bounds on x.

    ``whole`` (columns,) says which columns are integers.
    """

    cost: Floats
    matrix: csc_matrix
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    whole: npt.NDArray[np.bool_]

    def relaxed(self) -> Program:
        """The same without integers: its optimum is a bound."""
        return replace(self, whole=np.zeros_like(self.whole))

    def with_rows(self, rows: csr_matrix | Floats, lower: Floats, upper: Floats) -> Program:
        """The same with more rows at the end."""
        return replace(
            self,
            matrix=csc_matrix(vstack([self.matrix, csr_matrix(rows)])),
            row_lower=np.concatenate([self.row_lower, np.atleast_1d(lower)]),
            row_upper=np.concatenate([self.row_upper, np.atleast_1d(upper)]),
        )


@dataclass(frozen=True, eq=False)
class Answer:
    """``x`` is None when no solution was found; ``bound`` is infinite when none is proven.

    ``finished`` is False when a limit stopped the search. ``row_dual`` and ``reduced_cost`` are
    those of a linear program (empty for integers).
    """

    x: Floats | None
    value: float
    bound: float
    finished: bool
    seconds: float
    row_dual: Floats
    reduced_cost: Floats


def solve(
    program: Program,
    *,
    seconds: float = INFINITE,
    gap: float = 0.0,
    nodes: int | None = None,
    start: Floats | None = None,
) -> Answer:
    """Solve by HiGHS.

    Parameters
    ----------
    seconds, nodes : limits; gap : (bound - value) / value at which to stop.
    start : values of the first columns to begin with (HiGHS completes them).
    """
    options: dict[str, Any] = {"mip_rel_gap": gap}
    if np.isfinite(seconds):
        options["time_limit"] = max(seconds, 0.01)
    if nodes is not None:
        options["mip_max_nodes"] = nodes
    solver = load(program, **options)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    return run(solver, bool(program.whole.any()))


def load(program: Program, **options: Any) -> Any:
    """A HiGHS that holds the program, for those who change it and ``run`` it again."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    quiet = {"output_flag": False, "parallel": "off", "random_seed": 0}
    for name, value in {**quiet, **options}.items():
        solver.setOptionValue(name, value)
    matrix = program.matrix
    solver.passModel(
        matrix.shape[1],
        matrix.shape[0],
        matrix.nnz,
        _BY_COLUMN,
        _MAXIMISE,
        0.0,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        program.whole.astype(np.int32),
    )
    return solver


def run(solver: Any, integers: bool = False) -> Answer:
    """What HiGHS answers, beginning where it last stopped."""
    solver.run()
    status, info, solution = solver.getModelStatus(), solver.getInfo(), solver.getSolution()
    finished = status == highspy.HighsModelStatus.kOptimal
    seconds = float(solver.getRunTime())
    if status in _NONE:
        return Answer(None, -INFINITE, -INFINITE, True, seconds, _NO, _NO)
    if not finished and status not in _STOPPED:
        raise RuntimeError(f"HiGHS stopped: {solver.modelStatusToString(status)}")
    held = finished or (
        integers
        and info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    )
    value = float(info.objective_function_value) if held else -INFINITE
    bound = INFINITE
    if integers and np.isfinite(info.mip_dual_bound):
        bound = max(float(info.mip_dual_bound), value)
    elif finished:
        bound = value
    return Answer(
        x=np.asarray(solution.col_value) if held else None,
        value=value,
        bound=bound,
        finished=finished,
        seconds=seconds,
        row_dual=_NO if integers else np.asarray(solution.row_dual),
        reduced_cost=_NO if integers else np.asarray(solution.col_dual),
    )


_NO: Floats = np.empty(0)
