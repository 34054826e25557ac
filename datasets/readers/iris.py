"""IRIS: their outlines (IGN, INSEE) and their census population (INSEE, RP)."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio.errors
import shapely

from datasets.readers.cells import number_column
from datasets.readers.files import content
from datasets.readers.geojson import features_frame, read_json, repair_polygons
from datasets.readers.tabular import read_csv
from datasets.reading import Problem, Reading, UnreadableFile
from geo.schema import CRS, IRIS_CODE

CONTOURS_PAGE = "https://www.data.gouv.fr/datasets/contours-iris-r-2/"
POPULATION_PAGE = "https://www.insee.fr/fr/statistiques/8647014"
_CONTOURS, _POPULATION = "iris_contours", "iris_population"

_NAMES = {
    "code_iris": ("code_iris", "iris_code"),
    "label": ("nom_iris", "lib_iris", "libiris"),
    "commune": ("code_insee", "insee_com", "com"),
    "type_iris": ("type_iris", "typ_iris"),
}
_YEARS = range(6, 100)


def read_iris_contours(path: Path) -> Reading:
    """Read an IRIS outline file (GeoJSON of the WFS, or the IGN GeoPackage).

    Returns a GeoDataFrame in EPSG:4326, one row per code: ``code_iris, label, commune,
    type_iris, geometry``. Invalid polygons are repaired and each one is listed. Whole-commune
    IRIS (``Z``) may be missing from a file: their outline is the commune's.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, metres without a CRS, swapped coordinates, or no IRIS code.
    """
    raw, problems = _outlines(path)
    frame = gpd.GeoDataFrame(
        {name: _text_column(raw, path, name) for name in _NAMES},
        geometry=raw.geometry.to_numpy(),
        crs=CRS,
    )
    kept, refused = _one_good_code(frame["code_iris"], _CONTOURS, path.name)
    problems += refused
    frame = frame[kept].reset_index(drop=True)
    blank = frame["commune"] == ""
    frame.loc[blank, "commune"] = frame.loc[blank, "code_iris"].str[:5]
    shapes, _, repairs = repair_polygons(frame.geometry, frame["code_iris"], path.name, _CONTOURS)
    problems += repairs
    problems += [
        Problem(
            "missing",
            _CONTOURS,
            path.name,
            f"IRIS {code} : contour absent.",
            column="geometry",
            value=code,
            expected="un polygone",
        )
        for code in frame.loc[frame.geometry.isna(), "code_iris"]
    ]
    return Reading(frame.set_geometry(shapes), tuple(problems))


def _outlines(path: Path) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The features in EPSG:4326, property names in lower case."""
    with path.open("rb") if path.is_file() else nullcontext(BytesIO()) as stream:
        head = stream.read(16)
    if not head.startswith(b"SQLite format 3"):
        return features_frame(read_json(path), path.name, _CONTOURS, _NAMES["code_iris"])
    try:
        # GDAL's warnings about the container say nothing of the polygons checked below.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise UnreadableFile(
            path.name,
            "le GeoPackage est coupé ou abîmé",
            "un GeoPackage des contours d'IRIS",
            f"téléchargez de nouveau le fichier ({CONTOURS_PAGE})",
        ) from error
    if not isinstance(raw, gpd.GeoDataFrame) or raw.crs is None:
        raise UnreadableFile(
            path.name,
            "le GeoPackage n'a pas de polygones, ou ne dit pas son système de coordonnées",
            "une couche de polygones avec son CRS (EPSG:2154 pour l'hexagone)",
            f"prenez le fichier d'origine ({CONTOURS_PAGE})",
        )
    raw.columns = [str(name).lower() for name in raw.columns]
    return raw.set_geometry(shapely.force_2d(raw.geometry.array)).to_crs(CRS), []


def _text_column(raw: gpd.GeoDataFrame, path: Path, name: str) -> pd.Series:
    for spelling in _NAMES[name]:
        if spelling in raw.columns:
            cells = pd.Series(raw[spelling]).fillna("").astype("str").str.strip()
            return cells.reset_index(drop=True)
    if name == "code_iris":
        found = ", ".join(column for column in raw.columns if column != "geometry")
        raise UnreadableFile(
            path.name,
            f"colonne obligatoire absente : « code_iris » ; colonnes trouvées : {found}",
            "une colonne « code_iris » (9 caractères)",
            f"vérifiez que c'est un fichier de contours d'IRIS ({CONTOURS_PAGE})",
        )
    return pd.Series("", index=range(len(raw)), dtype="str")


