"""Hide, before anything is computed, what secrecy forbids to show: ``guarded`` layers.

A hidden figure becomes NaN with status ``suppressed`` in the layers themselves, and the analysis
starts from them. No score, rank, sentence, map, export or sum of it can then give the figure
away, since none was computed from it: this is why each column of ``Analysis.qpv`` is safe.

* Identity (code_qp, label, commune(s), departement, region, epci, perimeter, geometry, scope):
  public lists.
* population and its perimeter, vintage, status: a published head count; a QPV has 1,000
  inhabitants by law. Hidden when its source hid it, and then need_people, residual_people,
  residual_fte, served_people and their ranges, unmet_share and inhabitants_per_fte, which are its
  multiples, have nothing to rest on and are NaN (status ``suppressed``).
* access, access_*, apl_commune, nearest_gp_*, gp_inside, gp_walk, help_walk, precision: places of
  practice, which are public one by one, and published population by cell (imputed by INSEE below
  11 households). The number of practices is no amount of an enterprise: the rule of 3 units and
  85 % is on turnover or wages, that no table here holds.
* need_score, need_class, need_observed_weight, score, rank, contributions, unmet_score, situation,
  margins: a hidden component has no percentile, no weight and no contribution; the others share
  its weight. The visible contributions sum to the score, so that nothing is left over for it.
* missing_components: names, no figure.
* mediation_*, fte_*, coverage_state, mediation_points: working time of posts, not people followed.
  served_people is capacity (FTE x people per FTE), modelled, never the count of a user's file;
  those counts (``people_per_year``) are hidden below their own threshold.
* sentence: written from the same cells.

Key figures, coverage and sums of the territory are taken over visible figures only.

INSEE protects its 2024 QPV figures itself (random keys and a transition matrix): nothing is
masked in them for their noise, which is left as it is; their parts do not add up.

Guarded: counts and small places; job seekers by difference with their commune; both perimeters of
a pair of QPV; the rest of a commune. Not guarded: differences over three QPV or more of both
generations, over IRIS or grid cells, or with files this project does not read; a reader who
already knows one of the households.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.bridge import bridge
from geo.confidentiality.complements import gives_the_rest
from geo.confidentiality.households import in_small_places, people_of
from geo.confidentiality.perimeters import Pair, both_perimeters, told_apart
from geo.confidentiality.rules import Secrecy, job_seekers, people_followed
from geo.schema import Layers
from geo.words import counted

WHAT_IS_GUARDED_FR = (
    "Secret statistique : sont cachés (« s ») les effectifs et les territoires sous les seuils des "
    "sources, les chiffres d'un quartier qui donneraient ceux du reste de sa commune, et ceux du "
    "périmètre 2015 dont la différence avec 2024 parlerait de trop peu de ménages. Rien n'est "
    "calculé à partir d'un chiffre caché. Ne sont pas gardées les différences entre trois "
    "quartiers ou plus, entre IRIS ou carreaux, ni avec des fichiers que l'outil ne lit pas. Les "
    "chiffres 2024 de l'Insee sont déjà brouillés par l'Insee : leurs parties ne s'additionnent "
    "pas exactement."
)
REASONS = {
    "count": "effectif sous le seuil du secret statistique",
    "place": "trop peu de ménages dans ce territoire",
    "rest": "sans cela, le chiffre de la commune donnerait celui d'un groupe trop petit, ou de "
    "taille inconnue",
    "perimeter": "chiffre du périmètre 2015 à côté de celui de 2024 : leur différence parlerait "
    "d'un groupe trop petit, ou de taille inconnue",
    "followed": "trop peu de personnes suivies",
}


@dataclass(frozen=True)
class Guarded:
    """Layers that may be shown, and in French what was hidden and why (never the figure)."""

    layers: Layers
    notes: tuple[str, ...]


def guarded(
    layers: Layers, secrecy: Secrecy | None = None, linked: pd.DataFrame | None = None
) -> Guarded:
    """The same layers without the figures that secrecy forbids; twice gives what once gives.

    ``linked`` is the table of ``geo.bridge.bridge`` for these layers, measured here when needed.
    """
    secrecy = secrecy or Secrecy()
    rows = layers["indicators"]
    people = people_of(layers)
    why = pd.Series("", index=rows.index, dtype="str")
    _tell(why, rows, _small_counts(rows, people, secrecy), "count")
    _tell(why, rows, in_small_places(layers, secrecy), "place")
    nested = _nested(layers)
    _tell(why, rows, gives_the_rest(rows, why != "", nested, people, secrecy), "rest")
    if both_perimeters(rows, secrecy):
        left = rows.assign(value=rows["value"].mask(why != ""))
        pairs = _pairs(bridge(layers) if linked is None else linked)
        _tell(why, rows, told_apart(left, pairs, people, secrecy), "perimeter")
    posts = layers["mediation"]
    few = _few_followed(posts, secrecy)
    if not (why != "").any() and not few.any():
        return Guarded(layers, ())
    tables = {
        **layers.tables,
        "indicators": _hidden(rows, why != "", "value", "status"),
        "mediation": _hidden(posts, few, "people_per_year", "people_status"),
    }
    reasons = [*why[why != ""], *["followed"] * int(few.sum())]
    notes = _notes(reasons)
    tables["problems"] = _with_problems(layers["problems"], rows[why != ""], why[why != ""])
    return Guarded(replace(layers, tables=tables), notes)


def _tell(why: pd.Series, rows: pd.DataFrame, hidden: pd.Series, reason: str) -> None:
    """Keep the first reason of each figure; there is nothing to hide in an unknown one."""
    why[hidden & rows["value"].notna() & (why == "")] = reason


def _hidden(table: pd.DataFrame, rows: pd.Series, value: str, status: str) -> pd.DataFrame:
    return table.assign(
        **{value: table[value].mask(rows), status: table[status].mask(rows, "suppressed")}
    )


def _small_counts(rows: pd.DataFrame, people: pd.Series, secrecy: Secrecy) -> pd.Series:
    """Counts of job seekers below their threshold, and shares that give such a count back."""
    rule = job_seekers(secrecy)
    origin = rows["code"].where(rows["carried_from"] == "", rows["carried_from"])
    places = pd.MultiIndex.from_arrays([rows["territory_kind"], origin])
    inhabitants = people.reindex(places).to_numpy(float)
    count = np.where(
        rows["indicator"] == "job_seekers",
        rows["value"],
        np.where(
            rows["indicator"] == "job_seekers_per_inhabitant", rows["value"] * inhabitants, np.nan
        ),
    )
    return pd.Series(rule.hidden(count), index=rows.index)


def _few_followed(posts: pd.DataFrame, secrecy: Secrecy) -> pd.Series:
    """Observed people of a post, too few to be told; a capacity is no count of people."""
    rule = people_followed(secrecy)
    few = pd.Series(rule.hidden(posts["people_per_year"].to_numpy(float)), index=posts.index)
    return few & (posts["people_status"] == "observed")


def _nested(layers: Layers) -> pd.Series:
    """The commune of each QPV, of either generation, that lies in one commune only."""
    quarters = pd.concat([layers[name][["code_qp", "communes"]] for name in ("qpv", "qpv_2015")])
    alone = quarters[~quarters["communes"].str.contains(";")]
    return alone.drop_duplicates("code_qp").set_index("code_qp")["communes"]


def _pairs(linked: pd.DataFrame) -> list[Pair]:
    found = linked[linked["kind"] == "paire"]
    return [
        Pair(str(new), str(old), str(change), float(alpha), float(beta))
        for new, old, change, alpha, beta in zip(
            *(found[name] for name in Pair._fields), strict=True
        )
    ]


def _notes(reasons: Iterable[str]) -> tuple[str, ...]:
    found = list(reasons)
    return tuple(
        f"Secret statistique : {counted(found.count(reason), 'chiffre caché', 'chiffres cachés')} "
        f"(« s »), {words}."
        for reason, words in REASONS.items()
        if reason in found
    )


def _with_problems(problems: pd.DataFrame, rows: pd.DataFrame, why: pd.Series) -> pd.DataFrame:
    """One line per indicator and reason in the list of problems: never the figure."""
    told = rows.assign(why=why).groupby(["source_id", "indicator", "why"])["code"]
    added = [
        {
            "kind": "suppressed", "source_id": source, "file": "", "line": 0, "column": indicator,
            "value": "", "expected": "", "message": f"{REASONS[str(reason)].capitalize()} : "
            + ", ".join(sorted(set(codes))), "count": len(codes),
        }
        for (source, indicator, reason), codes in told
    ]  # fmt: skip
    if not added:
        return problems
    return pd.concat([problems, pd.DataFrame(added)], ignore_index=True).astype(problems.dtypes)
