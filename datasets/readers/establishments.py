"""Health establishments: hospitals (GISCO, from FINESS) and FINESS itself (re-exposed CSV).

Phone numbers and mail addresses are never read, nor the names of pharmacies, which are often
those of their owners.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from datasets.readers.cells import number_column
from datasets.readers.coordinates import checked_coordinates
from datasets.readers.files import content
from datasets.readers.tabular import read_csv
from datasets.reading import Problem, Reading, UnreadableFile
from geo.schema import COMMUNE_CODE
from geo.words import counted, plural

HOSPITALS_PAGE = "https://github.com/eurostat/healthcare-services"
FINESS_PAGE = "https://www.data.gouv.fr/datasets/reexposition-des-donnees-finess/"
_HOSPITALS, _FINESS = "hospitals", "finess"

# Categories of SOURCES 13.3 that are places of care for this project.
CATEGORIES = {
    "124": "centre_de_sante",
    "603": "maison_de_sante",
    "620": "pharmacie",
    "101": "hopital",
    "355": "hopital",
    "365": "hopital",
}
# GISCO: 1 good, 2 acceptable, 3 poor.
_POOR = "3"


def read_hospitals(path: Path) -> Reading:
    """Read the list of hospitals of France (``FR.csv`` of GISCO healthcare services).

    Returns ``profession`` (``hopital``), ``label``, ``practices`` (1), ``commune`` (``""``:
    the file has postcodes only), ``departement`` (from the FINESS number, the postcode
    overseas), ``code_iris``, ``code_qp`` (``""``), ``lon``, ``lat`` (degrees, NaN when
    unknown), ``precision``, ``vintage`` (YYYY-MM-DD) and ``finess`` (9 characters).
    A position of poor quality (``geo_qual`` 3) is known to the commune only.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, missing column, coordinates swapped or not in degrees.
    """
    data, file = content(path, "FR.csv")
    rows, problems = read_csv(
        data,
        source_id=_HOSPITALS,
        file=file,
        required=("id", "hospital_name", "lat", "lon", "geo_qual"),
        optional=("postcode", "ref_date"),
        landing_page=HOSPITALS_PAGE,
    )
    finess = rows["id"].str.zfill(9)
    rows, finess, refused = _distinct(rows, finess, _HOSPITALS, file, count_as="rejected")
    lon, lat, found = _positions(rows, "lon", "lat", _HOSPITALS, file)
    problems += refused + found
    postcode = rows.get("postcode", pd.Series("", index=rows.index, dtype="str"))
    overseas = finess.str.startswith(("97", "98"))
    # Overseas FINESS numbers do not follow the départements (9705… is Saint-Pierre-et-Miquelon).
    precision = np.select(
        [lon.isna(), rows["geo_qual"] == _POOR], ["unknown", "commune"], "coordinates"
    )
    poor = int((lon.notna() & (rows["geo_qual"] == _POOR)).sum())
    if poor:
        problems.append(
            Problem(
                "suspect",
                _HOSPITALS,
                file,
                f"{counted(poor, 'hôpital', 'hôpitaux')} dont la position est de mauvaise "
                "qualité (geo_qual 3) : "
                "connue à la commune près.",
                column="geo_qual",
                value=_POOR,
                expected="1 ou 2",
                count=poor,
            )
        )
    frame = _frame(rows, lon, lat, precision).assign(
        profession="hopital",
        label=rows["hospital_name"],
        departement=finess.str[:2].where(~overseas, postcode.str[:3]),
        vintage=_iso_dates(rows),
        finess=finess,
    )
    return Reading(_typed(frame), tuple(problems))


def read_finess(path: Path) -> Reading:
    """Read the re-exposed FINESS file (one CSV with a header).

    Several lines may describe one site: they are folded on its FINESS number. Returns the same
    columns as ``read_hospitals``, for the categories of ``CATEGORIES``; sites of other
    categories are left out, in one problem with their count. The label of a pharmacy is its
    category. ``vintage`` is ``""``: the file carries no date of its own.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, missing column, or the legacy two-block file without a header.
    """
    data, file = content(path, "*.csv")
    _refuse_two_blocks(data, file)
    rows, problems = read_csv(
        data,
        source_id=_FINESS,
        file=file,
        required=("numero finess etablissement", "categetab", "latitude", "longitude"),
        optional=(
            "raison_sociale",
            "rslongue",
            "categorie",
            "code_insee",
            "departement",
            "code commune",
        ),
        landing_page=FINESS_PAGE,
    )
    finess = rows["numero finess etablissement"].str.zfill(9)
    rows, finess, folded = _distinct(rows, finess, _FINESS, file, count_as="extra")
    problems += folded
    known = rows["categetab"].isin(list(CATEGORIES))
    left_out = int((~known).sum())
    if left_out:
        problems.append(
            Problem(
                "extra",
                _FINESS,
                file,
                f"{counted(left_out, 'établissement')} d'autres catégories, "
                f"{plural(left_out, 'laissé')} de côté.",
                column="categetab",
                expected=", ".join(CATEGORIES),
                count=left_out,
            )
        )
    rows, finess = rows[known].reset_index(drop=True), finess[known].reset_index(drop=True)
    lon, lat, found = _positions(rows, "longitude", "latitude", _FINESS, file)
    commune = _commune(rows)
    problems += found
    precision = np.select([lon.notna(), commune != ""], ["coordinates", "commune"], "unknown")
    empty = pd.Series("", index=rows.index, dtype="str")
    name = rows.get("rslongue", empty)
    name = name.where(name != "", rows.get("raison_sociale", empty))
    profession = rows["categetab"].map(CATEGORIES)
    overseas = commune.str.startswith(("97", "98"))
    frame = _frame(rows, lon, lat, precision).assign(
        profession=profession,
        label=name.where(profession != "pharmacie", "Pharmacie"),
        commune=commune,
        departement=commune.str[:3].where(overseas, commune.str[:2]),
        finess=finess,
    )
    return Reading(_typed(frame), tuple(problems))


def _refuse_two_blocks(data: bytes, file: str) -> None:
    first = data[:400].decode("utf-8-sig", errors="replace").lstrip().lower()
    if first.startswith(("finess;", "structureet;", "geolocalisation;")):
        raise UnreadableFile(
            file,
            "c'est l'ancien fichier FINESS, en deux blocs sans ligne d'en-tête",
            "le fichier FINESS réexposé : un seul CSV avec en-tête "
            "(« numero finess etablissement », « categetab », « latitude », « longitude »)",
            f"prenez le fichier réexposé sur {FINESS_PAGE}",
            line=1,
        )


def _distinct(
    rows: pd.DataFrame, finess: pd.Series, source_id: str, file: str, *, count_as: str
) -> tuple[pd.DataFrame, pd.Series, list[Problem]]:
    """One row per FINESS number, the first; malformed numbers are listed."""
    good = finess.str.fullmatch(r"(\d{2}|2[AB])\d{7}")
    problems = [
        Problem(
            "rejected",
            source_id,
            file,
            f"« {number} » n'est pas un numéro FINESS ; la ligne est laissée de côté.",
            line=int(line),
            column="numéro FINESS",
            value=number,
            expected="9 caractères",
        )
        for number, line in zip(finess[~good], rows.loc[~good, "line"], strict=True)
    ]
    again = good & finess.duplicated()
    if again.any():
        problems.append(
            Problem(
                count_as,
                source_id,
                file,
                f"{counted(int(again.sum()), 'ligne')} d'un établissement déjà lu, "
                f"{plural(int(again.sum()), 'regroupée')} sous son numéro FINESS.",
                line=int(rows.loc[again, "line"].iloc[0]),
                column="numéro FINESS",
                expected="un établissement par numéro",
                count=int(again.sum()),
            )
        )
    kept = good & ~again
    return rows[kept].reset_index(drop=True), finess[kept].reset_index(drop=True), problems


def _positions(
    rows: pd.DataFrame, lon_column: str, lat_column: str, source_id: str, file: str
) -> tuple[pd.Series, pd.Series, list[Problem]]:
    lon, _, bad_lon = number_column(rows, lon_column, source_id=source_id, file=file)
    lat, _, bad_lat = number_column(rows, lat_column, source_id=source_id, file=file)
    problems = bad_lon + bad_lat
    absent = lon.isna() | lat.isna()
    if absent.any():
        problems.append(
            Problem(
                "missing",
                source_id,
                file,
                f"{counted(int(absent.sum()), 'établissement')} sans coordonnées.",
                line=int(rows.loc[absent, "line"].iloc[0]),
                column=f"{lon_column}, {lat_column}",
                count=int(absent.sum()),
            )
        )
    lon, lat, found = checked_coordinates(
        lon, lat, lines=rows["line"], source_id=source_id, file=file
    )
    return lon, lat, problems + found


def _commune(rows: pd.DataFrame) -> pd.Series:
    empty = pd.Series("", index=rows.index, dtype="str")
    written = rows.get("code_insee", empty)
    # ``code commune`` has three digits inside the département.
    rebuilt = rows.get("departement", empty) + rows.get("code commune", empty).str.zfill(3)
    code = written.where(written != "", rebuilt)
    return code.where(code.str.fullmatch(COMMUNE_CODE.strip("^$")), "")


def _iso_dates(rows: pd.DataFrame) -> pd.Series:
    if "ref_date" not in rows:
        return pd.Series("", index=rows.index, dtype="str")
    parts = rows["ref_date"].str.extract(r"^(\d\d)/(\d\d)/(\d{4})$")
    return (parts[2] + "-" + parts[1] + "-" + parts[0]).fillna("")


def _frame(
    rows: pd.DataFrame, lon: pd.Series, lat: pd.Series, precision: np.ndarray
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "profession": "",
            "label": "",
            "practices": 1.0,
            "commune": "",
            "departement": "",
            "code_iris": "",
            "code_qp": "",
            "lon": lon,
            "lat": lat,
            "precision": precision,
            "vintage": "",
            "finess": "",
        },
        index=rows.index,
    )


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = ("practices", "lon", "lat")
    return frame.astype({name: "str" for name in frame.columns if name not in numbers})
