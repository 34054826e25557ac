"""Read the outlines of the priority neighbourhoods (QPV), generation 2024 or 2015 (ANCT)."""

from __future__ import annotations

import re
from glob import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from datasets.readers.geojson import features_frame, read_json, repair_polygons
from datasets.readers.qpv_codes import EXAMPLES, PATTERNS, refuse_duplicates, single_generation
from datasets.readers.tabular import check_magic, found_kind, member_names
from datasets.reading import Problem, Reading, UnreadableFile
from geo.territory import departement_of_qpv
from geo.vocabulary import COMMUNE_CODE
from geo.words import counted

VINTAGE_2024 = "2024"
VINTAGE_2015 = "2015"
_CODE = ("code_qp", "codeqp", "code_qpv")
_LABEL = ("lib_qp", "nom_qp", "libelle_qp", "nom")
_COMMUNE = ("insee_com", "commune_qp", "code_insee", "code_com")
_COMMUNE_LABEL = ("lib_com", "nom_com", "commune", "commune_qp")
_EPCI = ("siren_epci", "epci")
_LANDING = (
    "https://www.data.gouv.fr/datasets/quartiers-prioritaires-de-la-politique-de-la-ville-qpv"
)


def read_qpv_2024(path: Path) -> Reading:
    """Read the 2024 QPV (codes ``QN…``), bare GeoJSON or the official zip.

    Returns
    -------
    Reading
        GeoDataFrame in EPSG:4326, valid (Multi)Polygons, one row per QPV, columns ``code_qp``,
        ``label``, ``communes`` (codes separated by ``;``), ``commune_label`` (by ``, ``),
        ``departement`` (from the code), ``epci`` (``""`` when unknown), ``repaired``, ``geometry``.

    Raises
    ------
    UnreadableFile
        Damaged file, missing code or name, coordinates that are not degrees or are swapped,
        codes of the other generation, or duplicate codes.
    """
    return _read(path, "2024", "qpv_2024")


def read_qpv_2015(path: Path) -> Reading:
    """Read the 2015 QPV (codes ``QP…``): same frame as ``read_qpv_2024``.

    ``communes`` is ``""`` when the file names communes without their codes.
    """
    return _read(path, "2015", "qpv_2015")


def _read(path: Path, generation: str, source_id: str) -> Reading:
    file = path.name
    raw, problems = features_frame(_document(path), file, source_id, _CODE)
    codes = _column(raw, _CODE, file, mandatory="code_qp").str.upper()
    labels = _column(raw, _LABEL, file, mandatory="lib_qp")
    found = single_generation(codes, file)
    if found and found != generation:
        raise UnreadableFile(
            file,
            f"ce sont des quartiers de {found} ({', '.join(codes.head(3))}…)",
            f"des codes de la génération {generation}",
            "donnez un fichier par génération : leurs périmètres ne se comparent pas",
        )
    good = codes.str.fullmatch(PATTERNS[generation])
    problems += [
        Problem(
            "rejected",
            source_id,
            file,
            f"« {code} » n'est pas un code de QPV {generation} : le quartier est laissé de côté.",
            column="code_qp",
            value=code,
            expected=EXAMPLES[generation],
        )
        for code in codes[~good]
    ]
    raw, codes, labels = raw[good], codes[good], labels[good]
    refuse_duplicates(codes, file)
    communes, commune_problems = _communes(raw, codes, file, source_id)
    geometry, repaired, repairs = repair_polygons(raw.geometry, codes, file, source_id)
    frame = gpd.GeoDataFrame(
        {
            "code_qp": codes,
            "label": labels,
            "communes": communes,
            "commune_label": _commune_labels(raw, file),
            "departement": codes.map(departement_of_qpv).astype("str"),
            "epci": _column(raw, _EPCI, file),
            "repaired": repaired,
        },
        geometry=geometry,
    )
    listed = {problem.value for problem in problems}
    problems += [
        Problem(
            "missing",
            source_id,
            file,
            f"{code} n'a pas de contour : le quartier est laissé de côté.",
            column="geometry",
            value=code,
            expected="un polygone",
        )
        for code in codes[raw.geometry.isna()]
        if code not in listed
    ]
    kept = frame[geometry.notna()].reset_index(drop=True)
    if kept.empty:
        raise UnreadableFile(
            file, "aucun quartier utilisable", f"des QPV {generation} avec leur contour", _todo()
        )
    problems += repairs + commune_problems
    without = int((kept["epci"] == "").sum())
    if without:
        problems.append(
            Problem(
                "missing",
                source_id,
                file,
                f"{counted(without, 'quartier')} sans EPCI dans le fichier.",
                column="siren_epci",
                expected="un SIREN à 9 chiffres",
                count=without,
            )
        )
    return Reading(kept, tuple(problems))


