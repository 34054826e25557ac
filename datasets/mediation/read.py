"""A mediation file as the three canonical tables: points, QPV served, funders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from datasets.mediation.check import Examination, examine
from datasets.mediation.columns import SOURCE_ID
from datasets.mediation.entry import Entry
from datasets.mediation.known import Codes
from datasets.reading import Problem
from geo.errors import BadInput
from geo.schema import CRS, empty_table, validate
from geo.words import counted


@dataclass(frozen=True)
class MediationReading:
    """The tables ``mediation``, ``mediation_qpv`` and ``mediation_funders``, and what was met."""

    points: gpd.GeoDataFrame
    qpv: pd.DataFrame
    funders: pd.DataFrame
    problems: tuple[Problem, ...]


class RefusedLines(BadInput):
    """Lines of a mediation file that cannot be used; ``problems`` holds every one."""

    def __init__(self, message: str, problems: Sequence[Problem]):
        super().__init__(message)
        self.problems = tuple(problems)


def read_mediation(
    path: Path,
    known_qpv: Codes | None = None,
    keep_good: bool = False,
    known_communes: Codes | None = None,
) -> MediationReading:
    """Read a filled template, CSV or XLSX.

    Parameters
    ----------
    known_qpv:
        The 2024 QPV codes that exist; without it only the form of the codes is checked.
    known_communes:
        The same for the codes of communes.
    keep_good:
        Keep the good lines of a file that has bad ones (the bad ones stay in ``problems``;
        ``write_rejected`` puts them in a file). A file that lost a line is no longer complete:
        its ``complet_pour`` is set aside, and said.

    Raises
    ------
    UnreadableFile
        When there is no table to read.
    RefusedLines
        A ``BadInput`` that lists every refused line or column, unless ``keep_good``; always
        when a mandatory column is absent, since no line can then be good.
    """
    examination = examine(path, known_qpv, known_communes)
    if examination.refusals and (examination.lacks_column or not keep_good):
        raise _refused(examination)
    entries, problems = examination.entries, examination.problems
    if examination.refusals:
        entries, problems = _no_longer_complete(examination)
    return as_tables(entries, problems, origin="user", file=examination.table.file)


def _no_longer_complete(
    examination: Examination,
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """A refused line may be the one of any neighbourhood: nothing proves a zero any more."""
    declared = [entry for entry in examination.entries if entry.texts.get("complet_pour")]
    if not declared:
        return examination.entries, examination.problems
    said = Problem(
        "suspect",
        SOURCE_ID,
        examination.table.file,
        "Des lignes sont refusées : le fichier n’est plus tenu pour complet, et les quartiers "
        "qu’il ne nomme pas restent inconnus.",
        declared[0].line,
        "complet_pour",
        declared[0].texts["complet_pour"],
        "un fichier sans ligne refusée",
    )
    entries = tuple(
        replace(entry, texts={**entry.texts, "complet_pour": ""}) for entry in examination.entries
    )
    return entries, (*examination.problems, said)


def as_tables(
    entries: Sequence[Entry],
    problems: Sequence[Problem],
    *,
    origin: str,
    file: str,
    source_id: str = SOURCE_ID,
) -> MediationReading:
    """The canonical tables of entries; ``origin`` is ``user`` or ``packaged``."""
    rows = [_row(entry, origin, file, source_id) for entry in entries]
    empty = empty_table("mediation").drop(columns="geometry")
    plain = pd.DataFrame(rows, columns=list(empty.columns)).astype(empty.dtypes.to_dict())
    located = [entry.longitude == entry.longitude for entry in entries]
    positions = gpd.points_from_xy(
        [entry.longitude for entry in entries], [entry.latitude for entry in entries], crs=CRS
    )
    geometry = gpd.GeoSeries(positions, index=plain.index, crs=CRS).where(
        pd.Series(located, index=plain.index, dtype=bool), None
    )
    points = gpd.GeoDataFrame(plain, geometry=geometry, crs=CRS)
    served = [(_identifier(entry), *part) for entry in entries for part in entry.qpv]
    paid = [(_identifier(entry), *part) for entry in entries for part in entry.funders]
    return MediationReading(
        validate("mediation", points),
        validate("mediation_qpv", _long("mediation_qpv", served)),
        validate("mediation_funders", _long("mediation_funders", paid)),
        tuple(problems),
    )


def describe(problem: Problem) -> str:
    """One problem on one line: where, what, what was found, what was expected."""
    if problem.message.startswith(f"Ligne {problem.line} "):
        return problem.message  # a line with too many or too few cells says so itself
    where = f"ligne {problem.line}" if problem.line else problem.file
    where += f", colonne « {problem.column} »" if problem.column else ""
    tail = f" Attendu : {problem.expected}." if problem.expected else ""
    return f"{where} : {problem.message}{tail}"


def _refused(examination: Examination) -> RefusedLines:
    refusals = [problem for problem in examination.problems if problem.kind == "rejected"]
    name = examination.table.file
    lines = len(examination.refusals)
    head = (
        f"{name} : {counted(len(refusals), 'problème')} sur {counted(lines, 'ligne')}, rien n’a "
        f"été lu. "
        f"À faire : corrigez-les, ou ajoutez --keep-good à « qpv build » : les bonnes lignes sont "
        f"gardées, les autres écrites dans un fichier à corriger."
    )
    return RefusedLines("\n".join([head, *map(describe, refusals)]), refusals)


def _identifier(entry: Entry) -> str:
    return entry.texts.get("identifiant") or f"ligne-{entry.line}"


def _row(entry: Entry, origin: str, file: str, source_id: str) -> dict[str, object]:
    texts = entry.texts
    located = entry.longitude == entry.longitude
    year = texts.get("annee", "")
    source = texts.get("source") or f"Fichier {file}"
    return {
        "mediation_id": _identifier(entry),
        "structure": texts["structure"],
        "kind": texts["type_action"],
        "host_place": texts.get("lieu", ""),
        "host_kind": texts.get("type_lieu", ""),
        "address": texts.get("adresse", ""),
        "commune": texts.get("commune", ""),
        "weekdays": ";".join(entry.weekdays),
        "starts_at": texts.get("heure_debut", ""),
        "ends_at": texts.get("heure_fin", ""),
        "hours_per_week": entry.hours_per_week,
        "fte": entry.fte,
        "fte_status": entry.fte_status,
        "people_per_year": entry.people_per_year,
        "people_status": entry.people_status,
        "languages": ";".join(entry.languages),
        "visibility": ";".join(entry.visibility),
        "exchanges": ";".join(entry.exchanges),
        "territory_kind": texts.get("territoire", ""),
        "convention_start": texts.get("debut_convention", ""),
        "convention_end": texts.get("fin_convention", ""),
        "complete_for": texts.get("complet_pour", ""),
        "precision": "coordinates" if located else "commune",
        "origin": origin,
        "source_id": source_id,
        "source_label": f"{source} ({year})" if year else source,
        "vintage": year,
    }


def _long(table: str, rows: Sequence[tuple[str, str, float]]) -> pd.DataFrame:
    empty = empty_table(table)
    frame = pd.DataFrame(list(rows), columns=list(empty.columns))
    return frame.astype(empty.dtypes.to_dict())
