"""Travel times as one object: built once, saved, used for every profession, kernel and scenario.

The matrix is sparse (CSR), rows are demand, columns are supply: an entry is the time *from* the
demand place *to* the supply site, and the way back may take longer. An entry of zero minutes is a
place reached at once; an absent entry is a site beyond ``max_min``, or whose time is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_matrix

from geo.catchments.loops import first_pair_twice
from geo.checks import BadMinutes, DuplicatePairs, offenders, require_unique
from geo.errors import BadInput

Mode = Literal["crow-fly", "car", "walk", "user"]
MODES: tuple[Mode, ...] = ("crow-fly", "car", "walk", "user")
Ids = npt.NDArray[Any]
BLOCK_PAIRS = 1 << 18


@dataclass(frozen=True)
class Block:
    """The pairs of the rows ``first`` … ``first + len(starts) - 2``.

    The pairs of row ``first + k`` are ``columns[starts[k]:starts[k + 1]]`` (int32) and the same
    slice of ``minutes`` (float32).
    """

    first: int
    starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    minutes: npt.NDArray[np.float32]


class Reach(Protocol):
    """What an indicator asks of travel times, held in memory or computed as they are read."""

    @property
    def demand_ids(self) -> Ids:
        """Of the rows."""

    @property
    def supply_ids(self) -> Ids:
        """Of the columns."""

    @property
    def max_min(self) -> float:
        """The limit, included, of what was looked for."""

    def blocks(self, first: int, last: int) -> Iterator[Block]:
        """The pairs of the rows ``first`` … ``last - 1``, each block read before the next."""

    def cuts(self, parts: int) -> list[tuple[int, int]]:
        """Row ranges of about as many pairs each, in order, covering every row."""


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Minutes from each demand place to the supply sites in reach.

    Attributes
    ----------
    indptr : (n + 1,) int64; indices : (k,) int32 columns, in no particular order in a row;
        minutes : (k,) float32.
    demand_ids : (n,), supply_ids : (m,) identifiers, unique.
    mode : how one travels; max_min : the limit, included, of what was looked for (infinite for a
        table brought as it is); provenance : a sentence for the reader.
    """

    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    minutes: npt.NDArray[np.float32]
    demand_ids: Ids
    supply_ids: Ids
    mode: Mode
    max_min: float
    provenance: str = ""

    @property
    def shape(self) -> tuple[int, int]:
        """Demand places, supply sites."""
        return len(self.demand_ids), len(self.supply_ids)

    @property
    def nnz(self) -> int:
        """Pairs held."""
        return len(self.indices)

    def validate(self) -> TravelTimes:
        """Itself, once everything said above has been checked.

        Raises
        ------
        DuplicateIds, BadMinutes, DuplicatePairs, BadInput
            Listing the first offenders.
        """
        n, m = self.shape
        wrong_types = [
            f"{name} : {array.dtype} au lieu de {dtype}"
            for name, array, dtype in (
                ("indptr", self.indptr, np.int64),
                ("indices", self.indices, np.int32),
                ("minutes", self.minutes, np.float32),
            )
            if array.dtype != dtype
        ]
        if wrong_types:
            raise BadInput("Temps de trajet refusés : " + " ; ".join(wrong_types) + ".")
        if self.mode not in MODES:
            raise BadInput(f"Mode « {self.mode} » inconnu : attendu parmi {', '.join(MODES)}.")
        shaped = len(self.indptr) == n + 1 and self.indptr[0] == 0 and self.indptr[-1] == self.nnz
        if not shaped or len(self.minutes) != self.nnz or (np.diff(self.indptr) < 0).any():
            raise BadInput(
                "Temps de trajet refusés : lignes, colonnes et minutes ne concordent pas."
            )
        if self.nnz and (self.indices.min() < 0 or self.indices.max() >= m):
            raise BadInput("Temps de trajet refusés : une colonne ne désigne aucun lieu d'offre.")
        require_unique(self.demand_ids, "Lieux de demande")
        require_unique(self.supply_ids, "Lieux d'offre")
        wrong = np.flatnonzero(~(np.isfinite(self.minutes) & (self.minutes >= 0)))
        if len(wrong):
            shown = [f"{self._pair(pair)} ({self.minutes[pair]:g} min)" for pair in wrong[:5]]
            raise BadMinutes(f"Minutes refusées : {offenders(shown, len(wrong))}.")
        late = np.flatnonzero(self.minutes > np.float32(self.max_min))
        if len(late):
            shown = [f"{self._pair(pair)} ({self.minutes[pair]:g} min)" for pair in late[:5]]
            limit = f"{self.max_min:g} min"
            raise BadMinutes(
                f"Minutes au-delà de la limite de {limit} : {offenders(shown, len(late))}."
            )
        twice = int(first_pair_twice(self.indptr, self.indices, m))
        if twice >= 0:
            raise DuplicatePairs(f"Deux temps pour un même trajet : {self._pair(twice)}.")
        return self

    def matrix(self) -> csr_matrix:
        """The same entries as a scipy matrix that shares their memory, zero minutes stored."""
        return csr_matrix((self.minutes, self.indices, self.indptr), shape=self.shape)

    def blocks(self, first: int, last: int) -> Iterator[Block]:
        """The pairs of a range of rows, about ``BLOCK_PAIRS`` at a time: views, no copy."""
        row = first
        while row < last:
            start = self.indptr[row]
            stop = int(np.searchsorted(self.indptr, start + BLOCK_PAIRS, side="right")) - 1
            stop = min(max(stop, row + 1), last)
            pairs = slice(start, self.indptr[stop])
            starts = self.indptr[row : stop + 1] - start
            yield Block(row, starts, self.indices[pairs], self.minutes[pairs])
            row = stop

    def cuts(self, parts: int) -> list[tuple[int, int]]:
        """Row ranges of about as many pairs each."""
        return even_cuts(self.indptr, parts)

    def transposed(self) -> TravelTimes:
        """Times read from supply to demand, with rows and columns exchanged.

        For looking up who reaches a site. It is *not* the matrix of the journeys back: feeding it
        to a catchment gives figures that add up and are wrong.
        """
        turned = self.matrix().tocsc()
        return TravelTimes(
            turned.indptr.astype(np.int64),
            turned.indices.astype(np.int32),
            turned.data,
            self.supply_ids,
            self.demand_ids,
            self.mode,
            self.max_min,
            self.provenance,
        )

    def to_arrow(self) -> pa.Table:
        """One row a demand place: its id, the positions of the sites in reach, the minutes."""
        about = {
            "supply_ids": json.dumps([str(one) for one in self.supply_ids]),
            "mode": self.mode,
            "max_min": repr(float(self.max_min)),
            "provenance": self.provenance,
        }
        starts = pa.array(self.indptr, pa.int64())
        return pa.table(
            {
                "demand_id": pa.array([str(one) for one in self.demand_ids], pa.string()),
                "supply": pa.LargeListArray.from_arrays(starts, pa.array(self.indices)),
                "minutes": pa.LargeListArray.from_arrays(starts, pa.array(self.minutes)),
            },
            metadata={f"travel.{key}": value for key, value in about.items()},
        )

    @staticmethod
    def from_arrow(table: pa.Table) -> TravelTimes:
        """The object that ``to_arrow`` wrote.

        Raises
        ------
        BadInput
            When the table is not one of ours.
        """
        about = {
            key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()
        }
        known = {f"travel.{key}" for key in ("supply_ids", "mode", "max_min", "provenance")}
        lost = sorted(known - set(about)) + sorted(
            {"demand_id", "supply", "minutes"} - set(table.column_names)
        )
        if lost:
            raise BadInput(
                f"Cette table n'est pas un fichier de temps de trajet : manque {', '.join(lost)}."
            )
        supply, minutes = (
            table[name].combine_chunks().cast(pa.large_list(kind))
            for name, kind in (("supply", pa.int32()), ("minutes", pa.float32()))
        )
        lengths = supply.value_lengths().to_numpy(zero_copy_only=False)
        return TravelTimes(
            np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64),
            supply.flatten().to_numpy(zero_copy_only=False),
            minutes.flatten().to_numpy(zero_copy_only=False),
            np.array(table["demand_id"].to_pylist(), dtype=object),
            np.array(json.loads(about["travel.supply_ids"]), dtype=object),
            about["travel.mode"],
            float(about["travel.max_min"]),
            about["travel.provenance"],
        ).validate()

    def _pair(self, pair: int) -> str:
        row = int(np.searchsorted(self.indptr, pair, side="right")) - 1
        return f"{self.demand_ids[row]} → {self.supply_ids[self.indices[pair]]}"


def even_cuts(
    cumulated: npt.NDArray[np.int64], parts: int, least: int = 1 << 19
) -> list[tuple[int, int]]:
    """Ranges of rows of about equal load, from the load of all the rows before each one.

    At most ``parts``, and fewer when each would have less than ``least``.
    """
    parts = min(parts, 1 + int(cumulated[-1]) // least)
    goals = np.linspace(0, cumulated[-1], parts + 1)[1:-1]
    inside = np.searchsorted(cumulated, goals)
    edges = np.unique(np.concatenate([[0], inside, [len(cumulated) - 1]])).tolist()
    return list(pairwise(edges))
