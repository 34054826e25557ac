"""The list of a medical zoning (ZIP, ZAC) that a user brings: our form, or the official workbook.

A zone is read from the list and never computed. A line gives the zone of a commune, of a QPV, or
of a *territoire de vie-santé* (TVS); lines with both a TVS and a commune tell which communes a
TVS is made of, and the commune then takes the zone of its TVS. The official workbook (sheets
Zonage_TVS, Zonage_communes, Zonage_QPV) is read by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from datasets.brought.communes import is_unknown
from datasets.brought.examine import (
    BroughtTable,
    FormExamination,
    Line,
    Tell,
    examine_form,
    require_good,
)
from datasets.brought.zoning_form import FORM, PARSERS, SOURCE_ID
from datasets.reading import Problem
from geo.schema import TABLES, empty_table, validate

_CODES = ("code_commune", "code_tvs", "code_qp")


def read_zoning(
    path: Path,
    known_communes: Collection[str] | None = None,
    known_qpv: Collection[str] | None = None,
    keep_good: bool = False,
) -> BroughtTable:
    """Read a zoning list as the canonical table ``zoning``, one row per commune or QPV.

    Parameters
    ----------
    known_communes, known_qpv : codes that exist; without them only the form is checked.
    keep_good : keep the good lines of a file that has bad ones.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedForm
        Listing every refused line, unless ``keep_good``.
    """
    examination = check_zoning(path, known_communes, known_qpv)
    require_good(examination, FORM, keep_good)
    table = _rows(examination, year_in_name(path))
    return BroughtTable(table, examination)


def check_zoning(
    path: Path,
    known_communes: Collection[str] | None = None,
    known_qpv: Collection[str] | None = None,
) -> FormExamination:
    """The lines and all the problems of a zoning list (see ``read_zoning``)."""
    seen: dict[tuple[str, str], tuple[Line, str]] = {}

    def judge(line: Line, tell: Tell) -> None:
        _codes_exist(line, tell, known_communes, known_qpv)
        key, zone = _key(line), str(line.values.get("zone", ""))
        if key is None:
            tell("rejected", "code_commune", "Aucun code sur cette ligne.", "un des trois codes")
            return
        if not zone and not (key[0] == "code_commune" and "code_tvs" in line.values):
            tell("rejected", "zone", "La zone est vide, et aucun territoire ne la donne.")
        first = seen.setdefault(key, (line, zone))
        if first[0] is line or not zone:
            return
        if first[1] == zone:
            tell("extra", key[0], f"{key[1]} est déjà à la ligne {first[0].line}, même zone.")
        elif first[1]:
            tell(
                "rejected",
                "zone",
                f"{key[1]} est en {first[1]} à la ligne {first[0].line}, et en {zone} ici.",
                "une seule zone par territoire",
            )

    examination = examine_form(path, FORM, PARSERS, judge, lambda names: _absent(names, path))
    return _with_territories(examination)


def _codes_exist(
    line: Line, tell: Tell, communes: Collection[str] | None, qpv: Collection[str] | None
) -> None:
    commune, code_qp = line.values.get("code_commune"), line.values.get("code_qp")
    if commune and is_unknown(commune, communes):
        tell(
            "rejected",
            "code_commune",
            f"Commune {commune} inconnue (fusionnée depuis ?).",
            "un code de commune en vigueur",
        )
    if code_qp and code_qp.startswith("QN") and qpv is not None and code_qp not in qpv:
        tell("rejected", "code_qp", f"Quartier {code_qp} inconnu.", "un code de la liste de 2024")


def _key(line: Line) -> tuple[str, str] | None:
    """What the zone of a line is about: the QPV, else the commune, else the TVS."""
    for column in ("code_qp", "code_commune", "code_tvs"):
        if line.values.get(column):
            return column, str(line.values[column])
    return None


def _with_territories(examination: FormExamination) -> FormExamination:
    """Told besides: a commune whose TVS has no zone, a TVS whose communes nobody names."""
    zones = _zones_of_tvs(examination.lines)
    members = {
        str(line.values["code_tvs"])
        for line in examination.lines
        if line.values.get("code_tvs") and line.values.get("code_commune")
    }
    told = []
    for line in examination.lines:
        tvs, zone = line.values.get("code_tvs"), line.values.get("zone")
        commune = line.values.get("code_commune")
        alone = not commune and not line.values.get("code_qp")
        if commune and not zone and tvs not in zones:
            message = f"Le territoire {tvs} n’a pas de zone : la commune {commune} n’en a pas."
            told.append((line, message, "une ligne qui donne la zone de ce territoire"))
        elif alone and tvs not in members:
            message = f"Aucune commune n’est donnée pour le territoire {tvs} : il ne sert à rien."
            told.append((line, message, "des lignes avec le code du territoire et de la commune"))
    problems = [
        Problem("suspect", SOURCE_ID, line.file, message, line.line, "code_tvs",
                str(line.values.get("code_tvs", "")), expected)
        for line, message, expected in told
    ]  # fmt: skip
    return FormExamination(
        examination.file,
        examination.lines,
        (*examination.problems, *problems),
        examination.cells,
        examination.lacks_column,
    )


def _zones_of_tvs(lines: tuple[Line, ...]) -> dict[str, str]:
    return {
        str(line.values["code_tvs"]): str(line.values["zone"])
        for line in lines
        if _key(line) == ("code_tvs", line.values.get("code_tvs")) and line.values.get("zone")
    }


def _rows(examination: FormExamination, year: str) -> pd.DataFrame:
    zones = _zones_of_tvs(examination.lines)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for line in examination.lines:
        key = _key(line)
        if key is None or key[0] == "code_tvs":
            continue
        tvs = str(line.values.get("code_tvs", ""))
        zone = line.values.get("zone") or zones.get(tvs)
        if zone:
            kind = "qpv" if key[0] == "code_qp" else "commune"
            row = {
                "territory_kind": kind,
                "code": key[1],
                "tvs": tvs,
                "zone": zone,
                "year": str(line.values.get("annee", year)),
                "source_label": str(line.values.get("source", "")) or examination.file,
                "source_id": SOURCE_ID,
            }
            rows.setdefault((kind, key[1]), row)
    frame = pd.DataFrame(list(rows.values()), columns=list(TABLES["zoning"].columns))
    return validate("zoning", frame.astype(empty_table("zoning").dtypes.to_dict()))


def year_in_name(path: Path) -> str:
    """The year a file is named for (``Zonage_medecin_20191231.xlsx`` → 2019), '' when none."""
    found = re.search(r"(?<!\d)(20\d{2})(?:\d{4})?(?!\d)", path.stem)
    return found[1] if found else ""


def _absent(columns: frozenset[str], path: Path) -> str:
    if not columns & set(_CODES):
        return "code_commune"
    if "zone" not in columns and not {"code_tvs", "code_commune"} <= columns:
        return "zone"
    return "annee" if "annee" not in columns and not year_in_name(path) else ""
