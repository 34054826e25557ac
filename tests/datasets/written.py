"""Small hand-made files in the official formats, and hostile ones, for the readers' tests."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def square(lon: float, lat: float, side: float = 0.01) -> dict[str, Any]:
    """A GeoJSON MultiPolygon: a square whose south-west corner is given, in degrees."""
    east, north = lon + side, lat + side
    ring = [[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]
    return {"type": "MultiPolygon", "coordinates": [[ring]]}


def bow_tie(lon: float, lat: float, side: float = 0.01) -> dict[str, Any]:
    """An invalid polygon, whose outline crosses itself: two triangles once repaired."""
    east, north = lon + side, lat + side
    ring = [[lon, lat], [east, north], [east, lat], [lon, north], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: Mapping[str, Any] | None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def qpv_feature(code: str, geometry: Mapping[str, Any] | None, **changes: Any) -> dict[str, Any]:
    """One QPV with the properties of the official file, some of them changed."""
    official = {
        "code_qp": code,
        "lib_qp": f"Quartier {code}",
        "insee_com": "42218",
        "lib_com": "Saint-Étienne",
        "insee_dep": "42",
        "siren_epci": "244200770",
    }
    return feature(geometry, **(official | changes))


def write_geojson(
    path: Path, features: Iterable[Mapping[str, Any]], crs: str | None = None
) -> Path:
    document: dict[str, Any] = {"type": "FeatureCollection", "features": list(features)}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def write_zip(path: Path, members: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path
