"""The problem of a call: posts to place in QPV, people who remain to be accompanied around."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.allocation.problem import Problem, make_problem
from geo.errors import BadInput
from geo.measure import Floats
from geo.parameters import Parameters
from geo.territory import projected_crs

if TYPE_CHECKING:
    from geo.analysis import Analysis


def quarters_problem(analysis: Analysis, sites: Iterable[str] | None = None) -> Problem:
    """Every QPV of the territory as demand, some of them (all by default) as candidate sites.

    People are the residual need of each QPV (need less the capacity already there, so that no post
    in place is counted again); 0 where it is unknown or hidden, since nobody can say how many a
    post would find there. A post may serve its own QPV and those whose outline is within a walk
    (``walk_min``) of it.

    Raises
    ------
    BadInput
        When a site is no QPV of the territory.
    """
    qpv = analysis.qpv.reset_index(drop=True)
    codes = qpv["code_qp"].to_numpy(str)
    wanted = codes if sites is None else np.array(sorted(set(sites)), dtype=str)
    unknown = sorted(set(wanted) - set(codes))
    if unknown:
        raise BadInput(f"Sites hors de {analysis.territory} : {', '.join(unknown[:5])}.")
    rows, columns, minutes = within_walk(qpv, np.isin(codes, wanted), analysis.parameters)
    place = {code: position for position, code in enumerate(wanted)}
    hidden = qpv["residual_status"] == "suppressed"
    people = qpv["residual_people"].mask(hidden).fillna(0.0).to_numpy(float)
    own = qpv.set_index("code_qp").loc[list(wanted)]
    return make_problem(
        codes,
        people,
        wanted,
        (rows, np.array([place[codes[column]] for column in columns], dtype=np.int64)),
        minutes=minutes,
        weight=np.nan_to_num(qpv["score"].to_numpy(float)),
        double=(qpv["situation"] == "double peine").to_numpy(bool),
        departement=own["departement"].to_numpy(str),
    )


def within_walk(
    qpv: gpd.GeoDataFrame, site: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray, Floats]:
    """(rows, columns, minutes) of the QPV within a walk of each QPV that is a site.

    The walk is between the nearest points of the two outlines, at the walking speed and detour of
    the parameters; it is 0 from a QPV to itself. Parts of France are measured apart.
    """
    found = []
    systems = qpv["departement"].map(projected_crs)
    for system in sorted(systems.unique()):
        own = np.flatnonzero(systems == system)
        shapes = qpv.geometry.iloc[own].to_crs(system).to_numpy()
        near, places = shapely.STRtree(shapes).query(
            shapes, predicate="dwithin", distance=parameters.walk_m
        )
        kept = site[own[places]]
        near, places = near[kept], places[kept]
        metres = shapely.distance(shapes[near], shapes[places])
        found.append((own[near], own[places], metres))
    if not found:
        nothing = np.array([], dtype=np.int64)
        return nothing, nothing, nothing.astype(np.float64)
    rows, columns, metres = (np.concatenate(parts) for parts in zip(*found, strict=True))
    per_metre = parameters.walk_min / parameters.walk_m
    return rows, columns, metres * per_metre
