"""What is reached from each place where people live and from each QPV, for one profession."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.access.journeys import COARSE, Journeys, Part
from geo.access.qpv_scale import quarter_access
from geo.access.settings import Edge
from geo.catchments.decay import Kernel
from geo.catchments.methods import access_from, collect, share_out
from geo.catchments.reach import nearest
from geo.measure import Floats, precision_ranks
from geo.schema import PRECISIONS
from geo.times.ruled import Columns

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Reached:
    """Access to one profession, in the unit of its capacity per unit of people.

    Attributes
    ----------
    quarters : one row a QPV: ``access`` (mean over its pieces, weighted by people), ``status``
        (modelled or missing), ``precision`` (the coarsest position behind it), ``pieces`` and
        ``level`` (what the mean is over), ``nearest_min`` (minutes from the QPV's point; NaN:
        none within ``NEAREST_MIN``, or one is known to a commune of the QPV only: it may be next
        door, or not).
    demand : access of each demand place; pieces : of each piece of a QPV; NaN when unknown.
    uncovered : QPV of a département without a single place of the profession: its source does not
        cover it, so that access is unknown, not zero.
    unreached : ids of the supplies that nobody can reach.
    """

    quarters: pd.DataFrame
    demand: Floats
    pieces: Floats
    uncovered: Flags
    unreached: tuple[str, ...]


def reached(
    found: Journeys,
    profession: str,
    capacity: Floats,
    people: Floats,
    kernel: Kernel,
    weights: Floats | None = None,
) -> Reached:
    """The supply of a profession shared among ``people``, then read from every piece of a QPV.

    Parameters
    ----------
    capacity : one figure a supply of ``found.supply``, 0 for what does not count; only those of
        the profession are read.
    people : one a demand place; NaN, unknown, counts for nobody.
    weights : what each piece weighs in its QPV; its standardised people when not given.
    """
    supply, cut = found.supply, found.pieces
    own = (supply["profession"] == profession).to_numpy()
    if not own.any() or found.demand.empty:
        return _unknown(found)
    demand = np.zeros(len(found.demand))
    pieces = np.zeros(len(cut))
    rank = np.full(len(cut), -1, dtype=np.int64)
    nearest_min = np.full(len(found.quarters), np.nan)
    unreached: list[str] = []
    ranks = precision_ranks(supply["precision"])
    counted_people = np.nan_to_num(people)
    for part in found.parts:
        here = own[part.supply]
        ids, site = part.supply[here], part.site[here]
        if not len(ids):
            continue
        sites = len(part.density)
        offered = np.bincount(site, capacity[ids], sites).astype(np.float64)
        offer = share_out(part.from_demand, counted_people[part.demand], offered, kernel)
        demand[part.demand] = access_from(part.from_demand, offer)
        pieces[part.pieces] = access_from(part.from_pieces, offer)
        lost = np.isin(site, offer.unreached) & (capacity[ids] > 0)
        unreached += supply["supply_id"].iloc[ids[lost]].tolist()
        for coarser in np.unique(ranks[ids]):
            there = np.bincount(site[ranks[ids] == coarser], minlength=sites).astype(np.float64)
            counts = collect(part.from_pieces, kernel, there) > 0
            rank[part.pieces[counts]] = coarser
        kept = np.zeros(sites, dtype=bool)
        kept[site] = True
        nearest_min[part.quarters], _ = nearest(Columns(part.from_quarters, kept))
    uncovered = ~found.quarters["departement"].isin(set(supply.loc[own, "departement"])).to_numpy()
    pieces[uncovered[cut["quarter"].to_numpy(np.int64)]] = np.nan
    nearest_min[uncovered | unknowable(found, profession)] = np.nan
    by_quarter = pd.Series(rank).groupby(cut["quarter"].to_numpy()).max()
    status = np.where(uncovered, "missing", "modelled")
    quarters = _by_quarter(found, pieces, weights, status, nearest_min)
    quarters["precision"] = _precisions(
        by_quarter.reindex(range(len(quarters)), fill_value=-1), found
    )
    return Reached(quarters, demand, pieces, uncovered, tuple(unreached))


def _unknown(found: Journeys) -> Reached:
    """No supply, or nobody: a source is absent, which is not the same as nobody in reach (0)."""
    pieces = np.full(len(found.pieces), np.nan)
    nobody = np.full(len(found.quarters), np.nan)
    missing = np.full(len(nobody), "missing")
    quarters = _by_quarter(found, pieces, None, missing, nobody).assign(precision="unknown")
    everywhere = np.ones(len(nobody), dtype=bool)
    return Reached(quarters, np.full(len(found.demand), np.nan), pieces, everywhere, ())


def _by_quarter(
    found: Journeys, pieces: Floats, weights: Floats | None, status: Any, nearest_min: Floats
) -> pd.DataFrame:
    cut = found.pieces if weights is None else found.pieces.assign(people=weights)
    mean = quarter_access(cut, pieces, len(found.quarters))
    return pd.DataFrame(
        {
            "access": mean.access,
            "status": status,
            "precision": "unknown",
            "pieces": mean.count,
            "level": mean.level,
            "nearest_min": nearest_min,
        }
    )


def _precisions(supply_rank: pd.Series, found: Journeys) -> list[str]:
    """The coarsest of the places that count and of the people of the QPV's own communes."""
    ranks = pd.Series(precision_ranks(found.demand["precision"]), index=found.demand["commune"])
    by_commune = ranks.groupby(level=0).max().to_dict()
    names = []
    for rank, codes in zip(supply_rank, found.communes, strict=True):
        worst = max([int(rank), *(by_commune.get(code, -1) for code in codes)])
        names.append(PRECISIONS[worst] if worst >= 0 else "unknown")
    return names


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
