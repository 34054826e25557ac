"""Practices, mediation points and help points as the map draws them: grouped, named, located.

Practices known only by IRIS or commune share one position: they are counted together there, and
the tooltip says how well the place is known. No practitioner is ever named.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd

from geo.column_words import PRECISION_WORDS
from geo.legend import SYMBOLS
from geo.names import PROFESSION_WORDS
from geo.openings import opening_words
from geo.schema import Layers
from geo.territory import departement_of_commune
from geo.words import counted, number

HELP_WORDS = {
    "france_services": "France services",
    "conseiller_numerique": "conseiller numérique",
}


def place_groups(
    layers: Layers, shown: Collection[str], departement: str | None = None
) -> list[dict[str, Any]]:
    """The point layers asked for: id, words, shape, colour, items.

    An item is ``[lat, lon, radius, lines, hollow]``; hollow when its place is known to the commune
    only, so that nobody takes the town hall for a practice. A practice says last how many it stands
    for.
    """
    items = {
        "medecins_generalistes": lambda: _practices(layers, departement, general=True),
        "autres_soins": lambda: _practices(layers, departement, general=False),
        "mediation": lambda: _mediation(layers, departement),
        "aide": lambda: _help(layers, departement),
    }
    return [
        {"id": name, "shape": shape, "colour": colour, "words": words, "items": items[name]()}
        for name, shape, colour, words in SYMBOLS
        if name in shown
    ]


def _located(table: gpd.GeoDataFrame, departement: str | None) -> gpd.GeoDataFrame:
    kept = table[table.geometry.notna() & ~table.geometry.is_empty]
    if departement is None or kept.empty:
        return kept
    if "departement" in kept.columns:
        return kept[kept["departement"] == departement]
    return kept[kept["commune"].map(departement_of_commune) == departement]


def _practices(layers: Layers, departement: str | None, general: bool) -> list[list[Any]]:
    supply = _located(layers.geo("supply"), departement)
    supply = supply[(supply["profession"] == "medecin_generaliste") == general]
    places: dict[tuple[float, float], list[_Practice]] = {}
    columns = ("profession", "practices", "label", "precision", "vintage")
    rows = zip(
        supply.geometry.y.round(5),
        supply.geometry.x.round(5),
        *(supply[name] for name in columns),
        strict=True,
    )
    for lat, lon, *practice in rows:
        places.setdefault((lat, lon), []).append(_Practice(*practice))
    return [
        [
            lat,
            lon,
            _radius(sum(practice.practices for practice in here)),
            _practice_lines(here),
            all(_coarse(practice.precision) for practice in here),
            _stood_for(here),
        ]
        for (lat, lon), here in sorted(places.items())
    ]


class _Practice(NamedTuple):
    profession: str
    practices: float
    label: str
    precision: str
    vintage: str


def _practice_lines(here: list[_Practice]) -> list[str]:
    counts: dict[str, float] = {}
    for practice in here:
        counts[practice.profession] = counts.get(practice.profession, 0.0) + practice.practices
    lines = [
        f"{PROFESSION_WORDS[profession][1]} : nombre non connu"
        if math.isnan(count)
        else counted(count, *PROFESSION_WORDS[profession])
        for profession, count in sorted(counts.items())
    ]
    lines += sorted({practice.label for practice in here if practice.label})[:5]
    vintages = ", ".join(sorted({practice.vintage for practice in here} - {""}))
    known = ", ".join(sorted({PRECISION_WORDS[practice.precision] for practice in here}))
    return [*lines, f"position connue {known}" + (f" ({vintages})" if vintages else "")]


def _stood_for(here: list[_Practice]) -> int:
    """How many practices one symbol stands for; 0 when a number is not known."""
    total = sum(practice.practices for practice in here)
    return 0 if math.isnan(total) else round(total)


def _coarse(precision: str) -> bool:
    return precision in ("commune", "unknown")


def _radius(total: float) -> float:
    """Pixels: the area of the symbol grows with the number of practices, within reason."""
    known = 1.0 if math.isnan(total) else total
    return round(min(9.0, 3.0 + math.sqrt(known) * 0.7), 1)


def _mediation(layers: Layers, departement: str | None) -> list[list[Any]]:
    points = _located(layers.geo("mediation"), departement)
    items = []
    for (_, row), point in zip(points.iterrows(), points.geometry, strict=True):
        lines = [row["structure"] or "structure non précisée", row["kind"]]
        lines += [row["host_place"]] if row["host_place"] else []
        if row["weekdays"]:
            hours = f", {row['starts_at']}-{row['ends_at']}" if row["starts_at"] else ""
            lines.append(row["weekdays"].replace(";", ", ") + hours)
        lines.append(
            "temps de travail non connu" if pd.isna(row["fte"]) else f"{number(row['fte'], 2)} ETP"
        )
        if row["origin"] == "packaged":
            lines.append(f"dispositif cité par une source publique : {row['source_label']}")
        lines.append(f"position connue {PRECISION_WORDS[row['precision']]}")
        items.append([round(point.y, 5), round(point.x, 5), 7, lines, _coarse(row["precision"])])
    return items


def _help(layers: Layers, departement: str | None) -> list[list[Any]]:
    points = _located(layers.geo("help_points"), departement)
    items = []
    for (_, row), point in zip(points.iterrows(), points.geometry, strict=True):
        kind = HELP_WORDS.get(row["kind"], row["kind"].replace("_", " "))
        lines = [row["label"] or kind, kind, "lieu fixe" if row["fixed"] else "itinérant"]
        lines += [opening_words(row["opening"])] if row["opening"] else []
        lines.append(f"position connue {PRECISION_WORDS[row['precision']]}")
        items.append([round(point.y, 5), round(point.x, 5), 5, lines, _coarse(row["precision"])])
    return items
