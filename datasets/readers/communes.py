"""Read communes as geo.api.gouv.fr gives them: GeoJSON of a département, or plain JSON lists."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from datasets.readers.geojson import (
    check_degrees,
    features_frame,
    read_json,
    repair_polygons,
)
from datasets.readers.qpv_codes import refuse_duplicates
from datasets.reading import Problem, Reading, UnreadableFile
from geo.schema import COMMUNE_CODE, CRS
from geo.territory import departement_of_commune
from geo.words import counted

SOURCE_ID = "communes"
EARTH_RADIUS_M = 6_371_008.8
# The largest communes of the hexagone (Arles) have no point further than this from their centre;
# in French Guiana a commune may be 200 km long. A wider gap is an error of the file.
HALL_TO_CENTRE_M = 25_000.0
HALL_TO_CENTRE_OVERSEAS_M = 250_000.0
# The file does not tell its vintage: the API serves the geography in force.
VINTAGE = "COG en vigueur"
ARRONDISSEMENT = r"^(751(0[1-9]|1\d|20)|6938[1-9]|132(0[1-9]|1[0-6]))$"
_POSTCODE = re.compile(r"\d{5}")
_LANDING = "https://geo.api.gouv.fr/decoupage-administratif/communes"


def read_communes(path: Path, *, vintage: str = VINTAGE) -> Reading:
    """Read communes (or municipal arrondissements), with their seat and their outline if any.

    Returns
    -------
    Reading
        GeoDataFrame in EPSG:4326: ``code``, ``label``, ``departement``, ``region``, ``epci``
        (``""`` when unknown), ``population`` (inhabitants, NaN when unknown),
        ``population_status``, ``seat_lon``, ``seat_lat`` (degrees: town hall, else centre, else
        NaN), ``kind`` (``commune`` or ``arrondissement``), ``postcodes`` (separated by ``;``,
        ``""`` when none is told), ``vintage``, ``geometry`` (None when absent). 75056, 69123 and
        13055 hold the same people as their arrondissements: never add the two kinds.

    Raises
    ------
    UnreadableFile
        Damaged file, no code or name, coordinates not in degrees or swapped, duplicate codes.
    """
    file = path.name
    raw, problems, drawn = _places(read_json(path), file)
    for name in ("code", "nom"):
        if name not in raw:
            found = ", ".join(str(column) for column in raw.columns)
            raise UnreadableFile(
                file,
                f"propriété obligatoire absente : « {name} » ; propriétés trouvées : {found}",
                f"une propriété « {name} »",
                f"demandez le fichier à {_LANDING} avec fields=nom,code,population,…",
            )
    codes = raw["code"].map(_text).astype("str").str.upper()
    good = codes.str.fullmatch(COMMUNE_CODE)
    problems += [
        Problem(
            "rejected",
            SOURCE_ID,
            file,
            f"« {code} » n'est pas un code de commune : la ligne est laissée de côté.",
            column="code",
            value=code,
            expected="un code Insee à 5 caractères (01004, 2A004)",
        )
        for code in codes[~good]
    ]
    raw, codes = raw[good].reset_index(drop=True), codes[good].reset_index(drop=True)
    if raw.empty:
        raise UnreadableFile(file, "aucune commune", "au moins une commune", f"voir {_LANDING}")
    refuse_duplicates(codes, file)
    geometry = gpd.GeoSeries([None] * len(raw), crs=CRS)
    if drawn:
        geometry, _, repairs = repair_polygons(raw.geometry, codes, file, SOURCE_ID)
        problems += repairs + _without_outline(raw, codes, file)
    population, status = _population(raw, codes, file, problems)
    seat = _seats(raw, codes, file, problems)
    frame = gpd.GeoDataFrame(
        {
            "code": codes,
            "label": _texts(raw, "nom"),
            "departement": _texts(raw, "codedepartement").where(
                lambda known: known != "", codes.map(departement_of_commune)
            ),
            "region": _texts(raw, "coderegion"),
            "epci": _texts(raw, "codeepci"),
            "population": population,
            "population_status": status,
            "seat_lon": seat[:, 0],
            "seat_lat": seat[:, 1],
            "kind": np.where(codes.str.fullmatch(ARRONDISSEMENT), "arrondissement", "commune"),
            "postcodes": _postcodes(raw),
            "vintage": vintage,
        },
        geometry=geometry,
    )
    texts = ("departement", "kind", "postcodes", "vintage")
    return Reading(frame.astype(dict.fromkeys(texts, "str")), tuple(problems))


def _places(document: Any, file: str) -> tuple[pd.DataFrame, list[Problem], bool]:
    if isinstance(document, dict):
        frame, problems = features_frame(document, file, SOURCE_ID, ("code",))
        return frame, problems, True
    if not document or not all(isinstance(place, dict) for place in document):
        raise UnreadableFile(
            file, "aucune commune dans la liste", "une liste JSON de communes", f"voir {_LANDING}"
        )
    rows = [{str(key).lower(): value for key, value in place.items()} for place in document]
    return pd.DataFrame(rows, dtype=object), [], False


def _texts(raw: pd.DataFrame, name: str) -> pd.Series:
    if name not in raw:
        return pd.Series("", index=raw.index, dtype="str")
    texts: pd.Series = raw[name].map(_text).astype("str")
    return texts


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()


def _postcodes(raw: pd.DataFrame) -> list[str]:
    """The postal codes of each place; what is not one (five digits) is left out."""
    given = raw["codespostaux"] if "codespostaux" in raw else [None] * len(raw)
    return [
        ";".join(sorted({str(code) for code in codes if _POSTCODE.fullmatch(str(code))}))
        if isinstance(codes, list | tuple | np.ndarray)
        else ""
        for codes in given
    ]


def _without_outline(raw: gpd.GeoDataFrame, codes: pd.Series, file: str) -> list[Problem]:
    return [
        Problem(
            "missing",
            SOURCE_ID,
            file,
            f"La commune {code} n'a pas de contour.",
            column="geometry",
            value=code,
            expected="un polygone",
        )
        for code in codes[raw.geometry.isna()]
    ]


def _population(
    raw: pd.DataFrame, codes: pd.Series, file: str, problems: list[Problem]
) -> tuple[pd.Series, pd.Series]:
    values: list[float] = []
    given = raw["population"] if "population" in raw else [None] * len(raw)
    for code, value in zip(codes, given, strict=True):
        absent = value is None or value != value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and not absent and math.isfinite(value) and value >= 0:
            values.append(float(value))
            continue
        values.append(math.nan)
        problems.append(
            Problem(
                "missing" if absent else "rejected",
                SOURCE_ID,
                file,
                f"La population de {code} est inconnue."
                if absent
                else f"« {value} » n'est pas une population ({code}).",
                column="population",
                value=code if absent else str(value),
                expected="un nombre d'habitants",
            )
        )
    population = pd.Series(values, index=raw.index, dtype="float64")
    status = population.notna().map({True: "observed", False: "missing"}).astype("str")
    return population, status


def _seats(
    raw: pd.DataFrame, codes: pd.Series, file: str, problems: list[Problem]
) -> np.ndarray[Any, Any]:
    nothing = [None] * len(raw)
    halls = raw.get("mairie", nothing)
    centres = raw.get("centre", nothing)
    placed = [(_point(hall), _point(centre)) for hall, centre in zip(halls, centres, strict=True)]
    given = np.array([hall for hall, _ in placed if hall is not None]).reshape(-1, 2)
    check_degrees(given[:, 0], given[:, 1], file)
    far = np.array([_is_astray(hall, centre) for hall, centre in placed], dtype=bool)
    seats = np.array(
        [
            (None if astray else hall) or centre or (math.nan, math.nan)
            for (hall, centre), astray in zip(placed, far, strict=True)
        ]
    )
    problems += _astray_halls(codes[far], file)
    known = seats[~np.isnan(seats[:, 0])]
    check_degrees(known[:, 0], known[:, 1], file)
    without = codes[np.isnan(seats[:, 0])]
    if len(without):
        sample = ", ".join(without.head(10)) + ("…" if len(without) > 10 else "")
        problems.append(
            Problem(
                "missing",
                SOURCE_ID,
                file,
                f"{counted(len(without), 'commune')} sans mairie ni centre connus : {sample}",
                column="mairie",
                expected="un point [longitude, latitude]",
                count=len(without),
            )
        )
    return seats


def _is_astray(hall: tuple[float, float] | None, centre: tuple[float, float] | None) -> bool:
    """A town hall further from its commune's centre than any commune of the hexagone is long."""
    if hall is None or centre is None:
        return False
    limit_m = HALL_TO_CENTRE_M if centre[0] > -20 and centre[1] > 40 else HALL_TO_CENTRE_OVERSEAS_M
    return great_circle_m(hall, centre) > limit_m


def _astray_halls(codes: pd.Series, file: str) -> list[Problem]:
    return [
        Problem(
            "suspect",
            SOURCE_ID,
            file,
            f"La mairie de {code} est loin de sa commune : le centre de la commune la remplace.",
            column="mairie",
            value=code,
            expected="un point dans la commune",
        )
        for code in codes
    ]


def great_circle_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two (longitude, latitude) points on a sphere of the Earth's mean radius."""
    (lon1, lat1), (lon2, lat2) = ((math.radians(v) for v in point) for point in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))


def _point(value: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a GeoJSON point, or None when it is not one."""
    coordinates = value.get("coordinates") if isinstance(value, dict) else None
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    lon, lat = coordinates[0], coordinates[1]
    if not all(isinstance(number, int | float) for number in (lon, lat)):
        return None
    return float(lon), float(lat)
