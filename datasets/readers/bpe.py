"""Places of practice in the permanent database of facilities (BPE, INSEE), in its three layouts.

``ensemble`` (to 2021) counts facilities by commune and IRIS; ``DS_BPE`` (from 2023) counts
them by commune; the ``xy`` file has one row per facility with its position. The BPE counts
places of practice, neither persons nor full-time equivalents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from glob import escape
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from datasets.readers.bpe_places import locate, located_columns
from datasets.readers.cells import number_column
from datasets.readers.files import content, found_kind, member_names
from datasets.readers.tabular import read_csv
from datasets.reading import Problem, Reading, UnreadableFile
from geo.schema import COMMUNE_CODE, IRIS_CODE
from geo.words import counted, plural

LANDING_PAGE = "https://www.insee.fr/fr/statistiques/8217525"
_SOURCE = "bpe"

# INSEE renumbered most of D2 after 2021: both generations are read. The codes of midwives
# after the change are in no material at hand, so later editions give none rather than a guess.
PROFESSIONS = {
    "D201": "medecin_generaliste",
    "D265": "medecin_generaliste",
    "D232": "infirmier",
    "D244": "infirmier",
    "D281": "infirmier",
    "D221": "chirurgien_dentiste",
    "D277": "chirurgien_dentiste",
    "D231": "sage_femme",
    "D233": "masseur_kinesitherapeute",
    "D279": "masseur_kinesitherapeute",
    "D301": "pharmacie",
    "D307": "pharmacie",
    "D108": "centre_de_sante",
    "D113": "maison_de_sante",
}
_GP_CODES = ("D201", "D265")
_COLUMNS = [
    "profession",
    "practices",
    "commune",
    "departement",
    "code_iris",
    "code_qp",
    "lon",
    "lat",
    "precision",
    "vintage",
]
# Cities whose arrondissements some files count apart: both levels would count twice.
_CITIES = {"75056": "751", "69123": "6938", "13055": "132"}


def read_bpe(path: Path) -> Reading:
    """Read a BPE file, bare or zipped; the layout is recognised by its columns.

    Returns one row per count (ensemble, DS_BPE) or per facility (xy): ``profession`` (of
    ``geo.schema.SUPPLY_PROFESSIONS``), ``practices`` (places of practice), ``commune``
    (arrondissements of Paris, Lyon and Marseille as published), ``departement``, ``code_iris``
    and ``code_qp`` (``""`` when none can be trusted), ``lon`` and ``lat`` (degrees, NaN when
    unknown), ``precision`` (``coordinates``, ``iris`` or ``commune``) and ``vintage`` (year).
    Other kinds of facilities are left out, in one problem with their count.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, unknown layout, several years, or no general practitioner at all:
        the code of general practitioners changed (D201, then D265) and a silent zero is the
        usual accident.
    """
    data, file = content(path, _pattern(path))
    titles = _titles(data)
    health, left_out = _health_lines(data)
    del data
    layout: Callable[[bytes, str], tuple[pd.DataFrame, list[Problem], int]]
    if "FACILITY_TYPE" in titles:
        layout = _read_ds_bpe
    elif "LAMBERT_X" in titles or "LONGITUDE" in titles:
        layout = _read_xy
    else:
        layout = _read_ensemble
    frame, problems, more = layout(health, file)
    if left_out + more:
        problems.append(
            Problem(
                "extra",
                _SOURCE,
                file,
                f"{counted(left_out + more, 'ligne')} d'autres équipements, "
                f"{plural(left_out + more, 'laissée')} de côté.",
                column="TYPEQU",
                expected="médecins généralistes et autres soins de proximité",
                count=left_out + more,
            )
        )
    if not (frame["profession"] == "medecin_generaliste").any():
        raise UnreadableFile(
            file,
            "aucun médecin généraliste dans ce fichier",
            f"des lignes de type {' ou '.join(_GP_CODES)} (le code a changé après 2021)",
            "vérifiez que le fichier contient le domaine D (santé) ; si l'Insee a de nouveau "
            f"changé de codes, signalez-le ({LANDING_PAGE})",
        )
    return Reading(frame[_COLUMNS].reset_index(drop=True), tuple(problems))


def _pattern(path: Path) -> str:
    """The name of the data among the CSV of the archive, dictionaries put aside."""
    if not path.is_file():
        return "*.csv"
    with path.open("rb") as stream:
        if found_kind(stream.read(4)) != "zip":
            return "*.csv"
    tables = [name for name in member_names(path) if name.lower().endswith(".csv")]
    data = [name for name in tables if not re.search(r"meta|varmod|dico|dictionn", name.lower())]
    return escape(data[0]) if len(data) == 1 else "*.csv"


def _titles(data: bytes) -> set[str]:
    head = data[:20_000].decode("utf-8-sig", errors="replace").lstrip()
    return {title.strip('" \r').upper() for title in re.split(r"[;,\t|]", head.split("\n", 1)[0])}


def _health_lines(data: bytes) -> tuple[bytes, int]:
    """The bytes where every line of another type is blanked, and how many there were.

    A national file has millions of lines of which one in ten is wanted: blanking them first
    spares time and memory, and keeps the line numbers.
    """
    wanted = re.compile(rb'[;,|\t"](?:' + "|".join(PROFESSIONS).encode() + rb')[;,|\t"\r\n]')
    kept, left_out, header_seen = [], 0, False
    for line in BytesIO(data):
        if not header_seen:
            header_seen = bool(line.strip())
            kept.append(line)
        elif wanted.search(line) or line[-1:] != b"\n":
            kept.append(line)
        else:
            left_out += bool(line.strip())
            kept.append(b"\n")
    return b"".join(kept), left_out


def _read_ensemble(data: bytes, file: str) -> tuple[pd.DataFrame, list[Problem], int]:
    rows, problems = read_csv(
        data,
        source_id=_SOURCE,
        file=file,
        required=("DEPCOM", "DCIRIS", "AN", "TYPEQU", "NB_EQUIP"),
        landing_page=LANDING_PAGE,
    )
    rows, more = _known_types(rows)
    rows, rejected = _known_communes(rows, file)
    problems += rejected
    practices, _, found = number_column(rows, "NB_EQUIP", source_id=_SOURCE, file=file)
    problems += found
    code_iris = _iris(rows["DCIRIS"])
    frame = _common(rows, practices, code_iris, _one_year(rows["AN"], file))
    frame["precision"] = _area_precision(code_iris)
    return frame, problems, more


def _read_ds_bpe(data: bytes, file: str) -> tuple[pd.DataFrame, list[Problem], int]:
    rows, problems = read_csv(
        data,
        source_id=_SOURCE,
        file=file,
        required=(
            "GEO",
            "GEO_OBJECT",
            ("TYPEQU", "FACILITY_TYPE"),
            "BPE_MEASURE",
            ("AN", "TIME_PERIOD"),
            "OBS_VALUE",
        ),
        landing_page=LANDING_PAGE,
    )
    rows, more = _known_types(rows)
    # Every other level repeats the same facilities: added up they would count several times.
    level = rows["GEO_OBJECT"].str.upper()
    counted = level.isin(("COM", "ARM")) & (rows["BPE_MEASURE"].str.upper() == "FACILITIES")
    for city, start in _CITIES.items():
        if (counted & (level == "ARM") & rows["GEO"].str.startswith(start)).any():
            counted &= rows["GEO"] != city
    # The file may hold several years: only the last is the present supply.
    counted &= rows["AN"] == rows.loc[counted, "AN"].max()
    more += int((~counted).sum())
    rows = rows[counted].rename(columns={"GEO": "DEPCOM"}).reset_index(drop=True)
    rows, rejected = _known_communes(rows, file)
    problems += rejected
    practices, _, found = number_column(rows, "OBS_VALUE", source_id=_SOURCE, file=file)
    problems += found
    nothing = pd.Series("", index=rows.index, dtype="str")
    frame = _common(rows, practices, nothing, _one_year(rows["AN"], file))
    frame["precision"] = "commune"
    return frame[frame["practices"] != 0], problems, more


def _read_xy(data: bytes, file: str) -> tuple[pd.DataFrame, list[Problem], int]:
    rows, problems = read_csv(
        data,
        source_id=_SOURCE,
        file=file,
        required=("AN", "DEPCOM", "TYPEQU"),
        optional=("DCIRIS", *located_columns()),
        landing_page=LANDING_PAGE,
    )
    rows, more = _known_types(rows)
    rows, rejected = _known_communes(rows, file)
    problems += rejected
    nothing = pd.Series("", index=rows.index, dtype="str")
    code_iris = _iris(rows.get("DCIRIS", nothing))
    one_each = pd.Series(1.0, index=rows.index)
    frame = _common(rows, one_each, code_iris, _one_year(rows["AN"], file))
    places, found = locate(rows, frame["departement"], _area_precision(code_iris), file)
    problems += found
    # An IRIS kept beside a position known to the commune only would place it too finely.
    frame["code_iris"] = code_iris.where(places["precision"] != "commune", "")
    for column in places.columns:
        frame[column] = places[column]
    return frame, problems, more


def _known_types(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    known = rows["TYPEQU"].isin(list(PROFESSIONS))
    return rows[known].reset_index(drop=True), int((~known).sum())


def _known_communes(rows: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    good = rows["DEPCOM"].str.fullmatch(COMMUNE_CODE.strip("^$"))
    problems = [
        Problem(
            "rejected",
            _SOURCE,
            file,
            f"« {code} » n'est pas un code de commune ; la ligne est laissée de côté.",
            line=int(line),
            column="DEPCOM",
            value=code,
            expected="5 caractères, zéros de tête compris (01004, 2A004, 97411)",
        )
        for code, line in rows.loc[~good, ["DEPCOM", "line"]].itertuples(index=False)
    ]
    return rows[good].reset_index(drop=True), problems


def _iris(codes: pd.Series) -> pd.Series:
    """``01004_0201`` as ``010040201``; ``""`` when the code says no more than the commune.

    That is a bare commune code, a marker, or ``xxxxx0000``, which is the whole commune.
    """
    joined = codes.str.replace("_", "", regex=False)
    finer = joined.str.fullmatch(IRIS_CODE.strip("^$")) & ~joined.str.endswith("0000")
    return joined.where(finer, "").astype("str")


def _area_precision(code_iris: pd.Series) -> pd.Series:
    """``iris`` when one is given, else ``commune``."""
    return pd.Series(
        np.where(code_iris != "", "iris", "commune"), index=code_iris.index, dtype="str"
    )


def _one_year(years: pd.Series, file: str) -> str:
    found = sorted(years.unique())
    if len(found) > 1:
        raise UnreadableFile(
            file,
            f"plusieurs années dans le même fichier ({', '.join(found[:6])})",
            "une seule année : les additionner compterait plusieurs fois les mêmes cabinets",
            "gardez les lignes d'une seule année, de préférence la dernière",
        )
    return found[0] if found else ""


def _common(
    rows: pd.DataFrame, practices: pd.Series, code_iris: pd.Series, year: str
) -> pd.DataFrame:
    commune = rows["DEPCOM"]
    overseas = commune.str.startswith(("97", "98"))
    frame = pd.DataFrame(
        {
            "profession": rows["TYPEQU"].map(PROFESSIONS),
            "practices": practices,
            "commune": commune,
            "departement": commune.str[:3].where(overseas, commune.str[:2]),
            "code_iris": code_iris,
            "code_qp": "",
            "lon": np.nan,
            "lat": np.nan,
            "precision": "",
            "vintage": year,
        }
    )
    texts = [name for name in _COLUMNS if name not in ("practices", "lon", "lat")]
    return frame.astype(dict.fromkeys(texts, "str"))
