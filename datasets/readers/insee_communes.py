"""Read the commune table that stands beside the QPV one in INSEE's CNAM archives (C2S)."""

from __future__ import annotations

import re
from glob import escape
from pathlib import Path

import pandas as pd

from datasets.readers.insee_qpv import SOURCE_ID, vintage_of
from datasets.readers.tabular import (
    content,
    found_kind,
    member_names,
    number_column,
    open_member,
    read_csv,
)
from datasets.reading import Problem, Reading
from geo.schema import COMMUNE_CODE

_LANDING = "https://www.insee.fr/fr/statistiques/8736902"
_PARTS = ("C_C2SNP", "C_C2SP")
_CODES = rb'^"?(\d{2}|2[AB])\d{3}"?[;,|\t]'
_COLUMNS = ("code", "indicator", "value", "vintage", "status")


def has_communes(path: Path) -> bool:
    """Whether the file, or a member of the archive, is a table of communes."""
    return bool(_member(path)[1])


def only_communes(path: Path) -> bool:
    """Whether a bare CSV is a table of communes, which the reader of QPV must leave out."""
    return path.suffix.lower() == ".csv" and has_communes(path)


def read_insee_communes(path: Path) -> Reading:
    """Counts of the commune table of one file: people covered and beneficiaries of the C2S.

    Returns
    -------
    Reading
        ``code`` (commune or arrondissement), ``indicator`` (``covered_cnam``,
        ``c2s_beneficiaries``), ``value`` (persons, NaN unless observed), ``vintage``, ``status``.

    Raises
    ------
    UnreadableFile
        When a mandatory column (CODGEO, C, C_C2SNP, C_C2SP) is missing.
    """
    data, member = _member(path)
    file = path.name
    table, problems = read_csv(
        data,
        source_id=SOURCE_ID,
        file=file,
        required=(("CODGEO", "COM", "CODE_COM"), "C", *_PARTS),
        landing_page=_LANDING,
    )
    good = table["CODGEO"].str.fullmatch(COMMUNE_CODE.strip("^$")) & ~table["CODGEO"].duplicated()
    problems += [
        Problem(
            "rejected", SOURCE_ID, file,
            f"Ligne {line} : « {code} » n'est pas un code de commune, ou est écrit deux fois.",
            line=int(line), column="CODGEO", value=code, expected="5 caractères, une ligne chacun",
        )
        for code, line in zip(table.loc[~good, "CODGEO"], table.loc[~good, "line"], strict=True)
    ]  # fmt: skip
    table = table[good].reset_index(drop=True)
    numbers = {}
    for name in ("C", *_PARTS):
        values, status, met = number_column(table, name, source_id=SOURCE_ID, file=file)
        numbers[name] = (values, status)
        problems += met
    vintage = vintage_of(path.name) or vintage_of(member) or "édition inconnue"
    parts = [
        _counts(table["CODGEO"], "covered_cnam", [numbers["C"]]),
        _counts(table["CODGEO"], "c2s_beneficiaries", [numbers[name] for name in _PARTS]),
    ]
    frame = pd.concat(parts, ignore_index=True).assign(vintage=vintage)
    return Reading(frame[list(_COLUMNS)], tuple(problems))


def _counts(codes: pd.Series, name: str, parts: list[tuple[pd.Series, pd.Series]]) -> pd.DataFrame:
    value = parts[0][0]
    status = pd.Series("observed", index=codes.index, dtype="str")
    for more, _ in parts[1:]:
        value = value + more
    for kind in ("missing", "suppressed"):
        for _, own in parts:
            status[own == kind] = kind
    value = value.where((status == "observed") & (value >= 0))
    status[value.isna() & (status == "observed")] = "missing"
    return pd.DataFrame({"code": codes, "indicator": name, "value": value, "status": status})


def _member(path: Path) -> tuple[bytes, str]:
    """The bytes and name of the commune table; empty when the file holds none."""
    if not path.is_file():
        return b"", ""
    with path.open("rb") as stream:
        kind = found_kind(stream.read(4096))
    if kind != "zip":
        data, name = content(path)
        return (data, name or path.name) if _is_communes(data) else (b"", "")
    for name in member_names(path):
        if name.lower().endswith(".csv"):
            data = open_member(path, escape(name))
            if _is_communes(data):
                return data, name
    return b"", ""


def _is_communes(data: bytes) -> bool:
    head = data[:4096].split(b"\n", 1)[0]
    return b"C_C2SNP" in head and bool(re.search(_CODES, data, re.MULTILINE))
