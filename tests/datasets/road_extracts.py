"""Made-up extracts of roads over the demo's island: a grid of streets, in the PBF format."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.datasets.test_reader_roads import write_pbf

DEMO_BOX = (-4.52, 45.73, -3.66, 46.38)
WEST_HALF = (-4.52, 45.73, -4.0, 46.38)


def grid_pbf(
    path: Path,
    box: tuple[float, float, float, float] = DEMO_BOX,
    *,
    step_deg: float = 0.008,
    first_node: int = 1,
    first_way: int = 1,
    dated: str = "2026-01-02T03:04:05Z",
) -> Path:
    """Streets at 62.5 km/h every ``step_deg`` (about 600 m by 900 m), each line one way."""
    west, south, east, north = box
    lon, lat = np.arange(west, east, step_deg), np.arange(south, north, step_deg)
    number = first_node + np.arange(len(lon) * len(lat)).reshape(len(lat), len(lon))
    nodes = {
        int(number[row, column]): (float(lon[column]), float(lat[row]))
        for row in range(len(lat))
        for column in range(len(lon))
    }
    lines = [*number.tolist(), *number.T.tolist()]
    ways = {
        first_way + rank: (line, {"highway": "primary", "maxspeed": "80"})
        for rank, line in enumerate(lines)
    }
    return write_pbf(path, nodes, ways, dated=dated)
