"""Travel times asked of the Géoplateforme route service, as the matrix of the project.

One request a pair, spaced by a second: for some hundreds of pairs. Off unless allowed, see
``datasets.navigation``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from datasets.access_files import Places
from datasets.access_places import placed_in
from datasets.navigation import Mode, Navigation, itinerary_times
from geo.times.matrix import TravelTimes
from geo.times.table import from_table

# [assumption, editable] Nobody goes faster in a straight line: pairs further apart are not asked.
FASTEST_KMH = {"car": 130.0, "walk": 8.0}
_ENGINE = "service d'itinéraires de la Géoplateforme (IGN)"


@dataclass(frozen=True, eq=False)
class ServiceTimes:
    """``times``, and the pairs whose time stays ``unknown`` (demand_id, supply_id, status, reason).

    A pair that is in neither is out of reach. ``crs``: the system measured in.
    """

    times: TravelTimes
    unknown: pd.DataFrame
    crs: str


def service_times(
    demand: Places,
    supply: Places,
    settings: Navigation,
    *,
    mode: Mode,
    max_min: float,
    crs: str = "",
) -> ServiceTimes:
    """Minutes from each place of ``demand`` to those of ``supply``, at most ``max_min``.

    Raises
    ------
    BadInput, ServiceOff, ServiceStopped
        As ``itinerary_times``; more pairs than ``settings.max_requests``.
    AccessFileError
        Positions that cannot be used.
    """
    placed = placed_in(demand, supply, crs)
    here, there = placed.xy_m
    furthest = max_min * FASTEST_KMH[mode] * 1000 / 60
    apart = np.hypot(*(here[:, None, axis] - there[None, :, axis] for axis in (0, 1)))
    rows, columns = np.nonzero(apart <= furthest)
    pairs = pd.DataFrame(
        {
            "demand_id": demand.frame["id"].to_numpy(object)[rows],
            "demand_lon": placed.lonlat[0][rows, 0],
            "demand_lat": placed.lonlat[0][rows, 1],
            "supply_id": supply.frame["id"].to_numpy(object)[columns],
            "supply_lon": placed.lonlat[1][columns, 0],
            "supply_lat": placed.lonlat[1][columns, 1],
        }
    )
    told = itinerary_times(pairs, settings, mode=mode)
    lost = told["minutes"].isna()
    versions = sorted(set(told.loc[~lost, "resource"] + " " + told.loc[~lost, "resource_version"]))
    times = from_table(
        told[~lost],
        demand.frame["id"].to_numpy(object),
        supply.frame["id"].to_numpy(object),
        mode=mode,
        max_min=max_min,
        provenance=f"{_ENGINE}, {', '.join(versions)}".rstrip(", "),
    )
    unknown = told.loc[lost, ["demand_id", "supply_id", "status", "reason"]]
    return ServiceTimes(times, unknown.reset_index(drop=True), placed.name)
