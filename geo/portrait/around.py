"""What is near a quarter: care by car beside care on foot, and the nearest help points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.column_words import PRECISION_WORDS, STATUS_WORDS, said_unit
from geo.maps.places import HELP_WORDS
from geo.measure import PLACED_PRECISIONS
from geo.names import PROFESSION_WORDS
from geo.openings import ITINERANT, opening_in_short, opening_words
from geo.territory import projected_crs
from geo.times.crow_fly import minutes_per_metre
from geo.words import counted, number, of_vintage, year_told

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.parameters import Parameters
    from geo.schema import Layers

NEAREST = 5
_BRIEF = 90
UNKNOWN = "non connu"


@dataclass(frozen=True)
class Care:
    """One profession: the nearest place and the places in reach, by car beside on foot."""

    profession: str
    access: str
    car: str
    walk: str
    within_car: str
    within_walk: str
    about: str


@dataclass(frozen=True)
class Help:
    """One help point: where it is from the quarter, and when it opens (``brief``: on the sheet)."""

    name: str
    kind: str
    distance: str
    walk: str
    opening: str
    about: str
    brief: str = ""


def reach_words(parameters: Parameters) -> tuple[str, str]:
    """What is counted in reach, on foot and by car: ``lieux à 15 min à pied``."""
    return (
        f"Lieux à {number(parameters.walk_min)}\u00a0min à pied",
        f"Lieux à {number(parameters.car_min)}\u00a0min en voiture",
    )


def care_around(analysis: Analysis, code_qp: str) -> list[Care]:
    """Every profession of the data, general practitioners first; minutes are all estimated."""
    table = analysis.professions
    own = table[table["code_qp"] == code_qp]
    rows = {str(row["profession"]): row for _, row in own.iterrows()}
    return [_care(name, rows[name]) for name in PROFESSION_WORDS if name in rows]


def _care(name: str, row: pd.Series[Any]) -> Care:
    words = PROFESSION_WORDS[name][1]
    heading = f"{words[0].upper()}{words[1:]}"
    unit = str(row["access_unit"]).partition(" (")[0]
    known = not pd.isna(row["access"])
    about = [STATUS_WORDS[row["access_status"]], year_told(row["vintage"])]
    if known:
        # The coarsest of places and of people: not where the nearest place is known to.
        about.append(
            "accès calculé sur des lieux ou des habitants connus "
            f"{PRECISION_WORDS[row['access_precision']]}"
        )
        nearest = row[["nearest_min", "nearest_walk_min"]].notna().any()
        about += ["temps vers une position connue"] if nearest else []
    return Care(
        profession=heading,
        access=f"{number(row['access'])} {said_unit(unit, row['access'])}" if known else UNKNOWN,
        car=_minutes(row["nearest_min"]),
        walk=_minutes(row["nearest_walk_min"]),
        within_car=number(row["count_car"], unknown=UNKNOWN),
        within_walk=number(row["count_walk"], unknown=UNKNOWN),
        about=", ".join(part for part in about if part),
    )


def silence_on_care(found: Sequence[Care]) -> str:
    """Why some minutes or counts are not known; '' when all are."""
    told = [part for one in found for part in (one.car, one.walk, one.within_walk)]
    if UNKNOWN not in told:
        return ""
    return (
        "« Non connu » : des lieux de la commune n'ont pas d'adresse dans les données, ou aucun "
        "n'est à portée du calcul ; le plus proche peut être à côté, ou non. Ce n'est pas zéro."
    )


def _minutes(value: float) -> str:
    if pd.isna(value):
        return UNKNOWN
    return "moins de 1\u00a0min" if value < 1 else f"{number(value)}\u00a0min"


def help_around(analysis: Analysis, layers: Layers, code_qp: str) -> list[Help]:
    """The nearest fixed help points whose position is known, nearest first.

    Metres are crow-fly to the outline of the quarter (0 inside), minutes on foot add the detour of
    the parameters: both are estimates, in the projected CRS of the quarter's part of France.
    """
    helps = layers.geo("help_points")
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp]
    system = projected_crs(str(row["departement"].iloc[0]))
    here = helps[
        helps["fixed"].astype(bool)
        & helps["precision"].isin(PLACED_PRECISIONS)
        & ~(helps.geometry.isna() | helps.geometry.is_empty)
        & (helps["departement"].map(projected_crs) == system)
    ]
    if here.empty:
        return []
    outline = row.geometry.to_crs(system).iloc[0]
    metres = here.geometry.to_crs(system).distance(outline)
    nearest = here.assign(metres=metres).sort_values(["metres", "help_id"]).head(NEAREST)
    chosen = analysis.parameters
    per_metre = minutes_per_metre(chosen.walk_speed_kmh, chosen.walk_detour)
    return [_placed(point, per_metre) for _, point in nearest.iterrows()]


def itinerant_help(layers: Layers, row: pd.Series[Any]) -> pd.DataFrame:
    """The help points that move, of the communes of a row of ``Analysis.qpv``, by name.

    Their point is that of one stop, or of an office: no distance nor walk is drawn from it.
    """
    helps = layers["help_points"]
    here = ~helps["fixed"].astype(bool) & helps["commune"].isin(str(row["communes"]).split(";"))
    return helps[here].sort_values(["label", "help_id"])


def itinerant_around(analysis: Analysis, layers: Layers, code_qp: str) -> list[Help]:
    """The same as help points without distance."""
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp].iloc[0]
    return [
        _help(point.to_dict(), ITINERANT, "") for _, point in itinerant_help(layers, row).iterrows()
    ]


def unplaced_help(analysis: Analysis, layers: Layers, code_qp: str) -> str:
    """How many help points of the quarter's communes have no position; '' when none."""
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp].iloc[0]
    helps = layers["help_points"]
    own = helps[helps["commune"].isin(str(row["communes"]).split(";"))]
    coarse = own[own["fixed"].astype(bool) & ~own["precision"].isin(PLACED_PRECISIONS)]
    if coarse.empty:
        return ""
    kinds = sorted({HELP_WORDS.get(str(kind), str(kind)) for kind in coarse["kind"]})
    return (
        f"{counted(len(coarse), 'autre lieu', 'autres lieux')} de la commune "
        f"({', '.join(kinds)}) : adresse non connue, donc sans distance."
    )


def _placed(point: pd.Series[Any], per_metre: float) -> Help:
    metres = float(point["metres"])
    return _help(point.to_dict(), _distance(metres), _walk(metres * per_metre))


def _help(point: Mapping[Any, Any], distance: str, walk: str) -> Help:
    about = [STATUS_WORDS["modelled"]] if walk else []
    about += [f"liste {of_vintage(point['vintage'])}"] if point["vintage"] else []
    kind = HELP_WORDS.get(str(point["kind"]), str(point["kind"]))
    return Help(
        name=str(point["label"]) or kind,
        kind=kind,
        distance=distance,
        walk=walk,
        opening=opening_words(str(point["opening"])),
        about=", ".join(about),
        brief=opening_in_short(str(point["opening"]), _BRIEF),
    )


def _walk(minutes: float) -> str:
    if minutes == 0:
        return "dans le quartier"
    return "plus d'une heure" if minutes > 60 else _minutes(minutes)


def _distance(metres: float) -> str:
    if metres == 0:
        return "dans le quartier"
    if metres < 1000:
        return f"{number(max(10, math.ceil(metres / 10) * 10))}\u00a0m"
    return f"{number(metres / 1000, 1)}\u00a0km"
