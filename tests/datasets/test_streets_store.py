"""The streets of a built territory: published with its tables, checked each time they are read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from datasets import store
from datasets.roads import load_graph, save_graph
from geo.errors import BadInput
from geo.outreach.streets import streets_of
from geo.roads.cut import cut_around
from geo.roads.graph import RoadGraph, build_graph
from geo.roads.rules import WALK_RULES
from geo.roads.synthetic import synthetic_roads
from geo.schema import Layers
from tests.datasets.tables import small_layers

CODE = "QN09901N"
FILE = f"streets-{CODE}.npz"


@pytest.fixture(scope="module")
def streets() -> RoadGraph:
    graph = build_graph(synthetic_roads(12, spacing_m=100.0), WALK_RULES)
    [cut] = cut_around(graph, [(700_300, 6_500_300, 700_600, 6_500_600)], max_min=120.0)
    assert cut is not None
    return cut


@pytest.fixture
def layers(streets: RoadGraph) -> Layers:
    return replace(small_layers(), streets={CODE: streets})


def test_streets_are_read_back_as_they_were(
    layers: Layers, streets: RoadGraph, tmp_path: Path
) -> None:
    built = store.write(layers, {}, "demo", tmp_path)
    kept = store.load("demo", tmp_path).streets
    assert list(kept) == [CODE] and len(kept) == 1 and "QN00000X" not in kept
    found = kept[CODE]
    for part in fields(RoadGraph):
        ours, theirs = getattr(found, part.name), getattr(streets, part.name)
        if isinstance(theirs, np.ndarray):
            assert np.array_equal(ours, theirs) and ours.dtype == theirs.dtype, part.name
        elif part.name not in ("arcs", "pieces"):
            assert ours == theirs, part.name
    assert np.array_equal(found.arcs.minutes, streets.arcs.minutes)
    assert np.array_equal(found.pieces.start_min, streets.pieces.start_min)
    entry = built.manifest["streets"][CODE]
    assert entry["file"] == FILE and entry["source"] == "réseau routier fictif"
    assert store.write(layers, {}, "demo", tmp_path).path == built.path


def test_a_whole_graph_is_kept_without_a_box(tmp_path: Path) -> None:
    graph = build_graph(synthetic_roads(4), WALK_RULES)
    save_graph(graph, tmp_path / "a.npz")
    found = load_graph(tmp_path / "a.npz")
    assert found is not None and found.within is None


def test_damaged_or_absent_streets_leave_the_territory_open_and_are_told(
    layers: Layers, tmp_path: Path
) -> None:
    built = store.write(layers, {}, "demo", tmp_path)
    whole = (built.path / FILE).read_bytes()
    opened = store.load("demo", tmp_path)
    for damage in (b"PK not really", whole[: len(whole) // 2], b"", None):
        if damage is None:
            (built.path / FILE).unlink()
        else:
            (built.path / FILE).write_bytes(damage)
        with pytest.raises(store.DamagedBuild, match=FILE):
            opened.streets[CODE]
        told = streets_of(store.load("demo", tmp_path), CODE)
        assert told.graph is None and "illisibles" in told.without
        assert "reconstruisez" in told.to_do
        with pytest.raises(store.DamagedBuild):
            store.check("demo", tmp_path)
    store.write(layers, {}, "demo", tmp_path)
    assert streets_of(store.load("demo", tmp_path), CODE).graph is not None


# Each build dies in a child of its own, so that what a build imports is imported once.
KILLED = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from datasets import store, streets_store
from datasets.roads import load_graph
from tests.datasets.tables import small_layers
home, spare = Path(sys.argv[1]), Path(sys.argv[2])
graph = load_graph(spare)
layers = replace(small_layers(9999.0), streets={"QN09901N": graph, "QN09902N": graph})

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def half_a_file(graph, path, **_):
    if "QN09902N" in path.name:
        path.write_bytes(spare.read_bytes()[:1000])
        die()
    return real(graph, path)

real = streets_store.save_graph
for name in ("half a file", "before the manifest", "before the current one"):
    child = os.fork()
    if not child:
        if name == "half a file":
            streets_store.save_graph = half_a_file
        elif name == "before the manifest":
            store._write_text = die
        else:
            keep = store._write_text
            store._write_text = lambda path, text: (
                die() if path.name == store._CURRENT else keep(path, text)
            )
        store.write(layers, {}, "demo", home)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    store.check("demo", home)
    kept = store.load("demo", home)
    print(name, os.WTERMSIG(status), kept["qpv"]["population"].tolist(), list(kept.streets),
          kept.streets["QN09901N"].shape[0], sep=" | ")
"""


def test_a_build_killed_among_its_streets_leaves_the_last_tables_and_streets(
    layers: Layers, streets: RoadGraph, tmp_path: Path
) -> None:
    home, spare = tmp_path / "data", tmp_path / "other.npz"
    store.write(layers, {}, "demo", home)
    other = build_graph(synthetic_roads(6), WALK_RULES)
    save_graph(other, spare)
    assert other.shape[0] != streets.shape[0]
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), str(spare)], cwd=root, text=True,
        env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    died = f"{int(signal.SIGKILL)} | [1200.0] | ['{CODE}'] | {streets.shape[0]}"
    assert ran.stdout.splitlines() == [
        f"{name} | {died}"
        for name in ("half a file", "before the manifest", "before the current one")
    ]
    newer = replace(small_layers(9999.0), streets={CODE: other})
    store.write(newer, {}, "demo", home)
    assert not list((home / "territories" / "demo").glob(".unfinished-*"))
    assert store.load("demo", home).streets[CODE].shape == other.shape


def test_a_build_made_before_streets_were_kept_opens(tmp_path: Path) -> None:
    built = store.write(small_layers(), {}, "demo", tmp_path)
    path = built.path / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"streets": {},', ""), "utf-8")
    assert "streets" not in store.manifest("demo", tmp_path)
    told = streets_of(store.load("demo", tmp_path), CODE)
    assert told.graph is None and "n'a pas de réseau de rues" in told.without


def test_a_code_that_could_not_name_a_file_publishes_nothing(
    streets: RoadGraph, tmp_path: Path
) -> None:
    odd = replace(small_layers(), streets={"../QN": streets})
    with pytest.raises(BadInput, match=r"\.\./QN"):
        store.write(odd, {}, "demo", tmp_path)
    assert store.list_built(tmp_path) == []
