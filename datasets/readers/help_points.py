"""Help points: France services, and hosts of conseillers numériques (ANCT).

Phone numbers, mail addresses and names of persons are never read.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.readers.cells import number_column
from datasets.readers.coordinates import checked_coordinates, with_points
from datasets.readers.files import content
from datasets.readers.records import read_records
from datasets.readers.tabular import read_csv
from datasets.reading import Problem, Reading
from geo.schema import COMMUNE_CODE
from geo.words import counted

FRANCE_SERVICES_PAGE = "https://www.data.gouv.fr/datasets/liste-des-structures-france-services/"
CONSEILLERS_PAGE = "https://github.com/anct-carto/conseillers-numeriques"
_FS, _CNFS = "france_services", "conseillers_numeriques"
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
# A free text may hold what its neighbours' columns are dropped for.
_CONTACT = r"\S+@\S+\.\w+|(?<!\d)(?:\+33 ?|0)[1-9](?:[ .]?\d{2}){4}(?!\d)"
_MOVING = ("bus", "itinerante", "itinérante")
# The list of hosts carries no date of its own; its latest decisions are of mid-2022.
_CNFS_VINTAGE = "2022"


def read_france_services(path: Path) -> Reading:
    """Read the list of France services (CSV).

    Returns the table ``help_points`` of ``geo.schema`` with its points. ``opening`` is the
    published text, day by day; ``fixed`` is false for buses and itinerant units, whose one
    point stands for many stops. ``vintage`` is the date in the file name, ``""`` without one.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, missing column, coordinates swapped or not in degrees.
    """
    data, file = content(path, "*.csv")
    frame, problems = read_csv(
        data,
        source_id=_FS,
        file=file,
        required=("id_fs", "lib_fs", "insee_com", "latitude", "longitude", "format_fs"),
        optional=("insee_dep", *(f"h_{day}" for day in _DAYS)),
        landing_page=FRANCE_SERVICES_PAGE,
    )
    frame, found = _unique(frame, "id_fs", _FS, file)
    lon, lat, misplaced = _coordinates(frame, _FS, file)
    commune, unknown = _communes(frame["insee_com"], frame, _FS, file)
    problems += found + misplaced + unknown
    moving = frame["format_fs"].str.casefold().str.startswith(_MOVING)
    problems += _shared_points(lon, lat, file)
    table = pd.DataFrame(
        {
            "help_id": "fs-" + frame["id_fs"],
            "kind": "france_services",
            "label": frame["lib_fs"],
            "commune": commune,
            "departement": _departement(commune, frame.get("insee_dep")),
            "opening": _opening(frame),
            "fixed": ~moving,
            "precision": _precision(lon, commune, placed="coordinates"),
            "vintage": _date_in_name(file),
            "source_id": _FS,
        }
    )
    return Reading(with_points(_as_text(table), lon, lat), tuple(problems))


def read_conseillers_numeriques(path: Path) -> Reading:
    """Read the list of hosts of conseillers numériques (JSON, 2022).

    Returns the table ``help_points`` of ``geo.schema``. The address is the employer's, not the
    place where people are received, so the precision is never finer than ``commune``. Rows
    without coordinates keep no geometry and are listed.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, missing key, coordinates swapped or not in degrees.
    """
    frame, problems = read_records(
        path,
        source_id=_CNFS,
        required=("id", "raison_sociale", "insee_com", "latitude", "longitude"),
        optional=("insee_dep",),
        landing_page=CONSEILLERS_PAGE,
    )
    frame, found = _unique(frame, "id", _CNFS, path.name)
    lon, lat, misplaced = _coordinates(frame, _CNFS, path.name)
    commune, unknown = _communes(frame["insee_com"], frame, _CNFS, path.name)
    problems += found + misplaced + unknown
    problems.append(
        Problem(
            "suspect",
            _CNFS,
            path.name,
            "Les adresses sont celles des employeurs, pas des lieux d'accueil : la précision "
            "annoncée est la commune.",
            column="adresse",
            count=len(frame),
        )
    )
    table = pd.DataFrame(
        {
            "help_id": "cnfs-" + frame["id"],
            "kind": "conseiller_numerique",
            "label": frame["raison_sociale"],
            "commune": commune,
            "departement": _departement(commune, frame.get("insee_dep")),
            "opening": "",
            "fixed": True,
            "precision": _precision(lon, commune, placed="commune"),
            "vintage": _CNFS_VINTAGE,
            "source_id": _CNFS,
        }
    )
    return Reading(with_points(_as_text(table), lon, lat), tuple(problems))


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({name: "str" for name in table.columns if name != "fixed"})


def _unique(
    frame: pd.DataFrame, key: str, source_id: str, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    refused = frame[key].duplicated() | (frame[key] == "")
    problems = [
        Problem(
            "rejected",
            source_id,
            file,
            f"Identifiant « {value} » vide ou déjà vu ; la ligne est laissée de côté.",
            line=int(line),
            column=key,
            value=value,
            expected="un identifiant par ligne",
        )
        for value, line in frame.loc[refused, [key, "line"]].itertuples(index=False)
    ]
    return frame[~refused].reset_index(drop=True), problems


def _coordinates(
    frame: pd.DataFrame, source_id: str, file: str
) -> tuple[pd.Series, pd.Series, list[Problem]]:
    lon, _, bad_lon = number_column(frame, "longitude", source_id=source_id, file=file)
    lat, _, bad_lat = number_column(frame, "latitude", source_id=source_id, file=file)
    absent = lon.isna() | lat.isna()
    label = frame["lib_fs"] if "lib_fs" in frame else frame["raison_sociale"]
    problems = bad_lon + bad_lat
    problems += [
        Problem(
            "missing",
            source_id,
            file,
            f"« {label[row]} » n'a pas de coordonnées : il n'est pas placé sur la carte.",
            line=int(frame["line"][row]),
            column="longitude, latitude",
            value=label[row],
            expected="longitude et latitude en degrés",
        )
        for row in absent[absent].index
    ]
    lon, lat, found = checked_coordinates(
        lon, lat, lines=frame["line"], source_id=source_id, file=file
    )
    return lon, lat, problems + found


def _communes(
    codes: pd.Series, frame: pd.DataFrame, source_id: str, file: str
) -> tuple[pd.Series, list[Problem]]:
    good = codes.str.fullmatch(COMMUNE_CODE.strip("^$"))
    problems = [
        Problem(
            "rejected" if codes[row] else "missing",
            source_id,
            file,
            f"Code de commune « {codes[row]} » mal formé : il est laissé absent."
            if codes[row]
            else "Commune absente.",
            line=int(frame["line"][row]),
            column="insee_com",
            value=codes[row],
            expected="5 caractères, zéro de tête compris (01033)",
        )
        for row in good[~good].index
    ]
    return codes.where(good, ""), problems


def _departement(commune: pd.Series, written: pd.Series | None) -> pd.Series:
    overseas = commune.str.startswith(("97", "98"))
    from_commune = commune.str[:3].where(overseas, commune.str[:2])
    if written is None:
        return from_commune
    return from_commune.where(from_commune != "", written)


def _precision(lon: pd.Series, commune: pd.Series, *, placed: str) -> pd.Series:
    kinds = np.select([lon.notna(), commune != ""], [placed, "commune"], "unknown")
    return pd.Series(kinds, index=lon.index, dtype="str")


def _opening(frame: pd.DataFrame) -> pd.Series:
    text = pd.Series("", index=frame.index, dtype="str")
    for day in _DAYS:
        if f"h_{day}" not in frame:
            continue
        hours = frame[f"h_{day}"]
        text = text + ("; " + day + " " + hours).where(hours != "", "")
    return text.str.removeprefix("; ").str.replace(_CONTACT, "…", regex=True)


def _shared_points(lon: pd.Series, lat: pd.Series, file: str) -> list[Problem]:
    """Several rows at one point, to the last decimal: often a geocoding to the town hall."""
    pairs = pd.DataFrame({"lon": lon, "lat": lat}).dropna()
    shared = pairs.duplicated(keep=False)
    if not shared.any():
        return []
    places = int(pairs[shared].drop_duplicates().shape[0])
    return [
        Problem(
            "suspect",
            _FS,
            file,
            f"{counted(places, 'position portée', 'positions portées')} par plusieurs structures "
            f"({int(shared.sum())} "
            "lignes) : même lieu, ou position imprécise.",
            column="longitude, latitude",
            expected="une position par structure",
            count=int(shared.sum()),
        )
    ]


def _date_in_name(file: str) -> str:
    date = re.search(r"(20\d\d)-?(0[1-9]|1[0-2])-?([0-3]\d)", file)
    return "-".join(date.groups()) if date else ""
