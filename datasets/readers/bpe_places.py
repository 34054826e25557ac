"""Where each facility of a BPE ``xy`` file stands, and how far that can be trusted.

INSEE's own marks are used (documentation of the BPE, « Gestion de la qualité »):
``QUALITE_XY`` good is under 100 m, acceptable 100 to 500 m, bad over 500 m with random
positions, undetermined or not located otherwise; ``QUALI_QP`` and ``QUALI_IRIS`` 1 sure,
2 likely, 3 random or undetermined.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import Transformer

from datasets.readers.cells import number_column
from datasets.readers.coordinates import checked_coordinates
from datasets.reading import Problem, UnreadableFile
from geo.schema import CRS, QPV_2015_CODE, QPV_2024_CODE
from geo.territory import METROPOLITAN_CRS, projected_crs
from geo.words import counted, plural

_SOURCE = "bpe"
_GOOD = frozenset({"b", "bonne"})
_ACCEPTABLE = frozenset({"a", "acceptable"})
_RANDOM = "3"
# Newest generation first; ``QP`` alone holds either, told apart by the prefix of its values.
_QPV_COLUMNS = (("QP2024", "QUALI_QP2024"), ("QP", "QUALI_QP"), ("QP2015", "QUALI_QP2015"))
_METROPOLITAN_LON = (-12.0, 12.0)
_METROPOLITAN_LAT = (40.0, 52.0)


def located_columns() -> tuple[str, ...]:
    """The optional columns that ``locate`` knows how to use."""
    plain = ("LAMBERT_X", "LAMBERT_Y", "LONGITUDE", "LATITUDE", "EPSG", "QUALITE_XY", "QUALI_IRIS")
    return (*plain, *(name for pair in _QPV_COLUMNS for name in pair))


def locate(
    rows: pd.DataFrame, departement: pd.Series, area: pd.Series, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Columns ``lon, lat, precision, code_qp`` of each facility, on the rows' index.

    A good position is ``coordinates`` and an acceptable one ``iris`` (with its coordinates,
    known within 500 m) [assumption: INSEE publishes the distances, not this reading]. Any
    other is random or unknown: its coordinates are left out and ``area`` (``iris`` or
    ``commune``) says what is known. A QPV or IRIS given at random is not kept.
    """
    lon, lat, problems = _degrees(rows, departement, file)
    nothing = pd.Series("", index=rows.index, dtype="str")
    quality = rows.get("QUALITE_XY", nothing).str.casefold()
    placed = lon.notna()
    good, acceptable = placed & quality.isin(_GOOD), placed & quality.isin(_ACCEPTABLE)
    random_iris = rows.get("QUALI_IRIS", nothing) == _RANDOM
    fallback = area.where(~random_iris, "commune")
    precision = pd.Series(
        np.select([good, acceptable], ["coordinates", "iris"], fallback),
        index=rows.index,
        dtype="str",
    )
    # A place whose own position is doubtful is no finer than its commune (SOURCES 10.4).
    precision = precision.where(good | acceptable | ~placed, "commune")
    poor = placed & ~good & ~acceptable
    if poor.any():
        problems.append(
            Problem(
                "suspect",
                _SOURCE,
                file,
                f"{counted(int(poor.sum()), 'équipement')} dont l'Insee juge la position "
                "mauvaise ou "
                f"indéterminée : {plural(int(poor.sum()), 'placé')} à la commune.",
                line=int(rows.loc[poor, "line"].iloc[0]),
                column="QUALITE_XY",
                expected="Bonne (B) ou Acceptable (A)",
                count=int(poor.sum()),
            )
        )
    code_qp, found = _qpv(rows, file)
    kept = good | acceptable
    places = pd.DataFrame(
        {"lon": lon.where(kept), "lat": lat.where(kept), "precision": precision}
    ).assign(code_qp=code_qp)
    return places, problems + found


