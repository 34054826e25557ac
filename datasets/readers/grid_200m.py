"""People by 200 m square (INSEE, Filosofi grid).

The national file has over two million lines: it is read line by line, and only the squares of the
box asked for are kept. Squares with fewer than 11 households are estimated by INSEE from larger
ones (``i_est_200`` = 1): their people are modelled, never observed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer

from datasets.readers.cells import number_column
from datasets.readers.files import (
    AGAIN,
    MAX_MEMBER_BYTES,
    MAX_RATIO,
    RATIO_FLOOR_BYTES,
    check_magic,
    found_kind,
    member_names,
)
from datasets.reading import Problem, Reading, UnreadableFile
from geo.access.grid_cells import CELL_ID, CELL_SIDE_M, GRID_SYSTEMS, cell_centres
from geo.schema import COMMUNE_CODE, CRS
from geo.words import counted, plural

LANDING_PAGE = "https://www.insee.fr/fr/statistiques/8735162"
AGE_COLUMNS = (
    "ind_0_3",
    "ind_4_5",
    "ind_6_10",
    "ind_11_17",
    "ind_18_24",
    "ind_25_39",
    "ind_40_54",
    "ind_55_64",
    "ind_65_79",
    "ind_80p",
)
Box = tuple[float, float, float, float]

_SOURCE = "filosofi_200m"
_CELL = re.compile(CELL_ID)
_CODES = re.compile(COMMUNE_CODE.strip("^$"))
_REQUIRED = ("idcar_200m", "ind", "i_est_200")
_OPTIONAL = ("lcog_geo", "men", *AGE_COLUMNS)
_EXPECTED = "le CSV des carreaux de 200 m (colonnes idcar_200m, ind, i_est_200)"
_REMEDY = f"téléchargez Filosofi20xx_carreaux_200m_csv.zip ({LANDING_PAGE})"
_SEPARATORS = ";,\t|"
# Beyond this many, what is wrong with a line is only counted.
_LISTED = 20
# A box wider than this spans several territories: no projection of its sides is then trusted.
_WIDEST_DEGREES = 30.0


@dataclass
class _Lines:
    """The wanted cells of the lines kept, and what was wrong with the others."""

    file: str
    kept: dict[str, list[str]] = field(
        default_factory=lambda: {name: [] for name in (*_REQUIRED, *_OPTIONAL)}
    )
    line: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: int = 0

    def refuse(self, line: int, value: str, wrong: str, expected: str) -> None:
        self.refused += 1
        if self.refused <= _LISTED:
            message = f"{wrong} ; la ligne est laissée de côté."
            self.problems.append(
                Problem(
                    "rejected", _SOURCE, self.file, message, line, "idcar_200m", value, expected
                )
            )

    def close(self) -> None:
        more = self.refused - _LISTED
        if more > 0:
            self.problems.append(
                Problem(
                    "rejected",
                    _SOURCE,
                    self.file,
                    f"{counted(more, 'autre ligne laissée', 'autres lignes laissées')} de côté "
                    "pour les "
                    "mêmes raisons.",
                    count=more,
                )
            )


def read_grid_200m(path: Path, bbox: Box | None = None) -> Reading:
    """Read the grid (a CSV, or a zip of one CSV per territory), whole or inside a box.

    Parameters
    ----------
    bbox : west, south, east, north in degrees (EPSG:4326): squares whose centre is outside are
        passed over.

    Returns a GeoDataFrame of the squares' centres (EPSG:4326): ``cell_id``; ``communes`` (codes
    separated by ``;``, ``""`` when the file names none); ``population`` and
    ``population_status`` (observed; modelled when ``imputed``; missing); ``households``; the age
    bands ``AGE_COLUMNS`` (people, NaN when absent); ``vintage`` (the year in the file's name).
    One problem of kind ``suspect`` counts the imputed squares.

    Raises
    ------
    UnreadableFile
        Wrong kind of file (a GeoPackage, a 7z), cut short, or a mandatory column absent.
    """
    found, problems = [], []
    try:
        with closing(_streams(path)) as streams:
            for name, text in streams:
                lines = _read_lines(text, name, bbox)
                frame = pd.DataFrame(lines.kept, dtype="str").assign(line=lines.line)
                found.append(_typed(frame, name, lines))
                lines.close()
                problems += lines.problems
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableFile(
            path.name, "l'archive est coupée ou abîmée", _EXPECTED, AGAIN
        ) from error
    cells = pd.concat(found, ignore_index=True)
    again = cells["cell_id"].duplicated()
    if again.any():
        ids = cells.loc[again, "cell_id"]
        problems.append(
            Problem(
                "rejected",
                _SOURCE,
                path.name,
                f"{counted(len(ids), 'carreau écrit', 'carreaux écrits')} plusieurs fois : la "
                "première ligne est gardée.",
                column="idcar_200m",
                value=", ".join(ids[:5]),
                count=len(ids),
            )
        )
        cells = cells[~again].reset_index(drop=True)
    centres = cell_centres(cells["cell_id"], CRS)
    if bbox is not None and len(cells):
        west, south, east, north = bbox
        inside = centres.x.between(west, east) & centres.y.between(south, north)
        cells, centres = cells[inside].reset_index(drop=True), centres[inside]
    problems += _imputed(cells, path.name)
    return Reading(gpd.GeoDataFrame(cells, geometry=centres.to_numpy(), crs=CRS), tuple(problems))


def _streams(path: Path) -> Generator[tuple[str, io.TextIOWrapper], None, None]:
    """Each CSV of the file, opened one after the other, with the name to cite."""
    if path.is_file():
        with path.open("rb") as raw:
            kind = found_kind(raw.read(4096))
        if kind == "zip":
            yield from _members(path)
            return
    check_magic(path, "text", landing_page=LANDING_PAGE)
    with _as_text(path.open("rb")) as text:
        yield path.name, text


def _members(path: Path) -> Generator[tuple[str, io.TextIOWrapper], None, None]:
    held = member_names(path)
    tables = [name for name in held if name.lower().endswith(".csv")]
    grids = sorted(name for name in tables if "200m" in name.lower()) or sorted(tables)
    if not grids:
        raise UnreadableFile(
            path.name,
            f"aucun CSV dans l'archive (elle contient : {', '.join(held[:8]) or 'rien'})",
            _EXPECTED,
            f"{_REMEDY} ; une archive 7z dans l'archive est à décompresser d'abord",
        )
    with zipfile.ZipFile(path) as archive:
        for name in grids:
            size, packed = archive.getinfo(name).file_size, archive.getinfo(name).compress_size
            bomb = size > RATIO_FLOOR_BYTES and size > MAX_RATIO * max(packed, 1)
            if size > MAX_MEMBER_BYTES or bomb:
                raise UnreadableFile(
                    path.name,
                    f"« {name} » prendrait {size / 1024**2:.0f} Mo une fois décompressé : "
                    "l'archive est refusée par prudence",
                    f"moins de {MAX_MEMBER_BYTES // 1024**3} Go et moins de {MAX_RATIO} fois la "
                    "taille",
                    "vérifiez d'où vient ce fichier, puis téléchargez-le de nouveau",
                )
            try:
                raw = archive.open(name)
            except RuntimeError as error:  # encrypted, or a compression unknown here
                raise UnreadableFile(
                    path.name,
                    "l'archive est protégée par un mot de passe ou compressée par une méthode "
                    "inconnue",
                    _EXPECTED,
                    "décompressez-la vous-même puis rapportez le fichier",
                ) from error
            with _as_text(raw) as text:
                yield f"{path.name}/{name}", text


def _as_text(raw: IO[bytes]) -> io.TextIOWrapper:
    # Codes and figures are plain ASCII: an odd byte can only be in a column that is not read.
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def _read_lines(text: io.TextIOWrapper, file: str, bbox: Box | None) -> _Lines:
    first = text.readline()
    separator = max(_SEPARATORS, key=first.count)
    header = [name.strip().strip('"').lower() for name in first.strip().split(separator)]
    lacking = [name for name in _REQUIRED if name not in header]
    if lacking:
        raise UnreadableFile(
            file,
            f"colonne obligatoire absente : {', '.join(lacking)} ; colonnes trouvées : "
            f"{', '.join(header[:30])}",
            _EXPECTED,
            _REMEDY,
            line=1,
        )
    lines = _Lines(file)
    inside = _Inside(bbox)
    place = header.index("idcar_200m")
    picks = [(lines.kept[name], header.index(name)) for name in lines.kept if name in header]
    absent = [lines.kept[name] for name in lines.kept if name not in header]
    number = 1
    try:
        for number, row in enumerate(csv.reader(text, delimiter=separator), start=2):
            if len(row) != len(header):
                if any(row):
                    wrong = f"{len(row)} cellules au lieu de {len(header)}"
                    lines.refuse(number, str(len(row)), wrong, f"{len(header)} cellules")
                continue
            cell = _CELL.fullmatch(row[place].strip())
            if cell is None or int(cell["epsg"]) not in GRID_SYSTEMS:
                wrong = f"« {row[place]} » n'est pas un carreau de {CELL_SIDE_M} m"
                lines.refuse(number, row[place], wrong, "CRS3035RES200mN…E…")
            elif inside(int(cell["epsg"]), int(cell["east"]), int(cell["north"])):
                for values, column in picks:
                    values.append(row[column].strip())
                lines.line.append(number)
    except csv.Error as error:
        raise UnreadableFile(
            file, f"ligne illisible ({error})", _EXPECTED, AGAIN, line=number + 1
        ) from error
    for values in absent:
        values += [""] * len(lines.line)
    return lines


class _Inside:
    """Is a square possibly in the box? Sides are compared in metres, so that no point is moved."""

    def __init__(self, bbox: Box | None) -> None:
        self.bbox = bbox
        self.sides: dict[int, Box] = {}

    def __call__(self, epsg: int, east: int, north: int) -> bool:
        if self.bbox is None or self.bbox[2] - self.bbox[0] > _WIDEST_DEGREES:
            return True
        if epsg not in self.sides:
            moved = Transformer.from_crs(CRS, epsg, always_xy=True).transform_bounds(*self.bbox)
            self.sides[epsg] = moved
        west, south, end, top = self.sides[epsg]
        side = CELL_SIDE_M
        return west - side <= east <= end + side and south - side <= north <= top + side


def _typed(frame: pd.DataFrame, file: str, lines: _Lines) -> pd.DataFrame:
    numbers: dict[str, pd.Series] = {}
    status = pd.Series(dtype="str")
    for name in ("ind", "men", *AGE_COLUMNS):
        values, found, problems = number_column(frame, name, source_id=_SOURCE, file=file)
        lines.problems += problems
        numbers[name] = values.astype("float64")
        status = found if name == "ind" else status
    flagged = frame["i_est_200"].isin(("0", "1", "0.0", "1.0", "0,0", "1,0"))
    good = flagged & ~(pd.DataFrame(numbers) < 0).any(axis=1)
    for row in frame.index[~good]:
        told = frame.loc[row, "ind"] if flagged[row] else frame.loc[row, "i_est_200"]
        wrong = "Effectif négatif" if flagged[row] else f"« {told} » : imputé ou non ?"
        expected = "un nombre positif ou nul" if flagged[row] else "i_est_200 à 0 ou 1"
        lines.refuse(int(frame.loc[row, "line"]), told, wrong, expected)
    imputed = frame["i_est_200"].str.startswith("1")
    year = re.search(r"20\d\d", file)
    table = pd.DataFrame(
        {
            "cell_id": frame["idcar_200m"],
            "communes": frame["lcog_geo"].map(_communes).astype("str"),
            "population": numbers["ind"],
            "population_status": status.mask(imputed & (status == "observed"), "modelled"),
            "imputed": imputed,
            "households": numbers["men"],
            **{name: numbers[name] for name in AGE_COLUMNS},
            "vintage": pd.Series(year[0] if year else "", index=frame.index, dtype="str"),
        }
    )
    return table[good].reset_index(drop=True)


def _communes(text: str) -> str:
    """``4218742218`` → ``42187;42218``; what is not a list of codes names no commune."""
    codes = [text[start : start + 5] for start in range(0, len(text), 5)]
    return ";".join(codes) if all(_CODES.fullmatch(code) for code in codes) else ""


def _imputed(cells: pd.DataFrame, file: str) -> list[Problem]:
    count = int(cells["imputed"].sum())
    if not count:
        return []
    people = float(np.nansum(cells.loc[cells["imputed"], "population"]))
    return [
        Problem(
            "suspect",
            _SOURCE,
            file,
            f"{counted(count, 'carreau', 'carreaux')} sur {len(cells)} {plural(count, 'estimé')} "
            "par "
            "l'Insee (moins de 11 ménages), "
            f"pour {people:.0f} habitants : leur population est modélisée.",
            column="i_est_200",
            value="1",
            count=count,
        )
    ]
