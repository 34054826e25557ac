"""Anybody's points for ``qpv locate``: ``id`` with ``lon, lat``, or with an address.

Nothing but these columns is read, and nothing of them is kept by the program: what comes out is
the file asked for. A point that cannot be placed stays in the answer and says why.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from datasets.access_errors import SHOWN, BadPosition
from datasets.brought.cells import neutral_column
from datasets.collected import attempt, refuse
from datasets.files import opened_atomically
from datasets.own_tables import numbers, read_table, refuse_duplicate_ids
from datasets.readers.qpv import read_qpv_2015, read_qpv_2024
from datasets.readers.tabular import Column
from datasets.reading import Problem, UnreadableFile
from geo.errors import BadInput
from geo.locate import COLUMNS, EDGE, PLACED, decimals, step_m
from geo.swapped import abroad, look_swapped, swapped
from geo.words import counted

ADDRESS_COLUMNS = ("address", "postcode", "city")
GEOCODED_COLUMNS = ("score", "precision_adresse", "adresse_trouvee")
_ID: Column = ("id", "identifiant")
_OPTIONAL: list[Column] = [
    ("lon", "longitude"), ("lat", "latitude"), "precision_m",
    ("address", "adresse"), ("postcode", "code_postal"), ("city", "commune", "ville"),
]  # fmt: skip
_MANY_DECIMALS = 7  # a centimetre: beyond, digits are those of a conversion, not of a survey

Geocode = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Points:
    """What was read: ``frame`` has ``id``, ``line`` and the columns that the file has."""

    file: str
    frame: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def placed(self) -> bool:
        """Whether the file gives coordinates; else it gives addresses."""
        return {"lon", "lat"} <= set(self.frame)


def read_points(path: Path) -> Points:
    """Read POINTS.

    Coordinates are numbers (an empty couple is a point without position); ``precision_m`` is
    that of the file, else the step of the decimals written.

    Raises
    ------
    UnreadableFile, BadLines, EmptyTable, DuplicateIds, BadPosition
        With the first offending lines.
    BadTables
        When several columns of a position are wrong: all of them.
    """
    frame, problems = read_table(path, (_ID,), _OPTIONAL, "point")
    refuse_duplicate_ids(path.name, frame)
    if {"lon", "lat"} & set(frame) == {"lon", "lat"}:
        return Points(path.name, _with_positions(path.name, frame), tuple(problems))
    if "address" in frame:
        return Points(path.name, frame, tuple(problems))
    raise UnreadableFile(
        path.name,
        "ni coordonnées ni adresses",
        "les colonnes id, lon, lat (degrés), ou id, address, postcode, city",
        "renommez ou ajoutez les colonnes",
    )


def read_outlines(paths: list[Path]) -> gpd.GeoDataFrame:
    """The quarters of official files, 2024 or 2015, told apart by their codes.

    Raises
    ------
    UnreadableFile
    """
    found = []
    for path in paths:
        try:
            reading, generation = read_qpv_2024(path), "2024"
        except UnreadableFile as error:
            if "quartiers de 2015" not in error.wrong:
                raise
            reading, generation = read_qpv_2015(path), "2015"
        found.append(reading.frame.assign(perimeter=generation))
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs="EPSG:4326")


def write_located(located: pd.DataFrame, path: Path) -> None:
    """Write OUT in one go (``located_csv``)."""
    with opened_atomically(path) as stream:
        located_table(located).to_csv(stream, index=False, encoding="utf-8", lineterminator="\n")


def located_csv(located: pd.DataFrame) -> bytes:
    """OUT as bytes: ``;`` is not used here, a table for programs has commas and points."""
    return located_table(located).to_csv(index=False, lineterminator="\n").encode()


def located_table(located: pd.DataFrame) -> pd.DataFrame:
    """The columns of OUT: « oui » or « non », metres to a decimetre, nothing a formula."""
    columns = [*COLUMNS, *(name for name in GEOCODED_COLUMNS if name in located)]
    shown = located[columns].assign(
        limite=np.where(located["limite"], "oui", "non"),
        distance_m=located["distance_m"].round(1),
        marge_m=located["marge_m"].round(1),
    )
    shown.loc[~located["statut"].isin([PLACED, EDGE]), "limite"] = ""
    for name in ("id", "label", "label_proche", *GEOCODED_COLUMNS[2:]):
        if name in shown:
            shown[name] = neutral_column(shown[name])
    return shown


def with_addresses(located: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """``located`` with how each address was found, when the points were addresses."""
    found = [name for name in GEOCODED_COLUMNS if name in points]
    if not found:
        return located
    return located.merge(points[["id", *found]], on="id", how="left", validate="m:1")


def summary_json(shares: pd.DataFrame, **about: Any) -> str:
    """The shares in QPV as JSON, null for what is not known."""
    records = [
        {name: None if value != value else value for name, value in row.items()}
        for row in shares.to_dict("records")
    ]
    return json.dumps({**about, "generations": records}, ensure_ascii=False, indent=1)


def _with_positions(file: str, frame: pd.DataFrame) -> pd.DataFrame:
    empty = (frame["lon"] == "") & (frame["lat"] == "")
    given = frame[~empty]
    placed = frame.assign(lon=np.nan, lat=np.nan)
    errors: list[BadInput] = []

    def read(some: pd.DataFrame, name: str, expected: str, **limits: Any) -> pd.Series:
        values = attempt(errors, lambda: numbers(file, some, name, BadPosition, expected, **limits))
        return pd.Series(dtype=float) if values is None else values

    for name, most in (("lon", 180.0), ("lat", 90.0)):
        expected = f"des degrés, de -{most:g} à {most:g}"
        values = read(given, name, expected, negative_is_wrong=False, at_most=most)
        placed.loc[values.index, name] = values
    precision = pd.Series(np.nan, index=frame.index)
    if "precision_m" in frame:
        told = read(given[given["precision_m"] != ""], "precision_m", "des mètres, 0 ou plus")
        precision[told.index] = told
    refuse(errors)
    lon, lat = (placed[name].fillna(0).to_numpy(float) for name in ("lon", "lat"))
    written = np.minimum(np.maximum(decimals(lon), decimals(lat)), _MANY_DECIMALS)
    # The middle one of the file: a position may end with a zero that nobody wrote.
    usual = np.quantile(written[~empty], [0.5], method="higher") if (~empty).any() else written[:1]
    return placed.assign(precision_m=precision.fillna(float(step_m(usual)[0])))


def geocoded(points: Points, geocode: Geocode) -> pd.DataFrame:
    """The points of a file of addresses, placed by ``geocode``.

    ``geocode`` takes ``address, postcode, city`` (nothing else leaves) and gives, on the same
    index, ``lon, lat, precision_m`` (NaN when not found) and ``GEOCODED_COLUMNS``.
    """
    blank = pd.Series("", index=points.frame.index, dtype="str")
    asked = pd.DataFrame({name: points.frame.get(name, blank) for name in ADDRESS_COLUMNS})
    wordless = asked[(asked["address"].str.strip() == "")]
    if len(wordless) == len(asked):
        raise BadInput(f"{points.file} : aucune adresse écrite dans la colonne address.")
    found = geocode(asked)
    return pd.concat([points.frame[["id", "line"]], found], axis=1)


def told_of_points(points: Points) -> list[str]:
    """What a person should know of the file read, in French."""
    told = [
        f"{points.file} : {counted(len(points.frame), 'point lu', 'points lus')}.",
        *(problem.message for problem in points.problems),
    ]
    if points.placed and look_swapped(points.frame):
        told.append(
            "Attention : longitude et latitude semblent échangées (la plupart des points sont hors "
            "de France, et y seraient dans l'autre ordre). À faire : lon vers 2, lat vers 46."
        )
    return told + (_told_abroad(points) if points.placed else [])


def abroad_counts(points: Points) -> tuple[int, int]:
    """How many positions of the file cannot be in France; how many of them seem swapped."""
    if not points.placed:
        return 0, 0
    return int(abroad(points.frame).sum()), int(swapped(points.frame).sum())


def abroad_in_words(points: Points) -> list[str]:
    """How many points cannot be in France, and what the answer says of them; [] when all can."""
    count, exchanged = abroad_counts(points)
    if not count:
        return []
    seems = f", dont {exchanged} où lon et lat semblent inversées" if exchanged else ""
    return [
        f"{counted(count, 'point')} hors de France{seems} : sans QPV dans la réponse, où la "
        "colonne statut le dit. À faire : corriger ces lignes, puis recommencer."
    ]


def _told_abroad(points: Points) -> list[str]:
    """Each line whose position cannot be in France, the first ones; the answer holds them all."""
    exchanged = swapped(points.frame)
    out = abroad(points.frame)
    told = [
        f"{points.file}, ligne {line}, colonnes lon et lat : « {lon:.10g} ; {lat:.10g} » n'est pas "
        f"en France{' : longitude et latitude semblent inversées' if seems else ''}. Attendu : une "
        "longitude (lon) puis une latitude (lat) de l'Hexagone (vers 2 ; 46) ou d'outre-mer."
        for line, lon, lat, seems in zip(
            *(points.frame.loc[out, name].head(SHOWN) for name in ("line", "lon", "lat")),
            exchanged[out],
            strict=False,
        )
    ]
    more = int(out.sum()) - len(told)
    if more:
        told.append(f"Et {counted(more, 'autre ligne', 'autres lignes')} hors de France.")
    return told