def _degrees(
    rows: pd.DataFrame, departement: pd.Series, file: str
) -> tuple[pd.Series, pd.Series, list[Problem]]:
    unknown = pd.Series(np.nan, index=rows.index, dtype="float64")
    problems: list[Problem] = []

    def numbers(column: str) -> pd.Series:
        if column not in rows:
            return unknown
        values, _, found = number_column(rows, column, source_id=_SOURCE, file=file)
        problems.extend(found)
        return values

    lon, lat = numbers("LONGITUDE"), numbers("LATITUDE")
    x, y = numbers("LAMBERT_X"), numbers("LAMBERT_Y")
    systems = departement.map({code: projected_crs(code) for code in departement.unique()})
    if "EPSG" in rows:
        written = rows["EPSG"].str.extract(r"^(\d{4,5})$")[0]
        systems = ("EPSG:" + written).where(written.notna(), systems)
    to_project = lon.isna() & x.notna() & y.notna()
    for system in systems[to_project].unique():
        some = to_project & (systems == system)
        east, north = Transformer.from_crs(system, CRS, always_xy=True).transform(
            x[some].to_numpy(), y[some].to_numpy()
        )
        lon = lon.where(~some, pd.Series(east, index=some[some].index))
        lat = lat.where(~some, pd.Series(north, index=some[some].index))
    finite = np.isfinite(lon) & np.isfinite(lat)
    astray = to_project & (systems == METROPOLITAN_CRS)
    astray &= ~(lon.between(*_METROPOLITAN_LON) & lat.between(*_METROPOLITAN_LAT))
    astray |= to_project & ~finite
    if astray.any():
        problems += _astray(rows, x, y, astray, to_project, file)
    lon, lat, found = checked_coordinates(
        lon.where(~astray), lat.where(~astray), lines=rows["line"], source_id=_SOURCE, file=file
    )
    return lon, lat, problems + found


def _astray(
    rows: pd.DataFrame,
    x: pd.Series,
    y: pd.Series,
    astray: pd.Series,
    projected: pd.Series,
    file: str,
) -> list[Problem]:
    """Positions that fall out of France: a few are listed, most of them means a wrong CRS."""
    if astray.sum() * 2 > projected.sum():
        raise UnreadableFile(
            file,
            f"{counted(int(astray.sum()), 'position')} sur {int(projected.sum())} hors de France",
            "LAMBERT_X et LAMBERT_Y en mètres (Lambert-93 ; UTM outre-mer selon DEP)",
            "vérifiez ces deux colonnes, leur ordre et leur système de coordonnées",
        )
    return [
        Problem(
            "suspect",
            _SOURCE,
            file,
            "Position hors de France : elle est laissée absente.",
            line=int(rows["line"][row]),
            column="LAMBERT_X, LAMBERT_Y",
            value=f"{x[row]:g}, {y[row]:g}",
            expected="des mètres dans le système de coordonnées du département",
        )
        for row in astray[astray].index
    ]


def _qpv(rows: pd.DataFrame, file: str) -> tuple[pd.Series, list[Problem]]:
    nothing = pd.Series("", index=rows.index, dtype="str")
    for column, quality in _QPV_COLUMNS:
        if column not in rows:
            continue
        new = rows[column].str.fullmatch(QPV_2024_CODE.strip("^$"))
        old = rows[column].str.fullmatch(QPV_2015_CODE.strip("^$"))
        if new.any() and old.any():
            raise UnreadableFile(
                file,
                f"la colonne « {column} » mélange des QPV de 2015 (QP…) et de 2024 (QN…)",
                "une seule génération de quartiers par colonne",
                "gardez une seule génération, ou deux colonnes QP2015 et QP2024",
            )
        given = new | old
        random = given & (rows.get(quality, nothing) == _RANDOM)
        problems = []
        if random.any():
            problems.append(
                Problem(
                    "suspect",
                    _SOURCE,
                    file,
                    f"{counted(int(random.sum()), 'appartenance')} à un QPV que l'Insee donne pour "
                    f"{plural(int(random.sum()), 'aléatoire')} : non "
                    f"{plural(int(random.sum()), 'retenue')}.",
                    line=int(rows.loc[random, "line"].iloc[0]),
                    column=quality,
                    value=_RANDOM,
                    expected="1 (sûre) ou 2 (probable)",
                    count=int(random.sum()),
                )
            )
        return rows[column].where(given & ~random, "").astype("str"), problems
    return nothing, []
