"""A linear program asked many times over: same sums, other prices and other bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

TOLERANCE = 1e-6
Vector = NDArray[np.float64]


@dataclass
class Program:
    """Minimise costs @ x with ``matrix @ x == sides`` and ``lower <= x <= upper``.

    ``whole``: only whole solutions count. The linear program is tried first, since its corners
    are whole for most tables; integer programming is called when one is not, and stops within
    ``gap`` of the cheapest.
    """

    matrix: csr_array
    sides: Vector
    lower: Vector
    upper: Vector
    whole: bool
    gap: float = 0.0
    _models: dict[bool, Any] = field(default_factory=dict)

    def minimise(self, costs: Vector) -> Vector | None:
        """The cheapest solution, or None when there is none."""
        found = self._run(costs, whole=False)
        if found is None or not self.whole:
            return found
        if np.abs(found - np.round(found)).max(initial=0.0) > TOLERANCE:
            found = self._run(costs, whole=True)
        if found is None:
            return None
        rounded = np.round(found)
        exact = np.abs(self.matrix @ rounded - self.sides).max(initial=0.0) < TOLERANCE
        return rounded if exact else None

    def bound(self, lower: Vector, upper: Vector) -> None:
        """Other bounds from now on."""
        self.lower, self.upper = lower, upper
        size = len(lower)
        for model in self._models.values():
            model.changeColsBounds(size, np.arange(size, dtype=np.int32), lower, upper)

    def _run(self, costs: Vector, whole: bool) -> Vector | None:
        if whole not in self._models:
            self._models[whole] = _model(self, whole)
        model, size = self._models[whole], len(costs)
        model.changeColsCost(size, np.arange(size, dtype=np.int32), costs)
        model.run()
        if "kOptimal" not in str(model.getModelStatus()):
            return None
        return np.array(model.getSolution().col_value, float)


def _model(program: Program, whole: bool) -> Any:
    # Loaded when a table has something to hide, and not at each start of the program.
    import highspy

    model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("parallel", "off")
    model.setOptionValue("random_seed", 0)
    model.setOptionValue("mip_rel_gap", program.gap)
    lp = highspy.HighsLp()
    rows, columns = program.matrix.shape
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_ = np.zeros(columns)
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_ = lp.row_upper_ = program.sides
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.matrix.indptr
    lp.a_matrix_.index_ = program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
    model.passModel(lp)
    return model
