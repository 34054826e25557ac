"""The QPV table taken away: CSV, workbook, GeoPackage, and plain records.

One table, four coats: the same rows in the same order, each figure beside its status. A hidden
value is written ``s``, an unknown one is left empty, a modelled one says so (METHODS 2.5). Given
the same analysis, the same bytes come out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio
import xlsxwriter
from pandas.io.formats.style import Styler

from geo import columns
from geo.columns import Column
from geo.parameters import MARK_LABELS_FR, describe
from geo.words import date_fr, number

if TYPE_CHECKING:
    from geo.analysis import Analysis

FICTIONAL = "DONNÉES FICTIVES : territoire inventé pour la démonstration, à ne pas citer."
NOT_DATED = dt.datetime(2000, 1, 1)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_GPKG_DATE = "2000-01-01T00:00:00.000Z"


def export_frame(analysis: Analysis) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The QPV table with all its columns, and their definitions in the same order.

    Cells are str, float, int or None; a suppressed figure is the text ``s``.
    """
    qpv = analysis.qpv
    parts = tuple(dict.fromkeys(key for row in qpv["contributions"] for key in row or {}))
    shown = columns.export_columns(parts)
    cells = {column.export: _cells(qpv, column) for column in shown}
    return pd.DataFrame(cells, dtype=object), shown


def to_csv_bytes(analysis: Analysis) -> bytes:
    """UTF-8 with BOM, ``;``, decimal comma, CRLF; text that looks like a formula is neutralised.

    Each line ends with ``donnees`` (``fictives`` or ``réelles``), ``territoire``.
    """
    frame, shown = export_frame(analysis)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(column.export for column in shown), "territoire", "donnees"])
    kind = "fictives" if analysis.fictional else "réelles"
    for row in frame.itertuples(index=False):
        cells = [_csv_cell(value, c.decimals + 1) for value, c in zip(row, shown, strict=True)]
        writer.writerow([*cells, analysis.territory, kind])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx_bytes(analysis: Analysis) -> bytes:
    """A workbook: Lisez-moi, Quartiers, Colonnes, Sources, Paramètres."""
    frame, shown = export_frame(analysis)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": _title(analysis), "created": NOT_DATED})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    _sheet(book, "Lisez-moi", bold, ["À lire d'abord"], [[line] for line in _read_me(analysis)],
           widths=[110])  # fmt: skip
    _sheet(book, "Quartiers", bold, [column.full_heading for column in shown],
           frame.itertuples(index=False), formats=_formats(book, shown))  # fmt: skip
    _sheet(book, "Colonnes", bold,
           ["Colonne", "Nom dans le CSV", "Nom dans le programme", "Unité", "Définition",
            "Source ou méthode"],
           [[c.heading, c.export, c.id, c.unit, c.definition, c.method] for c in shown],
           widths=[32, 28, 28, 24, 80, 60])  # fmt: skip
    sources = _plain(analysis.sources)
    _sheet(book, "Sources", bold, [SOURCE_WORDS.get(name, name) for name in sources.columns],
           sources.itertuples(index=False), widths=[22] * len(sources.columns))  # fmt: skip
    _sheet(book, "Paramètres", bold, list(PARAMETER_HEADINGS),
           parameter_rows(analysis), widths=[60, 30, 30, 60, 30, 30])  # fmt: skip
    book.close()
    return target.getvalue()


def to_geopackage_bytes(analysis: Analysis) -> bytes:
    """A GeoPackage: layer ``qpv`` (EPSG:4326, every export column) and table ``sources``."""
    frame, shown = export_frame(analysis)
    texts = {column.export: frame[column.export].map(_as_text) for column in shown}
    for column in shown:
        if column.kind in ("number", "rank"):
            numbers = [v if isinstance(v, int | float) else math.nan for v in frame[column.export]]
            texts[column.export] = pd.Series(numbers, dtype="float64")
    geometry = analysis.qpv.geometry.reset_index(drop=True)
    layer = analysis.qpv[["geometry"]].reset_index(drop=True).drop(columns="geometry")
    layer = layer.assign(**texts, donnees="fictives" if analysis.fictional else "réelles")
    layer = type(analysis.qpv)(layer, geometry=geometry, crs=analysis.qpv.crs)
    target = io.BytesIO()
    pyogrio.write_dataframe(
        layer, target, driver="GPKG", layer="qpv", geometry_type="MultiPolygon",
        promote_to_multi=True, dataset_metadata={"titre": _title(analysis)},
    )  # fmt: skip
    return _with_sources(target.getvalue(), _plain(analysis.sources), _title(analysis))


