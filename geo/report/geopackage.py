"""The QPV table with its outlines, as a GeoPackage."""

from __future__ import annotations

import io
import math
import sqlite3
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio

from geo.report.cells import as_text, export_frame
from geo.report.sources import as_texts, title

if TYPE_CHECKING:
    from geo.analysis import Analysis

_GPKG_DATE = "2000-01-01T00:00:00.000Z"


def to_geopackage_bytes(analysis: Analysis) -> bytes:
    """A GeoPackage: layer ``qpv`` (EPSG:4326, every export column) and table ``sources``."""
    frame, shown = export_frame(analysis)
    texts = {column.export: frame[column.export].map(as_text) for column in shown}
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
        promote_to_multi=True, dataset_metadata={"titre": title(analysis)},
    )  # fmt: skip
    return _with_sources(target.getvalue(), as_texts(analysis.sources), title(analysis))


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
