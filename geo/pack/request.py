"""What is asked of a file for a call, as plain values that ``dossier.json`` keeps and replays."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from geo.allocation import Rules as PostRules
from geo.errors import BadInput
from geo.pack.presets import preset
from geo.parameters import Parameters
from geo.priority import PointsTable, Rules, default_criteria, weighted
from geo.priority.eligibility import PRESETS as FILTERS
from geo.priority.notes import Note
from geo.priority.overrides import Override

# Half a post is what calls fund at least [assumption, editable].
_STEP = 0.5
# How near to the best a placing among all the candidates is searched: the last hundredth may take
# minutes for some numbers of posts (measured: 60 in Auvergne-Rhône-Alpes), and a search that stops
# by the clock would not tell the same twice. What is left is told as an interval.
_NEAR_ENOUGH = 0.01
# A record written before there were any does not name them.
_LATER = {"notes": [], "filters": [], "assumptions": ""}
_Told = TypeVar("_Told", Override, Note)


@dataclass(frozen=True)
class Request:
    """One call: how many posts, by which rules, with which draws and decisions.

    ``weights`` are relative, by criterion; empty for those of the analysis. ``step`` is the
    smallest part of a post that a quarter may be given. ``points`` are the steps of the call's own
    table, (lowest score, points); empty for the default one. ``notes`` are the field notes told
    beside the list, which they do not change. ``filters`` are conditions on the candidates besides
    those of the preset, by their names (``geo.priority.eligibility.PRESETS``).
    ``assumptions`` are those of the analysis that are changed, as ``geo.assumptions`` writes them:
    a replay makes the same analysis.
    """

    territory: str
    posts: int
    preset: str = "aac-aura-2016"
    weights: tuple[tuple[str, float], ...] = ()
    standardisation: str = "percentile"
    aggregation: str = "sum"
    draws: int = 10_000
    seed: int = 7
    step: float = _STEP
    overrides: tuple[Override, ...] = ()
    points: tuple[tuple[float, int], ...] = ()
    notes: tuple[Note, ...] = ()
    filters: tuple[str, ...] = ()
    assumptions: str = ""

    def rules(self, parameters: Parameters) -> Rules:
        """The rules of the ranking; raises ``BadInput`` when the request names unknown things."""
        own = weighted(dict(self.weights)) if self.weights else default_criteria(parameters)
        unknown = [name for name in self.filters if name not in FILTERS]
        if unknown:
            raise BadInput(
                f"Filtre inconnu : {', '.join(unknown)}. Filtres : {', '.join(FILTERS)}."
            )
        return Rules(
            own,
            standardisation=self.standardisation,  # type: ignore[arg-type]
            aggregation=self.aggregation,  # type: ignore[arg-type]
            filters=(
                *preset(self.preset).filters,
                *(FILTERS[name] for name in dict.fromkeys(self.filters)),
            ),
            points=points_table(self.points),
        )

    def post_rules(self, parameters: Parameters) -> PostRules:
        """The rules of the allocation of posts among the quarters retained."""
        return PostRules(
            posts=float(self.posts), step=self.step, capacity=parameters.people_per_fte
        )

    def free_post_rules(self, parameters: Parameters) -> PostRules:
        """The same among all the candidates, of which an order of magnitude is told."""
        return dataclasses.replace(self.post_rules(parameters), gap=_NEAR_ENOUGH)


def points_table(steps: tuple[tuple[float, int], ...]) -> PointsTable:
    """The call's own table of points, or the default one when there are no steps."""
    return PointsTable(steps, "Barème donné pour cet appel") if steps else PointsTable()


def to_plain(request: Request) -> dict[str, Any]:
    """The request as JSON can hold it; without what it lacks of what came later, as before."""
    plain = dataclasses.asdict(request)
    later = {name: plain.pop(name) for name in _LATER}
    return {
        **plain,
        **{
            name: told if isinstance(told, str) else list(told)
            for name, told in later.items()
            if told
        },
        "weights": dict(request.weights),
        "overrides": list(plain["overrides"]),
        "points": [list(step) for step in request.points],
    }


def from_plain(plain: Mapping[str, Any]) -> Request:
    """The request that ``to_plain`` wrote.

    Raises
    ------
    BadInput
        Listing every field that is missing, unknown or of another kind.
    """
    fields = {field.name: field for field in dataclasses.fields(Request)}
    wrong = [f"« {name} » inconnu" for name in sorted(set(plain) - set(fields))]
    plain = {**_LATER, **plain}
    wrong += [f"« {name} » manque" for name in fields if name not in plain]
    kinds: dict[str, type | tuple[type, ...]] = {
        "territory": str, "posts": int, "preset": str, "weights": dict, "standardisation": str,
        "aggregation": str, "draws": int, "seed": int, "step": (int, float), "overrides": list,
        "points": list, "notes": list, "filters": list, "assumptions": str,
    }  # fmt: skip
    wrong += [
        f"« {name} » : {plain[name]!r} n'est pas du type attendu"
        for name, kind in kinds.items()
        if name in plain and (not isinstance(plain[name], kind) or isinstance(plain[name], bool))
    ]
    overrides = _told(Override, plain.get("overrides"), "dérogation", wrong)
    notes = _told(Note, plain["notes"], "note", wrong)
    steps: list[tuple[float, int]] = []
    for place, step in enumerate(_listed(plain.get("points")), start=1):
        try:
            low, points = step
            steps.append((float(low), int(points)))
        except (TypeError, ValueError):
            wrong.append(f"barème, ligne {place} : [score, points] attendus")
    filters = tuple(_listed(plain["filters"]))
    if not all(isinstance(name, str) for name in filters):
        wrong.append("« filters » : des noms de filtres attendus")
    if wrong:
        raise BadInput("dossier.json : demande illisible. " + " ; ".join(wrong) + ".")
    weights = tuple((str(name), float(weight)) for name, weight in plain["weights"].items())
    told = {"overrides": overrides, "points": tuple(steps), "notes": notes, "filters": filters}
    return Request(**{**plain, **told, "weights": weights})


def _told(kind: type[_Told], given: object, word: str, wrong: list[str]) -> tuple[_Told, ...]:
    """The decisions or notes of a record; what is wrong with them is added to ``wrong``."""
    fields = dataclasses.fields(kind)
    kinds = {
        field.name: (int, float) if isinstance(field.default, float) else str for field in fields
    }
    made: list[_Told] = []
    for place, one in enumerate(_listed(given), start=1):
        whole = isinstance(one, Mapping) and set(one) == set(kinds)
        if whole and all(isinstance(value, kinds[name]) for name, value in one.items()):
            made.append(kind(**one))
        else:
            wrong.append(f"{word} {place} : {', '.join(kinds)} attendus")
    return tuple(made)


def _listed(given: object) -> list[Any]:
    return given if isinstance(given, list) else []
