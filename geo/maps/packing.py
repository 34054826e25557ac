"""What the map draws, packed small for the browser: integers, one dictionary of words, gzip.

Outlines become integers (1e-5 degree, about a metre: the digits ``geo.maps.data`` keeps), each
vertex told by its step from the one before; texts become places in one list of distinct words.
``UNPACK`` is the JavaScript that gives back, in the page, the value that ``pack`` was given.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

_SCALE = 100_000
_GROUNDS = ("ground", "near_ground")


def pack(data: Mapping[str, Any]) -> bytes:
    """What ``geo.maps.data`` gives, whole or one half, packed; ``data`` is read, never changed.

    The same data give the same bytes. Raises ValueError on a value JSON cannot hold (NaN).
    """
    words: dict[str, int] = {}

    def told(lines: Sequence[str]) -> list[int]:
        return [words.setdefault(line, len(words)) for line in lines]

    packed: dict[str, Any] = dict(data)
    for name in _GROUNDS:
        if name in data:
            packed[name] = [_steps(feature["geometry"]) for feature in data[name]["features"]]
    if "quarters" in data:
        packed["quarters"] = [
            {**quarter, "shape": _steps(quarter["shape"]), "lines": told(quarter["lines"])}
            for quarter in data["quarters"]
        ]
    if "groups" in data:
        packed["groups"] = [
            {**group, "items": [[*item[:3], told(item[3]), *item[4:]] for item in group["items"]]}
            for group in data["groups"]
        ]
    if "communes" in data:
        packed["communes"] = [
            {**commune, "shape": _steps(commune["shape"]), "lines": told(commune["lines"])}
            for commune in data["communes"]
        ]
    packed["words"] = list(words)
    text = json.dumps(packed, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _steps(shape: Mapping[str, Any]) -> list[Any]:
    """``[type letter, polygons]``: polygons of rings, each ring a flat list of steps x, y."""
    many = shape["type"] == "MultiPolygon"
    polygons = shape["coordinates"] if many else [shape["coordinates"]]
    return ["M" if many else "P", [[_ring(ring) for ring in polygon] for polygon in polygons]]


def _ring(ring: Sequence[Sequence[float]]) -> list[int]:
    steps: list[int] = []
    before = (0, 0)
    for x, y, *_ in ring:
        here = (round(x * _SCALE), round(y * _SCALE))
        steps += [here[0] - before[0], here[1] - before[1]]
        before = here
    return steps


UNPACK = r"""
async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = JSON.parse(await new Response(stream).text());
  const ring = (steps) => {
    const points = [];
    let x = 0, y = 0;
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      points.push([x / 100000, y / 100000]);
    }
    return points;
  };
  const shape = ([kind, polygons]) => {
    const all = polygons.map((polygon) => polygon.map(ring));
    return kind === "M" ? { type: "MultiPolygon", coordinates: all }
      : { type: "Polygon", coordinates: all[0] };
  };
  const told = (lines) => lines.map((line) => data.words[line]);
  const shapes = (all) => ({ type: "FeatureCollection", features: all.map((one) => (
    { type: "Feature", properties: {}, geometry: shape(one) })) });
  if (data.ground) { data.ground = shapes(data.ground); }
  if (data.near_ground) { data.near_ground = shapes(data.near_ground); }
  [...(data.quarters || []), ...(data.communes || [])].forEach((one) => {
    one.shape = shape(one.shape);
    one.lines = told(one.lines);
  });
  (data.groups || []).forEach((group) => {
    group.items.forEach((item) => { item[3] = told(item[3]); });
  });
  delete data.words;
  return data;
}
"""
