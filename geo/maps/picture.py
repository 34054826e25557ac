"""A still map for paper: an SVG that reads in grey, with no script and nothing from outside.

One mark per QPV at its place. The shape and the darkness of the mark say the situation, so that
colour is never needed; a ring says that a QPV is chosen. Each part of France is drawn in its own
projection and at its own scale, the largest first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.maps.ground import MOST_COMMUNES, departement_outlines, drawn_communes
from geo.names import DEPARTEMENTS
from geo.overlap import SITUATIONS
from geo.schema import CRS
from geo.territory import projected_crs

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

# Points (1/72 inch): an A4 page less its margins.
WIDTH = 480.0
_HEIGHT = 520.0
_INSET = 110.0
_MARGIN = 12.0
_INK = "#1b1b1f"
_COMMUNE = "commune "

# Situation → (path around 0,0 in points, fill). Darker is graver; each has its own shape.
_MARKS = {
    "double peine": ("M0 -5 L5 0 L0 5 L-5 0 Z", "#3b4994"),
    "désert médical seul": ("M-4 -4 H4 V4 H-4 Z", "#5ac8c8"),
    "non-recours seul": ("M0 -5 L4.6 3.6 H-4.6 Z", "#be64ac"),
    "hors alerte": ("M-3 0 A3 3 0 1 0 3 0 A3 3 0 1 0 -3 0 Z", "#e8e8e8"),
    "indéterminé": ("M-3 -3 L3 3 M3 -3 L-3 3", "none"),
}


@dataclass(frozen=True)
class _Frame:
    """One part of France: the outlines and the points of its QPV, metres of its own CRS."""

    outlines: dict[str, Any]
    points: pd.DataFrame


def situation_picture(analysis: Analysis, layers: Layers, chosen: Collection[str] = ()) -> str:
    """An SVG of the QPV of an analysis by situation, ``chosen`` codes ringed.

    ``alternative_text`` says the same in words.
    """
    frames = _frames(analysis, layers)
    height = _height(frames)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}" '
        f'viewBox="0 0 {WIDTH:g} {height:g}" font-family="sans-serif">',
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>',
    ]
    for box, frame in zip(_boxes(len(frames), height), frames, strict=True):
        parts.append(_drawn(frame, box, set(chosen)))
    return "".join([*parts, "</svg>"])


def legend_marks() -> list[tuple[str, str]]:
    """``(situation, SVG of its mark)``, gravest first, then the ring of a chosen QPV."""
    marks = [(name, _small(_mark(name, 0.0, 0.0))) for name in SITUATIONS]
    return [*marks, ("quartier retenu", _small(_ring(0.0, 0.0)))]


def alternative_text(analysis: Analysis, chosen: Collection[str] = ()) -> str:
    """What the picture shows, in words: counts by situation, and the chosen QPV by département."""
    counts = analysis.qpv["situation"].value_counts()
    told = [f"{name} : {counts[name]}" for name in SITUATIONS if counts.get(name, 0)]
    text = f"Carte de {len(analysis.qpv)} quartiers prioritaires. {', '.join(told)}."
    picked = analysis.qpv[analysis.qpv["code_qp"].isin(list(chosen))]
    if len(picked):
        by = picked["departement"].value_counts().sort_index()
        where = ", ".join(f"{DEPARTEMENTS.get(str(code), code)} {n}" for code, n in by.items())
        text += f" Retenus : {where}."
    return text


def _frames(analysis: Analysis, layers: Layers) -> list[_Frame]:
    """One frame for each projection, the one with most QPV first."""
    qpv, communes = analysis.qpv, drawn_communes(layers)
    systems = qpv["departement"].map(projected_crs)
    frames = []
    for system in systems.value_counts(sort=True).index:
        own = qpv[systems == system]
        centres = own.geometry.representative_point().to_crs(system)
        points = pd.DataFrame(
            {
                "code_qp": own["code_qp"].to_numpy(),
                "situation": own["situation"].to_numpy(),
                "x": centres.x.to_numpy(),
                "y": centres.y.to_numpy(),
            }
        )
        here = communes[communes["departement"].map(projected_crs) == system]
        frames.append(_Frame(_outlines(here, system), points))
    return frames


def _outlines(communes: gpd.GeoDataFrame, system: str) -> dict[str, Any]:
    if communes.empty:
        return {}
    shapes = departement_outlines(communes)
    if len(communes) <= MOST_COMMUNES:
        near = communes.geometry.simplify(0.001)
        shapes |= {f"{_COMMUNE}{code}": shape for code, shape in zip(
            communes["code"], near, strict=True)}  # fmt: skip
    projected = gpd.GeoSeries(list(shapes.values()), crs=CRS).to_crs(system)
    return dict(zip(shapes, projected, strict=True))


def _height(frames: list[_Frame]) -> float:
    """As high as the shape of the largest part asks for, and never more than a page."""
    if not frames:
        return _INSET
    west, south, east, north = _bounds(frames[0])
    high = (WIDTH - 2 * _MARGIN) * (north - south) / max(east - west, 1.0) + 2 * _MARGIN
    below = _INSET if len(frames) > 1 else 0.0
    return round(min(max(high, _INSET) + below, _HEIGHT), 1)


def _boxes(count: int, height: float) -> list[tuple[float, float, float, float]]:
    """(left, top, width, height) of each frame: the first is large, the others stand below it."""
    if count == 0:
        return []
    below = _INSET if count > 1 else 0.0
    boxes = [(0.0, 0.0, WIDTH, height - below)]
    width = WIDTH / max(count - 1, 1)
    boxes += [(index * width, height - below, width, below) for index in range(count - 1)]
    return boxes


def _drawn(frame: _Frame, box: tuple[float, float, float, float], chosen: set[str]) -> str:
    place = _placed(frame, box)
    shapes = {name: shapely.transform(shape, place) for name, shape in frame.outlines.items()}
    detailed = any(name.startswith(_COMMUNE) for name in shapes)
    parts = [
        _outline(shape, "#c9c9cf", 0.3, "none")
        if name.startswith(_COMMUNE)
        else _outline(shape, "#6a6a74", 0.8, "none" if detailed else "#f6f6f4")
        for name, shape in shapes.items()
    ]
    if not detailed:
        parts += [_name(name, shape) for name, shape in shapes.items()]
    spots = [
        (str(situation), float(x), float(y), str(code))
        for situation, code, (x, y) in zip(
            frame.points["situation"],
            frame.points["code_qp"],
            place(frame.points[["x", "y"]].to_numpy(float)),
            strict=True,
        )
    ]
    # The gravest are drawn last, on top.
    spots.sort(key=lambda spot: (-SITUATIONS.index(spot[0]), spot[3]))
    parts += [_mark(situation, x, y) for situation, x, y, _ in spots]
    parts += [_ring(x, y) for _, x, y, code in spots if code in chosen]
    return "".join(parts)


def _bounds(frame: _Frame) -> tuple[float, float, float, float]:
    corners = [shape.bounds for shape in frame.outlines.values() if not shape.is_empty]
    corners += [(x, y, x, y) for x, y in zip(frame.points["x"], frame.points["y"], strict=True)]
    bounds = np.array(corners)
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _placed(frame: _Frame, box: tuple[float, float, float, float]) -> Callable[[Any], Any]:
    """From metres to points of the page: centred in the box, the same scale both ways."""
    west, south, east, north = _bounds(frame)
    left, top, width, height = box
    scale = min(
        (width - 2 * _MARGIN) / max(east - west, 1.0),
        (height - 2 * _MARGIN) / max(north - south, 1.0),
    )
    dx = left + (width - scale * (east - west)) / 2
    dy = top + (height + scale * (north - south)) / 2

    def place(xy: Any) -> Any:
        return np.column_stack([dx + (xy[:, 0] - west) * scale, dy - (xy[:, 1] - south) * scale])

    return place


def _outline(shape: Any, ink: str, width: float, fill: str) -> str:
    rings = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = " ".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords)
            rings.append(f"M{points}Z")
    return (
        f'<path d="{"".join(rings)}" fill="{fill}" stroke="{ink}" stroke-width="{width}" '
        'stroke-linejoin="round"/>'
    )


def _name(code: str, shape: Any) -> str:
    point = shape.representative_point()
    words = escape(DEPARTEMENTS.get(code, code))
    return (
        f'<text x="{point.x:.1f}" y="{point.y:.1f}" font-size="8" text-anchor="middle" '
        f'stroke="#ffffff" stroke-width="2" paint-order="stroke" fill="#55555e">{words}</text>'
    )


def _mark(situation: str, x: float, y: float) -> str:
    path, fill = _MARKS[situation]
    return (
        f'<path transform="translate({x:.1f} {y:.1f})" d="{path}" fill="{fill}" '
        f'stroke="{_INK}" stroke-width="0.9"/>'
    )


def _ring(x: float, y: float) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="none" stroke="{_INK}" stroke-width="1.6"/>'
    )


def _small(mark: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" '
        f'viewBox="-10 -10 20 20">{mark}</svg>'
    )