RECORD_IDS = (
    "code_qp", "label", "commune", "communes", "commune_label", "departement", "region", "epci",
    "perimeter", "population", "population_status", "population_perimeter", "population_vintage",
    "access", "access_unit", "access_status", "access_precision", "access_class", "access_pieces",
    "access_level", "access_below_share", "access_minus_commune", "access_minus_departement",
    "apl_commune", "apl_commune_vintage", "nearest_gp_min", "nearest_gp_walk_min",
    "need_score", "need_status", "need_observed_weight",
    "need_perimeter", "need_class", "need_people", "need_people_status",
    "mediation_fte", "mediation_status", "mediation_points", "inhabitants_per_fte",
    "coverage_state", "served_people", "residual_people", "residual_fte", "residual_status",
    "situation", "score", "rank",
    "contributions", "missing_components", "gp_inside", "gp_walk", "help_walk", "precision",
    "sentence",
)  # fmt: skip


def to_records(analysis: Analysis, top: int | None = None) -> list[dict[str, Any]]:
    """The table as plain dictionaries, by rank (the ``top`` first ones); NaN becomes None.

    Every value is str, int, float, bool, None, list or dict: ``json.dumps(allow_nan=False)``
    takes it as it is. ``fictional`` closes each record.
    """
    qpv = analysis.qpv if top is None else analysis.qpv.head(top)
    plain = [{name: _json(row[name]) for name in RECORD_IDS} for _, row in qpv.iterrows()]
    return [{**record, "fictional": analysis.fictional} for record in plain]


def screen_frame(analysis: Analysis, situations: Collection[str] | None = None) -> pd.DataFrame:
    """The table twin of the map: ``columns.TABLE_IDS`` with statuses in words, same order.

    Figures stay numbers, NaN when hidden or unknown: the status beside says which. The index is
    the row's place in ``analysis.qpv``; ``situations`` keeps those only.
    """
    kept = analysis.qpv
    if situations is not None:
        kept = kept[kept["situation"].isin(list(situations))]
    shown = {}
    for column_id in columns.TABLE_IDS:
        column = columns.definition(column_id)
        if column.kind in ("number", "rank"):
            shown[column_id] = kept[column_id].astype("float64")
        else:
            shown[column_id] = pd.Series(_cells(kept, column), index=kept.index, dtype="str")
    return pd.DataFrame(shown, index=kept.index)


def in_french(frame: pd.DataFrame) -> Styler:
    """The screen table with its figures written the French way; they still sort as numbers."""
    formats: dict[Any, Any] = {
        name: partial(number, decimals=columns.definition(name).decimals)
        for name in frame.columns
        if columns.definition(name).kind in ("number", "rank")
    }
    return frame.style.format(formats)


SOURCE_WORDS: Mapping[str, str] = {
    "source_id": "Identifiant",
    "title": "Titre",
    "publisher": "Producteur",
    "licence": "Licence",
    "vintage": "Millésime",
    "files": "Fichiers",
    "sha256": "Empreinte (sha256)",
    "fetched_at": "Date de téléchargement",
    "landing_page": "Page de présentation",
}
PARAMETER_HEADINGS = ("Paramètre", "Valeur", "Unité", "Source", "Nature", "Nom")


def parameter_rows(analysis: Analysis) -> list[list[str]]:
    """Every setting of the analysis in words: label, value, unit, source, mark, name."""
    return [
        [p.label_fr, _setting(p.value), p.unit, p.source, MARK_LABELS_FR[p.mark], p.name]
        for p in describe(analysis.parameters)
    ]


def attributions(analysis: Analysis) -> list[str]:
    """One line per source: licensor, title, vintage and date fetched, as Licence Ouverte asks."""
    lines = []
    for _, source in analysis.sources.iterrows():
        details = [f"millésime {source['vintage']}"] if source["vintage"] else []
        if source["fetched_at"]:
            details.append(f"téléchargé le {date_fr(source['fetched_at'])}")
        after = f" ({', '.join(details)})" if details else ""
        lines.append(f"{source['publisher']}, {source['title']}{after}")
    return lines


