"""One figure at the larger places a quarter is in, and how any figure is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.access.gp import standardised_people
from geo.column_words import said_unit
from geo.names import DEPARTEMENTS, REGIONS
from geo.need.comparison import LEVELS
from geo.schema import Layers
from geo.territory import departement_of_commune, parse_territory
from geo.words import euros, number, percent, year_told

if TYPE_CHECKING:
    from geo.analysis import Analysis

PLACES = LEVELS[1:]
PLACE_WORDS = {
    "commune": "commune",
    "epci": "intercommunalité",
    "departement": "département",
    "region": "région",
    "france": "France",
}
SHORT_ACCESS_UNIT = "consult./an/hab."
_NAMED_COMMUNES = 2
_SMALL_UNITS = {
    "min à pied": "min à pied",
    "habitants": "habitants",
    "indice": "(indice)",
}
_ACCESS_AROUND = (
    "cet accès est un calcul du projet ; à ce niveau, des communes manquent dans les données du "
    "territoire construit"
)
_WALK_AROUND = "un temps de marche ne se calcule que pour un quartier"


@dataclass(frozen=True)
class Elsewhere:
    """The same figure at a larger place; ``why`` says why there is none, else its vintage."""

    level: str
    name: str
    written: str
    status: str
    why: str = ""
    about: str = ""


def access_elsewhere(analysis: Analysis, layers: Layers, row: pd.Series[Any]) -> list[Elsewhere]:
    """Our access around the quarter, by the same method: means over people."""
    means = {
        "commune": row["access"] - row["access_minus_commune"],
        "departement": row["access"] - row["access_minus_departement"],
        **_wide_means(analysis, layers, str(row["region"])),
    }
    names = {
        "commune": str(row["commune_label"]),
        "departement": DEPARTEMENTS.get(str(row["departement"]), str(row["departement"])),
        "region": REGIONS.get(str(row["region"]), str(row["region"])),
        "france": _country(layers),
    }
    found = []
    for level in PLACES:
        mean = float(means.get(level, np.nan))
        if mean == mean:
            told = f"{number(mean, 1)} {SHORT_ACCESS_UNIT}"
            found.append(Elsewhere(level, names.get(level, ""), told, "modelled"))
        else:
            found.append(Elsewhere(level, names.get(level, ""), "", "missing", _ACCESS_AROUND))
    return found


def walk_elsewhere() -> list[Elsewhere]:
    """A walk has no figure at a larger place."""
    return [Elsewhere(level, "", "", "missing", _WALK_AROUND) for level in PLACES]


def published_elsewhere(layers: Layers, rows: pd.DataFrame, unit: str) -> list[Elsewhere]:
    """One published figure at the larger places; ``rows`` of ``geo.need.comparison``."""
    return [_place(row, _named(layers, row), unit) for _, row in rows.iterrows()]


def _wide_means(analysis: Analysis, layers: Layers, region: str) -> dict[str, float]:
    """Of the region and of France, when the territory holds the whole of them."""
    kind = parse_territory(analysis.territory).kind
    demand = analysis.demand
    people = np.nan_to_num(standardised_people(layers["demand"])[0])
    codes = demand["commune"].map(departement_of_commune)
    communes = layers["communes"]
    own = set(communes.loc[communes["region"] == region, "departement"])
    inside = codes.isin(own).to_numpy()
    found: dict[str, float] = {}
    if kind in ("region", "demo", "france"):
        found["region"] = _mean(demand["access"].to_numpy(float), people, inside)
    if kind == "france":
        found["france"] = _mean(demand["access"].to_numpy(float), people, people >= 0)
    return found


def _mean(access: Any, people: Any, kept: Any) -> float:
    own, weights = access[kept], people[kept]
    # An unknown access leaves the mean unknown: it is not a zero.
    if not weights.sum() > 0 or np.isnan(own).any():
        return float("nan")
    return float(np.average(own, weights=weights))


def _named(layers: Layers, row: pd.Series[Any]) -> str:
    code = str(row["level_code"])
    if row["level"] == "commune":
        found = layers["communes"].loc[layers["communes"]["code"] == code, "label"]
        return str(found.iloc[0]) if len(found) else code
    if row["level"] == "epci":
        return _epci(layers["communes"], code)
    names = {"departement": DEPARTEMENTS, "region": REGIONS, "france": {"FR": _country(layers)}}
    return names.get(str(row["level"]), {}).get(code, code)


def _country(layers: Layers) -> str:
    return "pays fictif" if layers.fictional else "France"


def _epci(communes: pd.DataFrame, siren: str) -> str:
    """No list names an EPCI: it is told by its largest communes, else by its code."""
    own = communes[communes["epci"] == siren]
    if own.empty:
        return f"intercommunalité (SIREN {siren})"
    own = own.sort_values(["population", "code"], ascending=[False, True])
    return f"intercommunalité de {', '.join(own['label'].head(_NAMED_COMMUNES))}…"


def _place(row: pd.Series[Any], name: str, unit: str) -> Elsewhere:
    if pd.isna(row["value"]):
        return Elsewhere(row["level"], name, "", str(row["status"]), str(row["why_missing"]))
    return Elsewhere(
        row["level"], name, written(float(row["value"]), unit, short=True), str(row["status"]),
        about=year_told(str(row["vintage"])),
    )  # fmt: skip


def written(value: float, unit: str, short: bool = False) -> str:
    """A figure as a reader meets it; ``short`` leaves the unit to the figure beside it."""
    if unit == "part":
        return percent(value, 0)
    if unit.startswith("€"):
        return euros(value) if short else f"{euros(value)} par an et par unité de consommation"
    if unit == "min à pied" and short:
        return f"{number(value)}\u00a0min"
    if unit == "min à pied" and value < 1:
        return "dans le quartier" if value == 0 else "moins de 1\u00a0min à pied"
    decimals = 1 if unit.startswith("consultations") else 0
    figure = number(value, decimals)
    if unit.startswith("consultations"):
        # Alone, this figure would be read as a number of doctors or of minutes.
        return f"{figure} {SHORT_ACCESS_UNIT if short else said_unit(unit, value)}"
    return figure if short else f"{figure} {_SMALL_UNITS.get(unit, unit)}".strip()
