"""``qpv locate`` on 100,000 points, start to end, beside the same written with geopandas.

The outlines are the official ones of ``QPV_MIRROR``, else as many round ones. Each command is a
process of its own, in turns: what is timed is what a person waits for, imports and files included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from datasets.locate_files import read_outlines
from tests.benchmarks.report import seconds, show, verdict

ROOT = Path(__file__).resolve().parents[2]
POINTS, QUARTERS, TURNS, GOAL_S = 100_000, 1_584, 3, 5.0
_CODE_ONLY = """
import geopandas as gpd, pandas as pd, shapely, sys
points, qpv, out = sys.argv[1:]
places = pd.read_csv(points)
quarters = gpd.read_file(qpv)
quarters["geometry"] = shapely.make_valid(quarters.geometry.to_numpy())
places = gpd.GeoDataFrame(places, geometry=gpd.points_from_xy(places.lon, places.lat), crs=4326)
found = gpd.sjoin(places, quarters[["code_qp", "geometry"]], how="left", predicate="intersects")
"""
_SJOIN = _CODE_ONLY + 'found[["id", "code_qp"]].to_csv(out, index=False)\n'
# All in Lambert-93: wrong overseas, which the command is not.
_NAIVE = (
    _CODE_ONLY
    + """
edges = quarters.to_crs(2154).assign(geometry=lambda frame: frame.boundary)
near = gpd.sjoin_nearest(
    places.to_crs(2154), edges[["code_qp", "geometry"]], distance_col="distance_m"
)
found = found[["id", "code_qp"]].merge(near[["id", "code_qp", "distance_m"]], on="id")
found.to_csv(out, index=False)
"""
)


def run(full: bool = False) -> None:
    """Prints the seconds of each command, the best of three turns, and their ratios."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        qpv = _outlines(folder)
        points = _points(folder, qpv)
        ours = ["-m", "cli", "locate", points, "--out", folder / "ours.csv", "--qpv", qpv]
        commands = {
            "qpv locate (code, distance, limite, nearest)": ours,
            "geopandas.sjoin (code only)": ["-c", _SJOIN, points, qpv, folder / "sjoin.csv"],
            "sjoin + sjoin_nearest (code, distance)": [
                "-c", _NAIVE, points, qpv, folder / "naive.csv"
            ],
        }  # fmt: skip
        waited: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(TURNS):
            for name, words in commands.items():
                waited[name].append(_timed(words))
        agree = _codes(folder / "ours.csv") == _codes(folder / "sjoin.csv")
    mine = min(waited["qpv locate (code, distance, limite, nearest)"])
    show(
        f"{POINTS} points among {qpv.name}, whole command",
        ("command", "best", "all", "beside ours"),
        [
            (name, seconds(min(all_)), " ".join(map(seconds, all_)), f"{min(all_) / mine:.2f}")
            for name, all_ in waited.items()
        ],
    )
    print(f"same codes as geopandas: {'yes' if agree else 'NO'}")
    print(f"goal {GOAL_S:g} s: {verdict(mine, GOAL_S, at_least=False)}")


def _timed(words: list[object]) -> float:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-W", "ignore", *map(str, words)],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - start


def _codes(path: Path) -> dict[str, str]:
    table = pd.read_csv(path, dtype=str, keep_default_na=False, usecols=["id", "code_qp"])
    # geopandas repeats a point that is in two quarters.
    return dict(table.sort_values("code_qp", ascending=False).to_numpy().tolist())


def _points(folder: Path, qpv: Path) -> Path:
    random = np.random.default_rng(20260115)
    quarters = read_outlines([qpv])
    chosen = quarters.geometry.iloc[random.integers(0, len(quarters), POINTS)]
    near = chosen.representative_point()
    lon, lat = (side.to_numpy() + random.normal(0, 0.005, POINTS) for side in (near.x, near.y))
    table = pd.DataFrame({"lon": lon, "lat": lat}).round(6)
    table.insert(0, "id", [f"p{place}" for place in range(POINTS)])
    table.to_csv(folder / "points.csv", index=False)
    return folder / "points.csv"


def _outlines(folder: Path) -> Path:
    mirror = os.environ.get("QPV_MIRROR", "")
    if mirror:
        return Path(mirror) / "qpv_2024" / "qpv-2024-geojson.zip"
    random = np.random.default_rng(1)
    middles = np.column_stack([random.uniform(-1, 6, QUARTERS), random.uniform(44, 49, QUARTERS)])
    shapes = shapely.buffer(shapely.points(middles), random.uniform(0.002, 0.006, QUARTERS), 32)
    codes = [f"QN{1 + place // 90:03d}{10 + place % 90:02d}M" for place in range(QUARTERS)]
    frame = gpd.GeoDataFrame(
        {"code_qp": codes, "lib_qp": codes, "insee_com": "42218"}, geometry=shapes, crs=4326
    )
    (folder / "round.geojson").write_text(json.dumps(json.loads(frame.to_json())))
    return folder / "round.geojson"
