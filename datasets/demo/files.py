"""Writing files whose bytes never change from one run to the next, with their provenance."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely
import xlsxwriter
from shapely.geometry.base import BaseGeometry

from datasets.demo import names
from datasets.demo.island import geometry_to_lonlat

_FIXED_DATE = (2024, 1, 1, 0, 0, 0)
BOM = "\ufeff"
Record = dict[str, Any]


@dataclass(frozen=True)
class RawFolder:
    """The raw folder being written: one folder a source, a provenance beside each file."""

    root: Path

    def write(self, source_id: str, name: str, data: bytes) -> None:
        """Write one official-looking file and what says that it is fictional."""
        path = self.root / source_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        provenance = {
            "source_id": source_id,
            "url": "",
            "final_url": "",
            "fetched_at": "",
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "etag": "",
            "last_modified": "",
            "vintage": "données fictives",
            "licence": names.FICTION,
            "publisher": names.FICTION,
        }
        text = json.dumps(provenance, ensure_ascii=False, indent=1) + "\n"
        path.with_name(name + ".provenance.json").write_bytes(text.encode())


def zipped(member: str, data: bytes) -> bytes:
    """A zip of one member, dated the same at each run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(member, _FIXED_DATE)
        entry.create_system = 3
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def gzipped(data: bytes) -> bytes:
    """A gzip without name nor date."""
    return gzip.compress(data, 6, mtime=0)


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    separator: str = ";",
    bom: bool = False,
    end: str = "\n",
    quoted: bool = False,
) -> bytes:
    """A delimited file; every cell is written with ``str``, None as nothing."""

    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        if text and ((quoted and isinstance(value, str)) or separator in text or '"' in text):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [separator.join(cell(value) for value in row) for row in (header, *rows)]
    return ((BOM if bom else "") + end.join(lines) + end).encode()


def records(header: str, rows: Iterable[Mapping[str, object]], *, quoted: bool = False) -> bytes:
    """A comma-separated file from rows that name only the columns they fill."""
    titles = header.split(",")
    cells = [[row.get(title) for title in titles] for row in rows]
    return table(titles, cells, separator=",", quoted=quoted)


def json_lines(rows: Sequence[Record]) -> bytes:
    """A JSON list, one record a line."""
    return ("[\n" + ",\n".join(_compact(row) for row in rows) + "\n]\n").encode()


def feature(properties: Record, shape: BaseGeometry | None, decimals: int = 5) -> Record:
    """A GeoJSON feature; surfaces are written as MultiPolygon, in degrees."""
    geometry: Record | None = None
    if shape is not None:
        geometry = shapely.geometry.mapping(geometry_to_lonlat(shape, decimals))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(features: Sequence[Record], **members: object) -> bytes:
    """A GeoJSON FeatureCollection, one feature a line."""
    head = _compact({"type": "FeatureCollection", **members})[:-1]
    body = ",\n".join(_compact(one) for one in features)
    return f'{head},"features":[\n{body}\n]}}\n'.encode()


def crs84() -> Record:
    """The ``crs`` member of the official GeoJSON files."""
    return {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An XLSX of plain cells, with a fixed date of creation."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(*_FIXED_DATE), "comments": names.FICTION})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(line, column, value)
    book.close()
    return buffer.getvalue()


def _compact(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