def read_iris_population(path: Path) -> Reading:
    """Read the INSEE census file « évolution et structure de la population » by IRIS.

    Returns ``code_iris, label, commune, type_iris, population, population_status,
    population_65p, population_75p, vintage``; counts are inhabitants and may be decimal (a
    weighted census), ``vintage`` is the census year. ``LAB_IRIS`` is a quality mark, not a
    name: labels come from ``LIB_IRIS`` when the file has one.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, or no ``IRIS``, ``COM``, ``Pyy_POP`` column.
    """
    data, file = content(path, "base-ic-evol-struct-pop-*.csv")
    frame, problems = read_csv(
        data,
        source_id=_POPULATION,
        file=file,
        required=("IRIS", "COM"),
        optional=(
            "TYP_IRIS",
            ("LIB_IRIS", "LIBIRIS"),
            *(f"P{year:02d}_{count}" for year in _YEARS for count in _COUNTS),
        ),
        landing_page=POPULATION_PAGE,
    )
    year = _census_year(frame, file)
    kept, refused = _one_good_code(frame["IRIS"], _POPULATION, file, frame["line"])
    problems += refused
    frame = frame[kept].reset_index(drop=True)

    def count(name: str) -> tuple[pd.Series, pd.Series]:
        column = f"P{year:02d}_{name}"
        if column not in frame:
            nothing = pd.Series(np.nan, index=frame.index, dtype="float64")
            return nothing, pd.Series("missing", index=frame.index, dtype="str")
        values, status, found = number_column(frame, column, source_id=_POPULATION, file=file)
        problems.extend(found)
        return values, status

    population, status = count("POP")
    aged_65, _ = count("POP65P")
    if aged_65.isna().all():
        aged_65 = count("POP6579")[0] + count("POP80P")[0]
    empty = pd.Series("", index=frame.index, dtype="str")
    result = pd.DataFrame(
        {
            "code_iris": frame["IRIS"],
            "label": frame.get("LIB_IRIS", empty),
            "commune": frame["COM"],
            "type_iris": frame.get("TYP_IRIS", empty),
            "population": population,
            "population_status": status,
            "population_65p": aged_65,
            "population_75p": count("POP75P")[0],
            "vintage": pd.Series(f"{2000 + year}", index=frame.index, dtype="str"),
        }
    )
    return Reading(result, tuple(problems))


_COUNTS = ("POP", "POP65P", "POP75P", "POP6579", "POP80P")


def _census_year(frame: pd.DataFrame, file: str) -> int:
    years = [year for year in _YEARS if f"P{year:02d}_POP" in frame]
    if len(years) == 1:
        return years[0]
    found = ", ".join(f"P{year:02d}_POP" for year in years) or "aucune"
    raise UnreadableFile(
        file,
        f"une colonne de population « Pxx_POP » est attendue, trouvé : {found}",
        "une seule colonne « Pxx_POP », où xx est l'année du recensement (P22_POP)",
        f"vérifiez que c'est la base « évolution et structure de la population » "
        f"({POPULATION_PAGE})",
        line=1,
    )


def _one_good_code(
    codes: pd.Series, source_id: str, file: str, lines: pd.Series | None = None
) -> tuple[pd.Series, list[Problem]]:
    """The mask of rows whose IRIS code is well formed and seen first, and the others' problems."""
    good = codes.str.fullmatch(IRIS_CODE.strip("^$"))
    twice = good & codes.duplicated()
    problems = [
        Problem(
            "rejected",
            source_id,
            file,
            f"L'IRIS {codes[row]} est écrit deux fois ; seule la première ligne est gardée."
            if twice[row]
            else f"« {codes[row]} » n'est pas un code IRIS ; la ligne est laissée de côté.",
            line=0 if lines is None else int(lines[row]),
            column="IRIS",
            value=codes[row],
            expected="9 caractères (commune puis IRIS), une ligne par IRIS",
        )
        for row in codes[~good | twice].index
    ]
    return good & ~twice, problems
