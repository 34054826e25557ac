"""A made-up road network of any size, the same at every run: for measures and for tests.

A bent grid of streets with a hierarchy of roads, one-way streets, dead ends, and rivers crossed
by few bridges. It is no place on Earth: nothing computed on it says anything about France.
"""

from __future__ import annotations

import numpy as np
from pyproj import Transformer

from geo.measure import Floats
from geo.roads.ways import Ids, RoadWays, way_tags
from geo.territory import METROPOLITAN_CRS

SYNTHETIC_SOURCE = "réseau routier fictif"
_ORIGIN_M = (700_000.0, 6_500_000.0)


def synthetic_roads(
    side: int, *, spacing_m: float = 200.0, bends: int = 1, seed: int = 0
) -> RoadWays:
    """A network of ``side`` × ``side`` crossings, about ``spacing_m`` apart.

    ``bends``: nodes without a crossing along each street. About 8 % of the streets are missing
    and one quarter of the small ones are one-way; a river every 60 columns, a bridge every 12
    rows. 745 crossings a side make a region: about 500,000 nodes once simplified.
    """
    rng = np.random.default_rng(seed)
    row, column = np.divmod(np.arange(side * side), side)
    shift = rng.uniform(-0.3, 0.3, (2, side * side)) * spacing_m
    x = _ORIGIN_M[0] + column * spacing_m + shift[0]
    y = _ORIGIN_M[1] + row * spacing_m + shift[1]

    start, end, line, river = _streets(side, row, column)
    rank = np.select([line % 48 == 0, line % 12 == 0, line % 4 == 0], [0, 1, 2], default=3)
    small = rank == 3
    kept = ~(small & (rng.random(len(start)) < 0.08))
    kept &= ~river | (row[start] % 12 == 0)
    start, end, line, rank, small = (values[kept] for values in (start, end, line, rank, small))
    street_x, street_y = _bent(rng, x, y, start, end, bends, spacing_m)

    count = len(start)
    nodes = np.empty((count, bends + 2), np.int32)
    nodes[:, 0], nodes[:, -1] = start, end
    nodes[:, 1:-1] = side * side + np.arange(count * bends).reshape(count, bends)
    lon, lat = Transformer.from_crs(METROPOLITAN_CRS, "EPSG:4326", always_xy=True).transform(
        np.concatenate([x, street_x.ravel()]), np.concatenate([y, street_y.ravel()])
    )
    classes = np.array(["trunk", "primary", "tertiary", "residential"])[rank]
    oneway = np.where(small & (line % 8 == 1), "yes", np.where(small & (line % 8 == 5), "-1", ""))
    return RoadWays(
        node_id=np.arange(1, len(lon) + 1, dtype=np.int64),
        lon=lon,
        lat=lat,
        way_id=np.arange(1, count + 1, dtype=np.int64),
        indptr=np.arange(count + 1, dtype=np.int64) * (bends + 2),
        nodes=nodes.ravel(),
        tags=way_tags({"highway": classes.tolist(), "oneway": oneway.tolist()}, count),
        source=SYNTHETIC_SOURCE,
    )


def _streets(side: int, row: Ids, column: Ids) -> tuple[Ids, Ids, Ids, Ids]:
    """Start, end, line number, and whether a river lies across, for each street of the grid."""
    here = np.arange(side * side)
    east, north = here[column < side - 1], here[row < side - 1]
    start = np.concatenate([east, north])
    end = np.concatenate([east + 1, north + side])
    line = np.concatenate([row[east], column[north]])
    river = np.concatenate([column[east] % 60 == 30, np.zeros(len(north), bool)])
    return start, end, line, river


def _bent(
    rng: np.random.Generator,
    x: Floats,
    y: Floats,
    start: Ids,
    end: Ids,
    bends: int,
    spacing_m: float,
) -> tuple[Floats, Floats]:
    """The nodes along each street, (streets, bends): off the straight line by a few metres."""
    share = (np.arange(bends) + 1) / (bends + 1)
    off = rng.uniform(-0.08, 0.08, (2, len(start), bends)) * spacing_m
    along_x = x[start, None] + share * (x[end] - x[start])[:, None] + off[0]
    along_y = y[start, None] + share * (y[end] - y[start])[:, None] + off[1]
    return along_x, along_y