def _cells(qpv: pd.DataFrame, column: Column) -> list[Any]:
    if column.id.startswith("contributions."):
        key = column.id.removeprefix("contributions.")
        return [_number((row or {}).get(key)) for row in qpv["contributions"]]
    values = qpv[column.id]
    if column.kind == "status":
        return [columns.STATUS_WORDS.get(value, value) for value in values]
    if column.kind == "list":
        return [
            "; ".join(columns.MISSING_WORDS.get(item, item) for item in value) for value in values
        ]
    if column.kind in ("number", "rank"):
        figures = [_number(value) for value in values]
        if column.status:
            hidden = qpv[column.status] == "suppressed"
            return ["s" if secret else v for secret, v in zip(hidden, figures, strict=True)]
        return figures
    if column.id in ("precision", "access_precision"):
        return [columns.PRECISION_WORDS.get(value, value) for value in values]
    if column.id == "access_level":
        return [columns.LEVEL_WORDS.get(value, value) for value in values]
    if column.id in ("access_class", "need_class"):
        return [columns.CLASS_WORDS.get(value, value) for value in values]
    return [str(value) for value in values]


def _number(value: Any) -> int | float | None:
    if value is None or pd.isna(value):
        return None
    if float(value).is_integer():
        return int(value)
    return float(value)


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_json(item) for item in value]
    if isinstance(value, str | bool):
        return str(value) if isinstance(value, str) else value
    return _number(value)


def _csv_cell(value: Any, decimals: int) -> str:
    """One decimal more than on screen: further ones would pretend to a precision nobody has."""
    if isinstance(value, float):
        return f"{round(value, decimals):.{decimals}f}".rstrip("0").rstrip(".").replace(".", ",")
    text = _as_text(value)
    # A spreadsheet would run a text that begins like a formula; figures never pass here as text.
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def _title(analysis: Analysis) -> str:
    title = f"Quartiers prioritaires : accès aux soins et médiation, {analysis.territory}"
    return f"{title} (données fictives)" if analysis.fictional else title


def _read_me(analysis: Analysis) -> list[str]:
    return [
        *([FICTIONAL] if analysis.fictional else []),
        _title(analysis),
        f"{len(analysis.qpv)} quartiers, un par ligne dans la feuille « Quartiers », triés par "
        "rang de priorité.",
        "Une case vide est une donnée inconnue, « s » une donnée cachée par le secret "
        "statistique, 0 un zéro observé. Le statut de chaque chiffre est dans la colonne voisine.",
        "« modélisé » veut dire : estimé par un calcul, jamais mesuré.",
        "La feuille « Colonnes » définit chaque colonne ; « Sources » et « Paramètres » disent "
        "d'où viennent les chiffres.",
        *analysis.notes,
        *(f"Source : {line}." for line in attributions(analysis)),
    ]


def _sheet(
    book: Any,
    name: str,
    bold: Any,
    headings: list[str],
    rows: Iterable[Iterable[Any]],
    formats: list[Any] | None = None,
    widths: list[int] | None = None,
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    last = 0
    for index, heading in enumerate(headings):
        sheet.write_string(0, index, heading, bold)
        sheet.set_column(index, index, (widths or [18] * len(headings))[index])
    for line, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(line, index, value, formats[index] if formats else None)
            elif value:
                sheet.write_string(line, index, str(value))
            last = line
    if headings and last:
        sheet.autofilter(0, 0, last, len(headings) - 1)


def _formats(book: Any, shown: tuple[Column, ...]) -> list[Any]:
    patterns = ["#,##0" + ("." + "0" * c.decimals if c.decimals else "") for c in shown]
    made = {
        pattern: book.add_format({"num_format": pattern}) for pattern in dict.fromkeys(patterns)
    }
    return [made[pattern] for pattern in patterns]


def _setting(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    if isinstance(value, tuple):
        return " ; ".join(_setting(item) for item in value)
    return str(value)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table, every cell a text."""
    return frame.astype(str).reset_index(drop=True)


def _with_sources(package: bytes, sources: pd.DataFrame, title: str) -> bytes:
    """Add the attribute table ``sources`` and fix the dates that GDAL took from the clock."""
    base = sqlite3.connect(":memory:")
    try:
        base.deserialize(package)
        names = ", ".join(f'"{name}" TEXT' for name in sources.columns)
        base.execute(f"CREATE TABLE sources (fid INTEGER PRIMARY KEY, {names})")
        places = ", ".join("?" for _ in sources.columns)
        fields = ", ".join(f'"{name}"' for name in sources.columns)
        base.executemany(
            f"INSERT INTO sources ({fields}) VALUES ({places})",  # noqa: S608 — our own names
            sources.itertuples(index=False, name=None),
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
            "VALUES ('sources', 'attributes', 'sources', ?)",
            (title,),
        )
        base.execute("UPDATE gpkg_contents SET last_change = ?", (_GPKG_DATE,))
        if base.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'gpkg_metadata_reference'"
        ).fetchone():
            base.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (_GPKG_DATE,))
        base.commit()
        return base.serialize()
    finally:
        base.close()
