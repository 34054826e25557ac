"""The streets of a built territory: published with its tables, checked each time they are read."""

from __future__ import annotations

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
