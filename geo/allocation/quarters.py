"""The problem of a call: posts to place in QPV, people who remain to be accompanied around."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.allocation.problem import Ints, Problem, make_problem
from geo.errors import BadInput
from geo.measure import Floats
from geo.overlap import DESERT, DOUBLE, NEITHER, UNDECIDED, UNMET
from geo.parameters import Parameters
from geo.territory import projected_crs
from geo.words import counted, number, plural

if TYPE_CHECKING:
    from geo.analysis import Analysis


# (rows, columns, minutes): positions of QPV within a walk of each other.
Walks = tuple[Ints, Ints, Floats]
# The worst-off come first; a QPV whose situation nobody can tell comes last, and is listed.
TIERS = {DOUBLE: 1, DESERT: 2, UNMET: 2, NEITHER: 3, UNDECIDED: 4}


@dataclass(frozen=True, eq=False)
class Quarters:
    """The problem of a territory, and what is not known of its QPV.

    ``unknown`` : codes of the QPV whose mediation nobody described; their people are a maximum,
    the whole need. ``missing`` : codes of those whose people are not known or hidden; they are not
    counted, which is not the same as zero. ``undecided`` : codes without a situation, hence of the
    last tier. ``notes`` says so in French.
    """

    problem: Problem
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    undecided: tuple[str, ...]
    notes: tuple[str, ...]


def from_analysis(
    analysis: Analysis, sites: Iterable[str] | None = None, walks: Walks | None = None
) -> Quarters:
    """Every QPV of the territory as demand, some of them (all by default) as candidate sites.

    People are the residual need of each QPV (need less the capacity already there, so that no post
    in place is counted again). A post may serve its own QPV and those whose outline is within a
    walk (``walk_min``) of it. ``weight`` is the priority score, ``double`` the situation « double
    peine », ``tier`` follows ``TIERS``.

    Parameters
    ----------
    walks : what ``within_walk`` gave for this analysis, when it is at hand.

    Raises
    ------
    BadInput
        When a site is no QPV of the territory.
    """
    qpv = analysis.qpv.reset_index(drop=True)
    codes = qpv["code_qp"].to_numpy(str)
    wanted = codes if sites is None else np.array(sorted(set(sites)), dtype=str)
    stray = sorted(set(wanted) - set(codes))
    if stray:
        raise BadInput(f"Sites hors de {analysis.territory} : {', '.join(stray[:5])}.")
    rows, columns, minutes = walks or within_walk(qpv, analysis.parameters)
    kept = np.isin(codes, wanted)[columns]
    rows, columns, minutes = rows[kept], columns[kept], minutes[kept]
    place = {code: position for position, code in enumerate(wanted)}
    people = qpv["residual_people"].mask(qpv["residual_status"] == "suppressed")
    departement = dict(zip(codes, qpv["departement"].to_numpy(str), strict=True))
    problem = make_problem(
        codes,
        people.fillna(0.0).to_numpy(float),
        wanted,
        (rows, np.array([place[codes[column]] for column in columns], dtype=np.int64)),
        minutes=minutes,
        weight=np.nan_to_num(qpv["score"].to_numpy(float)),
        double=(qpv["situation"] == DOUBLE).to_numpy(bool),
        tier=qpv["situation"].map(TIERS).to_numpy(int),
        departement=np.array([departement[code] for code in wanted], dtype=str),
    )
    silent = qpv["coverage_state"] == "inconnu"
    unknown, missing, undecided = (
        tuple(qpv.loc[those, "code_qp"].astype(str))
        for those in (silent & people.notna(), people.isna(), qpv["situation"] == UNDECIDED)
    )
    notes = _notes(analysis.parameters, unknown, missing, undecided)
    return Quarters(problem, unknown, missing, undecided, notes)


def quarters_problem(
    analysis: Analysis, sites: Iterable[str] | None = None, walks: Walks | None = None
) -> Problem:
    """The problem of ``from_analysis`` alone."""
    return from_analysis(analysis, sites, walks).problem


def _notes(
    parameters: Parameters,
    unknown: tuple[str, ...],
    missing: tuple[str, ...],
    undecided: tuple[str, ...],
) -> tuple[str, ...]:
    notes = [
        "Un poste sert son quartier et ceux dont le contour est à "
        f"{number(parameters.walk_min)} minutes de marche au plus (hypothèse, estimation à vol "
        "d'oiseau)."
    ]
    if unknown:
        notes.append(
            f"{counted(len(unknown), 'quartier')} où la médiation n'est pas connue : leurs "
            "personnes à accompagner sont un maximum."
        )
    if missing:
        notes.append(
            f"{counted(len(missing), 'quartier')} sans nombre de personnes connu, non "
            f"{plural(len(missing), 'compté')} : {', '.join(missing)}."
        )
    if undecided:
        notes.append(
            f"{counted(len(undecided), 'quartier')} de situation indéterminée, au dernier rang : "
            f"{', '.join(undecided)}."
        )
    return tuple(notes)


def within_walk(qpv: gpd.GeoDataFrame, parameters: Parameters) -> Walks:
    """(rows, columns, minutes) of the QPV within a walk of each QPV.

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
        metres = shapely.distance(shapes[near], shapes[places])
        found.append((own[near], own[places], metres))
    if not found:
        nothing = np.array([], dtype=np.int64)
        return nothing, nothing, nothing.astype(np.float64)
    rows, columns, metres = (np.concatenate(parts) for parts in zip(*found, strict=True))
    per_metre = parameters.walk_min / parameters.walk_m
    return rows, columns, metres * per_metre
