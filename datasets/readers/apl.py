"""Potential accessibility to care by commune (APL, DREES workbooks)."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import pandas as pd

from datasets.readers.cells import normalise_label, number_column
from datasets.readers.files import MAX_RATIO, RATIO_FLOOR_BYTES, check_magic
from datasets.reading import Problem, Reading, UnreadableFile
from geo.schema import COMMUNE_CODE
from geo.words import counted, plural

LANDING_PAGE = (
    "https://data.drees.solidarites-sante.gouv.fr/explore/dataset/"
    "530_l-accessibilite-potentielle-localisee-apl/"
)
_SOURCES = {"medecin_generaliste": "apl_mg", "infirmier": "apl_infirmiers"}
_PROFESSIONS = (
    ("medecins generalistes", "medecin_generaliste"),
    ("infirmi", "infirmier"),
    ("dentistes", "chirurgien_dentiste"),
    ("sages femmes", "sage_femme"),
    ("kinesitherapeutes", "masseur_kinesitherapeute"),
)

CONSULTATIONS = "consultations/an/hab. standardisé"
FTE = "ETP/100 000 hab. standardisés"
_HEADER_ROWS = 20
_MAX_WORKBOOK_BYTES = 512 * 1024**2
_EXPECTED = (
    "un classeur APL de la Drees : une feuille « APL 20xx » dont l'en-tête commence par "
    "« Code commune »"
)
_REMEDY = f"téléchargez le classeur sur {LANDING_PAGE}"


@dataclass(frozen=True)
class _Table:
    """The table of one sheet: its place, and where each wanted column stands."""

    title: str
    year: int
    header_row: int
    columns: dict[str, int]
    profession: str


def read_apl(path: Path) -> Reading:
    """Read an APL workbook: the sheet of its latest year, found by its header.

    Returns one row per commune (arrondissements for Paris, Lyon and Marseille): ``commune,
    label, apl, apl_65, population, standardised_population, year, profession, unit``. ``apl``
    is the headline series (all ages for general practitioners), ``apl_65`` the one of general
    practitioners of 65 or less (NaN when the workbook has none). The unit is consultations a
    year per standardised inhabitant for general practitioners, full-time equivalents per
    100,000 standardised inhabitants for the others. ``year`` is the year of activity; its
    population is that of two years before. A mean over communes is weighted by
    ``standardised_population``; shares and quantiles use ``population`` (DREES note).

    Raises
    ------
    UnreadableFile
        When the file is no workbook, or when no sheet has the expected header.
    """
    check_magic(path, "xlsx", landing_page=LANDING_PAGE)
    _refuse_bomb(path)
    tables, latest, rows, blank = _open(path)
    source_id = _SOURCES.get(latest.profession, f"apl_{latest.profession}")
    frame, problems = _typed(rows, latest, source_id, path.name)
    left = sorted(table.title for table in tables if table is not latest)
    if left:
        problems.append(
            Problem(
                "extra",
                source_id,
                path.name,
                f"{plural(len(left), 'Feuille')} d'autres années {plural(len(left), 'laissée')} de "
                f"côté : {', '.join(left)}.",
                expected=f"la dernière année ({latest.year})",
                count=len(left),
            )
        )
    if blank:
        problems.append(
            Problem(
                "extra",
                source_id,
                path.name,
                f"{counted(blank, 'ligne vide', 'lignes vides')} ou sans code de commune dans « "
                f"{latest.title} ».",
                column="Code commune INSEE",
                count=blank,
            )
        )
    return Reading(frame, tuple(problems))


def _open(path: Path) -> tuple[list[_Table], _Table, pd.DataFrame, int]:
    """The tables found, the latest one, its rows and how many of them were blank."""
    try:
        # openpyxl warns about styles and validations, which are of no use here.
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            tables = [table for sheet in workbook.worksheets if (table := _find_table(sheet))]
            if tables:
                latest = max(tables, key=lambda table: table.year)
                return tables, latest, *_rows(workbook[latest.title], latest)
            names = ", ".join(workbook.sheetnames[:8])
    except (zipfile.BadZipFile, KeyError, ValueError, ParseError, EOFError, OSError) as error:
        raise UnreadableFile(path.name, "le classeur est abîmé", _EXPECTED, _REMEDY) from error
    raise UnreadableFile(
        path.name, f"aucune feuille n'a d'en-tête APL (feuilles : {names})", _EXPECTED, _REMEDY
    )


def _refuse_bomb(path: Path) -> None:
    """Refuse a workbook whose parts would unpack to an absurd size."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(path.name, "le classeur est abîmé", _EXPECTED, _REMEDY) from error
    total = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    bomb = total > RATIO_FLOOR_BYTES and total / packed > MAX_RATIO
    if total > _MAX_WORKBOOK_BYTES or bomb:
        raise UnreadableFile(
            path.name,
            f"le classeur prendrait {total / 1024**2:.0f} Mo une fois décompressé "
            f"({total / packed:.0f} fois sa taille) : il est refusé par prudence",
            f"moins de {_MAX_WORKBOOK_BYTES // 1024**2} Mo et de {MAX_RATIO} fois la taille",
            _REMEDY,
        )


