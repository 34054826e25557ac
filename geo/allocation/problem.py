"""What is to be shared out: people to serve, candidate sites, who can reach which site.

Pure arrays. Places are put in the order of their codes, so that the order of a file never changes
the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from geo.checks import (
    SHOWN,
    BadCounts,
    BadMinutes,
    DuplicatePairs,
    UnknownIds,
    offenders,
    require_counts,
    require_unique,
)
from geo.errors import BadInput
from geo.measure import Floats
from geo.words import counted

Ids = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Problem:
    """Built by ``make_problem``, which checks and sorts everything.

    Attributes
    ----------
    demand_ids : (n,) str, sorted; people : (n,) float64, people to serve in a year.
    weight : (n,) what serving one person is worth to the objective « weighted ».
    double : (n,) bool, the place is in « double peine »; None when nobody said.
    tier : (n,) int64, 1 for the worst-off; None when nobody said.
    site_ids : (m,) str, sorted; departement : (m,) str, "" unknown.
    fixed : (m,) posts already there, never removed; cost_eur : (m,) yearly cost of a post, NaN for
        the cost of the rules.
    reach : (n, m) sparse; an entry says that the site can serve the place, its value is 1 + the
        minutes of the journey (1 when unknown), so that nothing in reach is stored as 0.
    """

    demand_ids: Ids
    people: Floats
    weight: Floats
    double: npt.NDArray[np.bool_] | None
    tier: Ints | None
    site_ids: Ids
    departement: Ids
    fixed: Floats
    cost_eur: Floats
    reach: csr_matrix

    @property
    def reachable(self) -> npt.NDArray[np.bool_]:
        """(n,) at least one site is in reach."""
        return np.asarray(np.diff(self.reach.indptr) > 0)


def make_problem(
    demand_ids: Sequence[Any] | Ids,
    people: npt.ArrayLike,
    site_ids: Sequence[Any] | Ids,
    pairs: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    minutes: npt.ArrayLike | None = None,
    weight: npt.ArrayLike | None = None,
    double: npt.ArrayLike | None = None,
    tier: npt.ArrayLike | None = None,
    departement: Sequence[str] | Ids | None = None,
    fixed: npt.ArrayLike | None = None,
    cost_eur: npt.ArrayLike | None = None,
) -> Problem:
    """Check, sort by code and keep.

    Parameters
    ----------
    pairs : positions (rows of the demand, columns of the sites) of each pair in reach.
    minutes : of each pair, used only to choose between equals the nearest site.
    weight, double, tier : see ``Problem``; 1 for each place when ``weight`` is not given.
    fixed, cost_eur : 0 and unknown when not given.

    Raises
    ------
    DuplicateIds, BadCounts, BadMinutes, DuplicatePairs, UnknownIds, BadInput
        Each in French, with the first offenders.
    """
    places, sites = _codes(demand_ids, "Lieux de demande"), _codes(site_ids, "Sites candidats")
    n, m = len(places), len(sites)
    if not n or not m:
        raise BadInput(
            f"Il faut au moins un lieu de demande ({n} reçu) et un site candidat ({m} reçu)."
        )
    people = require_counts(people, places, "Personnes à accompagner")
    weight = require_counts(np.ones(n) if weight is None else weight, places, "Poids")
    fixed = require_counts(np.zeros(m) if fixed is None else fixed, sites, "Postes existants")
    by_place, by_site = np.argsort(places, kind="stable"), np.argsort(sites, kind="stable")
    areas = np.full(m, "", object) if departement is None else np.array(departement, object)
    if areas.shape != (m,):
        raise BadInput(f"Départements des sites : {m} attendus, {areas.size} reçus.")
    return Problem(
        demand_ids=places[by_place],
        people=people[by_place],
        weight=weight[by_place],
        double=None if double is None else _flags(double, n)[by_place],
        tier=None if tier is None else _tiers(tier, places)[by_place],
        site_ids=sites[by_site],
        departement=areas[by_site],
        fixed=fixed[by_site],
        cost_eur=_costs(cost_eur, sites)[by_site],
        reach=_reach(places, sites, pairs, minutes)[by_place][:, by_site].tocsr(),
    )


def _codes(ids: Sequence[Any] | Ids, what: str) -> Ids:
    codes = np.array(list(map(str, ids)), dtype=object)
    require_unique(codes, what)
    return codes


def _flags(values: npt.ArrayLike, n: int) -> npt.NDArray[np.bool_]:
    flags = np.asarray(values)
    if flags.shape != (n,) or flags.dtype != bool:
        raise BadInput(f"« Double peine » : {n} réponses oui ou non attendues.")
    return flags


def _tiers(values: npt.ArrayLike, places: Ids) -> Ints:
    numbers = require_counts(values, places, "Rangs de priorité")
    wrong = np.flatnonzero((numbers < 1) | (numbers != np.floor(numbers)))
    if len(wrong):
        shown = [f"{places[row]} ({numbers[row]:g})" for row in wrong[:SHOWN]]
        raise BadCounts(
            f"Rangs de priorité : {offenders(shown, len(wrong))}. Attendu : un entier, 1 pour les "
            "plus mal lotis."
        )
    return numbers.astype(np.int64)


def _costs(values: npt.ArrayLike | None, sites: Ids) -> Floats:
    if values is None:
        return np.full(len(sites), np.nan)
    costs = np.asarray(values, dtype=np.float64)
    require_counts(np.where(np.isnan(costs), 0.0, costs), sites, "Coût d'un poste")
    if (costs == 0).any():
        names = sites[costs == 0]
        raise BadCounts(
            f"Coût d'un poste nul : {offenders(names, len(names))}. Attendu : un montant positif, "
            "ou vide pour le coût commun."
        )
    return costs


def _reach(
    places: Ids,
    sites: Ids,
    pairs: tuple[npt.ArrayLike, npt.ArrayLike],
    minutes: npt.ArrayLike | None,
) -> csr_matrix:
    rows, columns = (np.asarray(side, dtype=np.int64) for side in pairs)
    times = np.zeros(len(rows)) if minutes is None else np.asarray(minutes, dtype=np.float64)
    if not rows.shape == columns.shape == times.shape:
        raise BadInput("Couples à portée : autant de lieux, de sites et de minutes attendus.")
    outside = (rows < 0) | (rows >= len(places)) | (columns < 0) | (columns >= len(sites))
    if outside.any():
        raise UnknownIds(
            f"Couples à portée : {counted(int(outside.sum()), 'couple')} hors des "
            f"{len(places)} lieux et {len(sites)} sites."
        )
    if not (np.isfinite(times) & (times >= 0)).all():
        raise BadMinutes("Couples à portée : des minutes sont négatives ou illisibles.")
    reach = csr_matrix((1.0 + times, (rows, columns)), shape=(len(places), len(sites)))
    if reach.nnz != len(rows):
        keys = rows * len(sites) + columns
        order = np.argsort(keys, kind="stable")
        twice = order[1:][np.diff(keys[order]) == 0]
        shown = [f"{places[rows[pair]]} → {sites[columns[pair]]}" for pair in twice[:SHOWN]]
        raise DuplicatePairs(f"Couples à portée en double : {offenders(shown, len(twice))}.")
    return reach
