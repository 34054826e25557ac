"""The round as a still drawing: the outline, its blocks, the order of the stops. Reads in grey.

North is up; a scale bar gives 200 m. Blocks left out of the plan are hatched, so that no colour
is needed; every stop has its number and its name.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import geopandas as gpd
import numpy as np
import shapely

from geo.measure import Floats
from geo.outreach.round import Round
from geo.schema import CRS
from geo.words import counted, number

# Points (1/72 inch): an A4 page less its margins.
_WIDTH, _MOST_HEIGHT, _MARGIN, _FOOT = 480.0, 330.0, 14.0, 26.0
_INK, _GREY = "#1b1b1f", "#5b5b66"
_BAR_M = 200.0
_LETTER = 9.0


def round_picture(made: Round) -> str:
    """An SVG of the round; ``picture_words`` says the same in words."""
    system = made.stops.system
    frame = made.stops.frame.to_crs(system)
    outline = gpd.GeoSeries([made.stops.outline], crs=CRS).to_crs(system).iloc[0]
    places = made.stops.xy_m[list(made.route.order)]
    west, south, east, north = outline.bounds
    known = places[~np.isnan(places).any(axis=1)]
    if len(known):
        west, south = min(west, known[:, 0].min()), min(south, known[:, 1].min())
        east, north = max(east, known[:, 0].max()), max(north, known[:, 1].max())
    scale = min(
        (_WIDTH - 2 * _MARGIN) / max(east - west, 1.0),
        (_MOST_HEIGHT - 2 * _MARGIN) / max(north - south, 1.0),
    )
    height = (north - south) * scale + 2 * _MARGIN + _FOOT

    def at(points: Floats) -> Floats:
        return np.column_stack(
            [_MARGIN + (points[:, 0] - west) * scale, _MARGIN + (north - points[:, 1]) * scale]
        )

    planned = made.tour.set_index("stop")["planned"]
    parts = [_path(outline, at, f'fill="#ffffff" stroke="{_INK}" stroke-width="1.6"')]
    for stop, shape in zip(frame["stop"], frame.geometry, strict=True):
        if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
            continue
        fill = "#f1f1f4" if planned[stop] else "url(#hors)"
        parts.append(_path(shape, at, f'fill="{fill}" stroke="{_GREY}" stroke-width="0.6"'))
    parts += _order(made, at(known) if len(known) == len(places) else np.empty((0, 2)))
    parts.append(_bar(height, scale))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:g}" height="{height:.0f}" '
        f'viewBox="0 0 {_WIDTH:g} {height:.0f}" font-family="sans-serif">'
        '<defs><pattern id="hors" width="5" height="5" patternUnits="userSpaceOnUse">'
        f'<path d="M0 5 L5 0" stroke="{_GREY}" stroke-width="0.5"/></pattern></defs>'
        f'<rect width="{_WIDTH:g}" height="{height:.0f}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def picture_words(made: Round) -> str:
    """What the drawing shows, in words."""
    visited = made.tour.loc[made.tour["planned"] > 0]
    listed = ", ".join(
        f"{order} {stop} ({number(count)} logements)"
        for order, stop, count in zip(
            visited["order"], visited["stop"], visited["planned"], strict=True
        )
    )
    left = len(made.tour) - len(visited)
    return (
        f"Plan de {made.name}, nord en haut : {counted(len(visited), 'arrêt')} dans l'ordre, "
        f"{listed}."
        + (f" Hachurés, hors de cette tournée : {counted(left, 'îlot')}." if left else "")
    )


def _path(shape: shapely.Geometry, at: Callable[[Floats], Floats], style: str) -> str:
    rings = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = at(shapely.get_coordinates(ring))
            rings.append("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points) + " Z")
    return f'<path d="{" ".join(rings)}" fill-rule="evenodd" {style}/>'


def _order(made: Round, points: Floats) -> list[str]:
    if not len(points):
        return []
    count = int((made.tour["planned"] > 0).sum())
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points[:count])
    parts = [f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="1.4"/>']
    for (x, y), order, stop in zip(points, made.tour["order"], made.tour["stop"], strict=True):
        if order > count:
            parts.append(_text(x, y + 3, str(stop), _GREY, halo=True))
            continue
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="{_INK}"/>')
        parts.append(_text(x, y + 3.2, str(order), "#ffffff", bold=True))
        parts.append(_text(x, y + 18, str(stop), _INK, halo=True))
    return parts


def _text(
    x: float, y: float, words: str, colour: str, *, bold: bool = False, halo: bool = False
) -> str:
    style = ' font-weight="700"' if bold else ""
    if halo:
        style += ' paint-order="stroke" stroke="#ffffff" stroke-width="2.5"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{_LETTER}" text-anchor="middle" '
        f'fill="{colour}"{style}>{escape(words)}</text>'
    )


def _bar(height: float, scale: float) -> str:
    y, end = height - 10, _MARGIN + _BAR_M * scale
    return (
        f'<path d="M{_MARGIN} {y - 4} V{y} H{end:.1f} V{y - 4}" fill="none" stroke="{_INK}"/>'
        f'<text x="{end + 5:.1f}" y="{y:.1f}" font-size="9" fill="{_INK}">{_BAR_M:g} m, nord en '
        "haut ; hachuré : hors de cette tournée</text>"
    )