def _find_table(sheet: Any) -> _Table | None:
    # Some tools write a wrong extent, which openpyxl would believe.
    sheet.reset_dimensions()
    preface: list[str] = []
    for number, row in enumerate(sheet.iter_rows(max_row=_HEADER_ROWS, values_only=True), start=1):
        titles = [normalise_label(str(cell)) if cell is not None else "" for cell in row]
        if any(title.startswith("code commune") for title in titles):
            columns = _columns(titles)
            if "apl" not in columns:
                return None
            year = _year(sheet.title, preface, titles)
            profession = _profession(titles[columns["apl"]])
            if year is None or profession is None:
                return None
            return _Table(sheet.title, year, number, columns, profession)
        preface.append(" ".join(title for title in titles if title))
    return None


def _columns(titles: list[str]) -> dict[str, int]:
    """Where each column stands, by the beginning of its normalised title."""
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        if title.startswith("code commune"):
            found.setdefault("commune", place)
        elif title in ("commune", "nom commune") or title.startswith("libelle"):
            found.setdefault("label", place)
        elif title.startswith("apl a"):
            bound = re.search(r"(\d\d) ans", title)
            if bound is None or "sans borne" in title:
                found.setdefault("apl", place)
            elif bound[1] == "65":
                found.setdefault("apl_65", place)
        elif title.startswith("population standardisee"):
            found.setdefault("standardised_population", place)
        elif title.startswith("population totale"):
            found.setdefault("population", place)
    return found


def _year(sheet_title: str, preface: list[str], titles: list[str]) -> int | None:
    for text in (sheet_title, *preface):
        year = re.search(r"(?:^|[^0-9])(20\d\d)(?:[^0-9]|$)", text)
        if year:
            return int(year[1])
    population = re.search(r"population totale (20\d\d)", " ; ".join(titles))
    return int(population[1]) + 2 if population else None


def _profession(title: str) -> str | None:
    return next((name for words, name in _PROFESSIONS if words in title), None)


def _rows(sheet: Any, table: _Table) -> tuple[pd.DataFrame, int]:
    """The cells of the table as text, with ``line``, and how many rows had no commune code."""
    kept: list[list[str]] = []
    blank = 0
    last = max(table.columns.values())
    for line, row in _data_rows(sheet, table.header_row):
        cells = [*row, *[None] * (last + 1 - len(row))]
        texts = [_text(cells[place]) for place in table.columns.values()]
        if not texts[list(table.columns).index("commune")]:
            # Right under the header stands the row of units, which is no commune.
            blank += line != table.header_row + 1 or not any(texts)
            continue
        kept.append([*texts, str(line)])
    frame = pd.DataFrame(kept, columns=[*table.columns, "line"], dtype="str")
    return frame.astype({"line": "int64"}), int(blank)


def _data_rows(sheet: Any, header_row: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
    rows = sheet.iter_rows(min_row=header_row + 1, values_only=True)
    yield from enumerate(rows, start=header_row + 1)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _typed(
    rows: pd.DataFrame, table: _Table, source_id: str, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    # A spreadsheet turns 01001 into the number 1001.
    rows["commune"] = rows["commune"].where(
        ~rows["commune"].str.fullmatch(r"\d{4}"), "0" + rows["commune"]
    )
    good = rows["commune"].str.fullmatch(COMMUNE_CODE.strip("^$")) & ~rows["commune"].duplicated()
    problems = [
        Problem(
            "rejected",
            source_id,
            file,
            f"« {code} » n'est pas un code de commune, ou est écrit deux fois ; "
            "la ligne est laissée de côté.",
            line=int(line),
            column="Code commune INSEE",
            value=code,
            expected="5 caractères, une ligne par commune",
        )
        for code, line in rows.loc[~good, ["commune", "line"]].itertuples(index=False)
    ]
    rows = rows[good].reset_index(drop=True)
    values: dict[str, pd.Series] = {}
    for name in ("apl", "apl_65", "population", "standardised_population"):
        if name not in rows:
            values[name] = pd.Series(float("nan"), index=rows.index, dtype="float64")
            continue
        values[name], status, found = number_column(rows, name, source_id=source_id, file=file)
        problems += found
        absent = int((status == "missing").sum()) - sum(p.kind == "rejected" for p in found)
        if absent > 0:
            problems.append(
                Problem(
                    "missing",
                    source_id,
                    file,
                    f"{counted(absent, 'commune')} sans valeur de « {name} » dans « "
                    f"{table.title} ».",
                    column=name,
                    count=absent,
                )
            )
    empty = pd.Series("", index=rows.index, dtype="str")
    frame = pd.DataFrame(
        {
            "commune": rows["commune"],
            "label": rows.get("label", empty),
            **values,
            "year": str(table.year),
            "profession": table.profession,
            "unit": CONSULTATIONS if table.profession == "medecin_generaliste" else FTE,
        }
    )
    texts = dict.fromkeys(("commune", "label", "year", "profession", "unit"), "str")
    return frame.astype(texts), problems
