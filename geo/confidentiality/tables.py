"""A table whose totals are shown beside their parts: what a reader can subtract."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.errors import BadInput

Key = tuple[str, ...]
TOTAL = "total"


@dataclass(frozen=True)
class Axis:
    """One way of cutting the table: each item's parent, whose figure is the sum of its items'.

    ``Axis.flat(("a", "b"))`` has one total; ``Axis({"q1": "c1", "q2": "c1", "c1": "dep"})`` nests
    QPV, communes and a département. An item without parent is a top total.
    """

    parents: Mapping[str, str]

    @classmethod
    def flat(cls, items: Iterable[str], total: str = TOTAL) -> Axis:
        return cls(dict.fromkeys(items, total))

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for item, parent in self.parents.items():
            found[parent] = (*found.get(parent, ()), item)
        return found

    @cached_property
    def items(self) -> tuple[str, ...]:
        """All items, parts before their total.

        Raises
        ------
        BadInput
            When an item is, through its parents, a part of itself.
        """
        ordered: dict[str, None] = {}

        def visit(item: str, above: tuple[str, ...]) -> None:
            if item in above:
                raise BadInput(f"« {item} » est une partie d'elle-même : {' > '.join(above)}.")
            for child in self.children.get(item, ()):
                visit(child, (*above, item))
            ordered[item] = None

        names = dict.fromkeys((*self.parents, *self.parents.values()))
        for item in names:
            if item not in self.parents:
                visit(item, ())
        for item in names:
            if item not in ordered:
                visit(item, ())
        return tuple(ordered)


@dataclass(frozen=True)
class AdditiveTable:
    """Figures and the sums that tie them. ``values``: NaN where nothing is published.

    ``relations`` holds (total, parts) as places in ``keys``. ``integral`` figures are counts;
    the others are amounts. All are zero or more.
    """

    keys: tuple[Key, ...]
    values: NDArray[np.float64]
    relations: tuple[tuple[int, tuple[int, ...]], ...]
    integral: bool = True

    def __post_init__(self) -> None:
        wrong = [*self._wrong_values(), *self._wrong_sums()]
        if wrong:
            raise BadInput(
                "Ce tableau ne s'additionne pas, ses totaux ne peuvent pas être protégés : "
                + " ; ".join(wrong[:10])
                + (f" ; et {len(wrong) - 10} autres" if len(wrong) > 10 else "")
                + "."
            )

    @cached_property
    def place(self) -> dict[Key, int]:
        return {key: index for index, key in enumerate(self.keys)}

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        return np.isnan(self.values)

    @cached_property
    def equations(self) -> csr_array:
        """One row per sum: parts +1, total -1; times the figures it gives 0."""
        rows, columns, signs = [], [], []
        for row, (total, parts) in enumerate(self.relations):
            rows += [row] * (len(parts) + 1)
            columns += [*parts, total]
            signs += [*([1.0] * len(parts)), -1.0]
        return csr_array(
            (signs, (rows, columns)), shape=(len(self.relations), len(self.keys)), dtype=float
        )

    def _wrong_values(self) -> list[str]:
        wrong = []
        for key, value in zip(self.keys, self.values, strict=True):
            if math.isnan(value):
                continue
            if not math.isfinite(value) or value < 0:
                wrong.append(f"{_words(key)} : {value} reçu, nombre positif ou nul attendu")
            elif self.integral and value != round(value):
                wrong.append(f"{_words(key)} : {value} reçu, effectif entier attendu")
        return wrong

    def _wrong_sums(self) -> list[str]:
        wrong = []
        for total, parts in self.relations:
            values = self.values[[total, *parts]]
            if np.isnan(values).any():
                continue
            if not math.isclose(values[0], values[1:].sum(), rel_tol=1e-9, abs_tol=1e-9):
                wrong.append(
                    f"{_words(self.keys[total])} : {values[0]:g}, ses parties font "
                    f"{values[1:].sum():g}"
                )
        return wrong


def additive_table(
    axes: Sequence[Axis], values: Mapping[Key, float], integral: bool = True
) -> AdditiveTable:
    """The table cut by these axes, with every sum along each of them.

    ``values`` maps a key (one item per axis) to its figure; a key left out, like NaN, is a cell
    that nobody publishes.

    Raises
    ------
    BadInput
        When a key is no cell of the table, a figure is negative or a total is not its parts' sum
        (the noise added by a producer does that: such a table needs no protection).
    """
    keys = tuple(itertools.product(*(axis.items for axis in axes)))
    unknown = sorted(set(values) - set(keys))
    if unknown:
        raise BadInput(f"Cases inconnues du tableau : {', '.join(map(_words, unknown))}.")
    place = {key: index for index, key in enumerate(keys)}
    relations = []
    for depth, axis in enumerate(axes):
        others = [a.items if d != depth else ("",) for d, a in enumerate(axes)]
        for around in itertools.product(*others):
            for parent, children in axis.children.items():
                cell = [place[(*around[:depth], i, *around[depth + 1 :])] for i in children]
                relations.append((place[(*around[:depth], parent, *around[depth + 1 :])], cell))
    return AdditiveTable(
        keys,
        np.array([float(values.get(key, math.nan)) for key in keys]),
        tuple((total, tuple(parts)) for total, parts in relations),
        integral,
    )


def with_totals(axes: Sequence[Axis], parts: Mapping[Key, float]) -> dict[Key, float]:
    """The finest cells and every total above them; a total with an unknown part is unknown."""
    values = dict.fromkeys(itertools.product(*(axis.items for axis in axes)), math.nan)
    values.update(parts)
    for depth, axis in enumerate(axes):
        others = [a.items if d != depth else ("",) for d, a in enumerate(axes)]
        for around in itertools.product(*others):
            for item in axis.items:
                if children := axis.children.get(item):
                    key = (*around[:depth], item, *around[depth + 1 :])
                    values[key] = sum(
                        values[(*around[:depth], child, *around[depth + 1 :])] for child in children
                    )
    return values


def _words(key: Key) -> str:
    return " × ".join(key)