def _todo() -> str:
    return f"téléchargez le fichier depuis {_LANDING}"


def _document(path: Path) -> Any:
    """The GeoJSON; in the official zip, the member in WGS 84 when several are offered."""
    if path.is_file():
        with path.open("rb") as stream:
            zipped = found_kind(stream.read(4096)) == "zip"
        if zipped:
            check_magic(path, "zip", landing_page=_LANDING)
            return read_json(path, _geojson_member(path))
    return read_json(path)


def _geojson_member(path: Path) -> str:
    names = [name for name in member_names(path) if name.lower().endswith((".geojson", ".json"))]
    best = [name for name in names if "wgs84" in name.lower()] or names
    return escape(best[0]) if len(best) == 1 else "*WGS84.geojson"


def _column(
    raw: gpd.GeoDataFrame, spellings: tuple[str, ...], file: str, mandatory: str = ""
) -> pd.Series:
    for spelling in spellings:
        if spelling in raw.columns:
            texts: pd.Series = raw[spelling].map(_text).astype("str")
            return texts
    if mandatory:
        found = ", ".join(str(name) for name in raw.columns if name != "geometry")
        raise UnreadableFile(
            file,
            f"propriété obligatoire absente : « {mandatory} » ; propriétés trouvées : {found}",
            f"une propriété « {' » ou « '.join(spellings)} »",
            _todo(),
        )
    return pd.Series("", index=raw.index, dtype="str")


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _communes(
    raw: gpd.GeoDataFrame, codes: pd.Series, file: str, source_id: str
) -> tuple[pd.Series, list[Problem]]:
    """Commune codes separated by ``;``; a lost leading zero (``1053``) is put back and said."""
    problems: list[Problem] = []
    padded = 0
    lists = []
    for code_qp, text in zip(codes, _column(raw, _COMMUNE, file), strict=True):
        kept = []
        for piece in re.split(r"[,;|/]", text):
            code = piece.strip().upper()
            if re.fullmatch(r"\d{4}", code):
                code, padded = code.zfill(5), padded + 1
            if re.fullmatch(COMMUNE_CODE, code):
                kept.append(code)
            elif re.search(r"\d", code):
                problems.append(
                    Problem(
                        "rejected",
                        source_id,
                        file,
                        f"« {code} » n'est pas un code de commune ({code_qp}).",
                        column="insee_com",
                        value=code,
                        expected="un code Insee à 5 caractères",
                    )
                )
        lists.append(";".join(dict.fromkeys(kept)))
    if padded:
        problems.append(
            Problem(
                "repaired",
                source_id,
                file,
                f"{counted(padded, 'code')} de commune sans son zéro initial : remis.",
                column="insee_com",
                expected="un code Insee à 5 caractères",
                count=padded,
            )
        )
    without = sum(1 for communes in lists if not communes)
    if without:
        problems.append(
            Problem(
                "missing",
                source_id,
                file,
                f"{counted(without, 'quartier')} sans code de commune.",
                column="insee_com",
                expected="un code Insee à 5 caractères",
                count=without,
            )
        )
    return pd.Series(lists, index=raw.index, dtype="str"), problems


def _commune_labels(raw: gpd.GeoDataFrame, file: str) -> pd.Series:
    labels: pd.Series = _column(raw, _COMMUNE_LABEL, file)
    separated: pd.Series = labels.str.replace(r"\s*[,;|]\s*", ", ", regex=True)
    return separated
