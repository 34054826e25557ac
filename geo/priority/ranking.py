"""The ranking that a call publishes: rules in, candidates in order out, with every part shown.

Scores compare a quarter with all those of its region, candidates or not: a filter changes who may
be chosen, never anybody's score. Ties go to the larger population, then to the code.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.components import STANDARDISATIONS, Standardisation
from geo.errors import BadInput
from geo.measure import Floats
from geo.priority.aggregate import AGGREGATIONS, Aggregation, Scores, aggregate
from geo.priority.criteria import Criterion, check_weights
from geo.priority.eligibility import (
    DEFAULT_FILTERS,
    Filter,
    eligibility,
    reasons,
    what_is_asked_for,
)
from geo.priority.points import PointsTable, call_points
from geo.priority.standardise import DECIMALS, standardise
from geo.words import counted, number, percent, plural

Flags = npt.NDArray[np.bool_]
INSUFFICIENT = "données insuffisantes"


@dataclass(frozen=True)
class Rules:
    """How quarters are ranked; every field is a setting.

    Attributes
    ----------
    min_observed_weight : share of the weight, criteria unknown for every quarter that passes the
        filters set aside, below which there is no score [assumption, editable].
    floor : value, out of 100, that a criterion counts for at least in a geometric mean
        [assumption, editable].
    span : standard deviations that make 50 points of a z-score [assumption, editable].
    """

    criteria: tuple[Criterion, ...]
    standardisation: Standardisation = "percentile"
    aggregation: Aggregation = "sum"
    filters: tuple[Filter, ...] = DEFAULT_FILTERS
    points: PointsTable = field(default_factory=PointsTable)
    min_observed_weight: float = 0.6
    floor: float = 1.0
    span: float = 3.0

    def __post_init__(self) -> None:
        check_weights(self.criteria)
        wrong = []
        if self.standardisation not in STANDARDISATIONS:
            wrong.append(
                f"standardisation « {self.standardisation} », attendu {', '.join(STANDARDISATIONS)}"
            )
        if self.aggregation not in AGGREGATIONS:
            wrong.append(f"agrégation « {self.aggregation} », attendu {', '.join(AGGREGATIONS)}")
        if not 0 <= self.min_observed_weight <= 1:
            wrong.append(f"poids observé minimal {self.min_observed_weight:g}, attendu de 0 à 1")
        if not 0 < self.floor < 100:
            wrong.append(f"plancher {self.floor:g}, attendu entre 0 et 100 exclus")
        if not self.span > 0:
            wrong.append(f"étendue {self.span:g} écart-type, attendu plus de 0")
        if wrong:
            raise BadInput("Règles refusées : " + " ; ".join(wrong) + ".")

    @property
    def used(self) -> tuple[Criterion, ...]:
        """The criteria that weigh something."""
        return tuple(criterion for criterion in self.criteria if criterion.weight > 0)

    @property
    def weights(self) -> Floats:
        """Weights of ``used``, summing to 1."""
        raw = np.array([criterion.weight for criterion in self.used])
        return np.asarray(raw / raw.sum(), dtype=np.float64)

    @property
    def required(self) -> Flags:
        """Which of ``used`` no score can do without."""
        return np.array([criterion.required for criterion in self.used], dtype=bool)


@dataclass(frozen=True, eq=False)
class Ranking:
    """What ``rank_quarters`` found; rows in the order of the table it was given.

    ``table``: code_qp, population, candidate (bool), reason (why not, '' for a candidate), score
    (out of 100), observed_weight (0–1), points (Int64), rank (Int64, among candidates), selected
    (bool, rank ≤ ``posts``). ``values`` (n, k) are the criteria with their sense applied,
    ``placed`` (n, k) the same on 0–100, ``scores`` how they add up (``geo.priority.aggregate``).
    """

    table: pd.DataFrame
    rules: Rules
    posts: int
    values: Floats
    placed: Floats
    scores: Scores
    regions: pd.Series

    @property
    def contributions(self) -> pd.DataFrame:
        """Part of each criterion in the score (in its logarithm, for a geometric mean).

        NaN for a criterion that is missing: it leaves its weight to the others.
        """
        names = [criterion.id for criterion in self.rules.used]
        parts = np.where(self.scores.weights > 0, self.scores.parts, np.nan)
        return pd.DataFrame(parts, index=self.table.index, columns=names)


def effective_weights(ranking: Ranking) -> Floats:
    """(k,) weights of the criteria in use that add up to 1: 0 for one that no candidate knows.

    Its weight goes to the others. NaN when none is known.
    """
    known = np.isfinite(ranking.placed[ranking.table["candidate"].to_numpy(bool)]).any(axis=0)
    left = ranking.rules.weights * known
    total = left.sum()
    return left / total if total else np.full(len(left), np.nan)


def rank_quarters(table: pd.DataFrame, rules: Rules, posts: int) -> Ranking:
    """Rank the candidates of a table and select the first ``posts`` of them.

    Parameters
    ----------
    table : code_qp (unique), population, region, and the columns of the criteria and filters, one
        row per quarter compared (``geo.priority.ranking_table``).

    Raises
    ------
    BadInput
        When a column is missing, when ``posts`` is below 1 or above the number of candidates.
    """
    table = table.reset_index(drop=True)
    _check_columns(table, rules)
    values = oriented(table, rules.used)
    placed = placed_values(table, values, rules)
    answers = eligibility(table, rules.filters)
    told = pd.Series(reasons(answers), index=table.index, dtype="str")
    passing = (told == "").to_numpy(bool)
    scores = aggregate(
        placed,
        rules.weights,
        rules.aggregation,
        required=rules.required,
        min_observed=rules.min_observed_weight,
        floor=rules.floor,
        among=passing,
    )
    scored = pd.Series(np.isfinite(scores.score))
    told = told.mask((told == "") & ~scored, INSUFFICIENT)
    candidate = (told == "") & scored
    if not candidate.any():
        raise BadInput(_nobody(rules, answers, np.isfinite(placed[passing])))
    _check_posts(posts, int(candidate.sum()), rules)
    order = tie_order(table["population"], table["code_qp"])
    places = places_of(order_key(scores.total), order, candidate.to_numpy(bool))
    ranks = pd.Series(places, dtype="Int64").mask(places == 0)
    score = pd.Series(scores.score)
    result = pd.DataFrame(
        {
            "code_qp": table["code_qp"],
            "population": table["population"],
            "candidate": candidate,
            "reason": told,
            "score": score,
            "observed_weight": scores.observed,
            "points": call_points(score, rules.points),
            "rank": ranks,
            "selected": (ranks <= posts).fillna(False).astype("bool"),
        }
    )
    return Ranking(result, rules, posts, values, placed, scores, table["region"])


def oriented(table: pd.DataFrame, criteria: tuple[Criterion, ...]) -> Floats:
    """Values (n, k) with their sense applied: larger is more need; NaN where missing."""
    columns = [table[c.column].to_numpy(float, na_value=np.nan) * c.direction for c in criteria]
    return np.column_stack(columns)


def placed_values(table: pd.DataFrame, values: Floats, rules: Rules) -> Floats:
    """Oriented values on 0–100, by the standardisation of the rules."""
    people, regions = table["population"], table["region"]
    columns = [
        values[:, place]
        if criterion.on_100
        else standardise(values[:, place], people, regions, rules.standardisation, span=rules.span)
        for place, criterion in enumerate(rules.used)
    ]
    return np.column_stack(columns)


def order_key(total: Floats) -> Floats:
    """What is compared: totals to nine decimals, below which only the order of additions speaks."""
    return np.asarray(np.rint(total * 10.0**DECIMALS), dtype=np.float64)


def tie_order(population: pd.Series, codes: pd.Series) -> npt.NDArray[np.int64]:
    """Positions by larger population (unknown last), then by code."""
    people = -population.fillna(-1.0).to_numpy(float)
    return np.lexsort((codes.to_numpy(dtype="U"), people)).astype(np.int64)


def places_of(key: Floats, order: npt.NDArray[np.int64], candidate: Flags) -> npt.NDArray[np.int64]:
    """Rank of each row (1 first) among candidates, larger key first, then ``order``; 0 if none."""
    first = order[candidate[order]]
    ranked = first[np.argsort(-key[first], kind="stable")]
    places = np.zeros(len(key), dtype=np.int64)
    places[ranked] = np.arange(1, len(ranked) + 1)
    return places


def _check_columns(table: pd.DataFrame, rules: Rules) -> None:
    wanted = ["code_qp", "population", "region", *(c.column for c in rules.used)]
    absent = sorted({name for name in wanted if name not in table})
    if absent:
        raise BadInput(f"Classement impossible : la table n'a pas {', '.join(absent)}.")
    twice = table.loc[table["code_qp"].duplicated(), "code_qp"].unique()
    if len(twice):
        codes = plural(len(twice), "code")
        raise BadInput(f"Classement impossible : {codes} en double, {', '.join(twice[:5])}.")
    for criterion in rules.used:
        column = table[criterion.column]
        if not pd.api.types.is_numeric_dtype(column):
            raise BadInput(f"Classement impossible : « {criterion.column} » n'est pas un nombre.")
        if criterion.on_100 and ((column < 0) | (column > 100)).any():
            raise BadInput(f"Classement impossible : « {criterion.column} » sort de 0–100.")


_WHERE = "(écran « Données », Apporter vos fichiers ; en commande : « qpv template »)"


def _check_posts(posts: int, candidates: int, rules: Rules) -> None:
    if posts < 1:
        raise BadInput(f"{posts} poste demandé : au moins 1 est attendu.")
    if posts > candidates:
        raise BadInput(
            f"{counted(posts, 'poste')} pour {counted(candidates, 'QPV candidat', 'QPV candidats')}"
            f" ({_kept(rules)}, score connu). À faire : demandez au plus {candidates} postes, ou "
            "retirez un filtre."
        )


def _kept(rules: Rules) -> str:
    return " et ".join(f"« {rule.sentence()} »" for rule in rules.filters) or "aucun filtre"


def _nobody(rules: Rules, answers: pd.DataFrame, seen: Flags) -> str:
    """Why there is no candidate. ``seen`` (quarters that pass, criteria): what is known of each."""
    if len(seen):
        return _nobody_scored(_kept(rules), rules, seen)
    to_do = ["retirez un filtre", *what_is_asked_for(answers, rules.filters)]
    return (
        f"Aucun QPV candidat ({_kept(rules)}) : tous écartés ou inconnus d'un filtre. "
        f"À faire : {', ou '.join(to_do)}."
    )


def _nobody_scored(kept: str, rules: Rules, seen: Flags) -> str:
    """Which criteria are unknown, so that no quarter has a score, and what to do."""
    known = seen.sum(axis=0)
    absent = [
        f"« {criterion.label_fr} » ({percent(float(weight), 0)} du poids"
        f"{', indispensable' if criterion.required else ''}) connu pour "
        f"{counted(int(count), 'quartier')} sur {number(len(seen))}"
        for criterion, weight, count in zip(rules.used, rules.weights, known, strict=True)
        if count < len(seen)
    ]
    return (
        f"Aucun QPV candidat ({kept}) : aucun n'a de score, car il manque trop de ce que les poids "
        f"demandent. {' ; '.join(absent)}. À faire : baissez le poids de ce critère, ou apportez "
        f"les données qui manquent {_WHERE}."
    )
