"""What is reached from each place where people live and from each QPV, for one profession."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.access.journeys import COARSE, Journeys, Part
from geo.catchments.decay import Kernel
from geo.catchments.methods import access_from, collect, share_out
from geo.catchments.reach import nearest
from geo.measure import Floats, precision_ranks
from geo.parameters import Edge
from geo.times.ruled import Columns

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Reached:
    """Access of each ``demand`` place and of each of the ``pieces``, in the unit of the capacity.

    ``precision`` is the coarsest rank (``PRECISIONS``) of the supplies that count for each piece,
    -1 when none does; ``nearest_min`` the minutes from each QPV's point (NaN: none within
    ``NEAREST_MIN``, or one is known to a commune of the QPV only: it may be next door, or not);
    ``unreached`` the ids of supplies that nobody can reach.
    """

    demand: Floats
    pieces: Floats
    precision: Ints
    nearest_min: Floats
    unreached: tuple[str, ...]


def reached(
    found: Journeys, profession: str, capacity: Floats, people: Floats, kernel: Kernel
) -> Reached:
    """The supply of a profession shared among ``people``, then read from every piece of a QPV.

    Parameters
    ----------
    capacity : one figure a supply of ``found.supply``, 0 for what does not count; only those of
        the profession are read. people : one a demand place, 0 when unknown.
    """
    demand = np.zeros(len(found.demand))
    pieces = np.zeros(len(found.pieces))
    precision = np.full(len(found.pieces), -1, dtype=np.int64)
    nearest_min = np.full(len(found.quarters), np.nan)
    unreached: list[str] = []
    own = (found.supply["profession"] == profession).to_numpy()
    ranks = precision_ranks(found.supply["precision"])
    for part in found.parts:
        here = own[part.supply]
        ids, site = part.supply[here], part.site[here]
        if not len(ids):
            continue
        sites = len(part.density)
        offered = np.bincount(site, capacity[ids], sites).astype(np.float64)
        offer = share_out(part.from_demand, people[part.demand], offered, kernel)
        demand[part.demand] = access_from(part.from_demand, offer)
        pieces[part.pieces] = access_from(part.from_pieces, offer)
        lost = np.isin(site, offer.unreached) & (capacity[ids] > 0)
        unreached += found.supply["supply_id"].iloc[ids[lost]].tolist()
        for rank in np.unique(ranks[ids]):
            there = np.bincount(site[ranks[ids] == rank], minlength=sites).astype(np.float64)
            counts = collect(part.from_pieces, kernel, there) > 0
            precision[part.pieces[counts]] = rank
        kept = np.zeros(sites, dtype=bool)
        kept[site] = True
        nearest_min[part.quarters], _ = nearest(Columns(part.from_quarters, kept))
    nearest_min[unknowable(found, profession)] = np.nan
    return Reached(demand, pieces, precision, nearest_min, tuple(unreached))


def count_from_quarters(found: Journeys, counts: Floats, limit_min: float, edge: Edge) -> Floats:
    """The sum of ``counts`` (one a supply) within so many minutes of each QPV's point."""
    within = Kernel("within", ((limit_min, 1.0),), edge)
    total = np.zeros(len(found.quarters))
    for part in found.parts:
        total[part.quarters] = collect(part.from_quarters, within, _by_site(part, counts))
    return total


def unknowable(found: Journeys, profession: str) -> Flags:
    """QPV of which a commune has a supply of the profession that is known to the commune only."""
    supply = found.supply
    coarse = (supply["profession"] == profession) & supply["precision"].isin(COARSE)
    vague = set(supply.loc[coarse, "commune"]) - {""}
    return np.array([bool(vague.intersection(codes)) for codes in found.communes], dtype=bool)


def _by_site(part: Part, counts: Floats) -> Floats:
    return np.bincount(part.site, counts[part.supply], len(part.density)).astype(np.float64)
