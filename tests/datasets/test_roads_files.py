"""Extracts to graphs: cropped, merged, kept for the next time, made again when damaged."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from datasets.raw import RawFile
from datasets.reading import UnreadableFile
from datasets.roads import RoadFiles, box_around, load_graph, widened
from geo.errors import BadInput
from geo.roads.graph import Arcs, Pieces, RoadGraph
from geo.roads.rules import CAR_RULES
from tests.datasets.road_extracts import grid_pbf

LAMBERT = "EPSG:2154"
NEAR = (3.0, 49.0, 3.05, 49.05)


def network(*paths: Path, cache: Path | None = None, told: list[str] | None = None) -> RoadFiles:
    files = tuple(RawFile("osm_roads", path) for path in paths)
    return RoadFiles(files, cache, (told if told is not None else []).append)


def same(first: RoadGraph, second: RoadGraph) -> None:
    for part in fields(RoadGraph):
        mine, other = getattr(first, part.name), getattr(second, part.name)
        if isinstance(mine, Arcs | Pieces):
            for inner in fields(mine):
                mine_in, other_in = getattr(mine, inner.name), getattr(other, inner.name)
                assert mine_in.dtype == other_in.dtype
                assert np.array_equal(mine_in, other_in), inner.name
        elif isinstance(mine, np.ndarray):
            assert mine.dtype == other.dtype
            assert np.array_equal(mine, other), part.name
        else:
            assert mine == other, part.name


def test_a_graph_is_made_once_and_read_back_whole(tmp_path: Path) -> None:
    path = grid_pbf(tmp_path / "a.osm.pbf", NEAR)
    told: list[str] = []
    made = network(path, cache=tmp_path / "graphs", told=told).graph("car", LAMBERT, NEAR)
    assert made.dated == "2026-01-02T03:04:05Z"
    assert made.report.ways_read == 14
    kept = list((tmp_path / "graphs").iterdir())
    assert [file.name.split("-")[0] for file in kept] == ["car"]
    again: list[str] = []
    read = network(path, cache=tmp_path / "graphs", told=again).graph("car", LAMBERT, NEAR)
    same(made, read)
    assert any("Lecture" in line for line in told)
    assert not any("Lecture" in line for line in again)


def test_other_bytes_another_mode_or_another_box_are_another_graph(tmp_path: Path) -> None:
    path = grid_pbf(tmp_path / "a.osm.pbf", NEAR)
    cache = tmp_path / "graphs"
    network(path, cache=cache).graph("car", LAMBERT, NEAR)
    network(path, cache=cache).graph("walk", LAMBERT, NEAR)
    network(path, cache=cache).graph("car", LAMBERT, (3.0, 49.0, 3.05, 49.6))
    path.unlink()
    grid_pbf(path, NEAR, dated="2026-02-02T00:00:00Z")
    network(path, cache=cache).graph("car", LAMBERT, NEAR)
    assert len(list(cache.iterdir())) == 4


@pytest.mark.parametrize("damage", [b"", b"PK not a zip", None])
def test_a_damaged_graph_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    path = grid_pbf(tmp_path / "a.osm.pbf", NEAR)
    made = network(path, cache=tmp_path / "graphs").graph("car", LAMBERT, NEAR)
    (kept,) = (tmp_path / "graphs").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert load_graph(kept) is None
    same(made, network(path, cache=tmp_path / "graphs").graph("car", LAMBERT, NEAR))
    assert load_graph(kept) is not None


def test_only_the_roads_around_are_taken(tmp_path: Path) -> None:
    path = grid_pbf(tmp_path / "a.osm.pbf", (2.0, 49.0, 3.0, 49.05))
    part = network(path).graph("walk", LAMBERT, (2.9, 49.0, 2.95, 49.05))
    whole = network(path).graph("walk", LAMBERT, (2.0, 49.0, 3.0, 49.05))
    # Streets that enter the box stay whole: 7 lines along it, and the lines across it.
    assert 0 < part.report.ways_read < whole.report.ways_read == 132
    with pytest.raises(BadInput, match=r"Aucune route de a\.osm\.pbf.*prenez l'extrait"):
        network(path).graph("walk", LAMBERT, (6.0, 45.0, 6.1, 45.1))


def test_neighbouring_extracts_are_one_network(tmp_path: Path) -> None:
    """Two extracts that share a column of streets: a way that both hold counts once."""
    whole = grid_pbf(tmp_path / "whole.osm.pbf", NEAR)
    twice = network(whole, grid_pbf(tmp_path / "twin.osm.pbf", NEAR)).graph("car", LAMBERT, NEAR)
    same(network(whole).graph("car", LAMBERT, NEAR), twice)
    apart = grid_pbf(
        tmp_path / "apart.osm.pbf", (3.06, 49.0, 3.1, 49.05), first_node=1000, first_way=500
    )
    both = network(whole, apart)
    graph = both.graph("walk", LAMBERT, (3.0, 49.0, 3.1, 49.05))
    alone = network(apart).graph("walk", LAMBERT, (3.0, 49.0, 3.1, 49.05))
    assert graph.report.ways_read == 14 + alone.report.ways_read
    # Apart from the largest part and too small for an island.
    assert graph.report.parts_dropped == 1


def test_an_extract_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "page.osm.pbf").write_text("<!doctype html><html></html>")
    with pytest.raises(UnreadableFile, match=r"page\.osm\.pbf"):
        network(tmp_path / "page.osm.pbf").graph("car", LAMBERT, NEAR)


def test_boxes_are_widened_to_half_degrees() -> None:
    assert widened((4.6, 45.5, 4.9, 45.9)) == (4.5, 45.5, 5.0, 46.0)
    assert widened((-4.1, -21.2, -3.9, -20.9)) == (-4.5, -21.5, -3.5, -20.5)
    west, south, east, north = box_around([4.0, 5.0, np.nan], [45.0, 46.0, np.nan], 11_100.0)
    assert (south, north) == pytest.approx((44.9, 46.1))
    assert 4.0 - west == pytest.approx(east - 5.0)
    assert 0.1 < east - 5.0 < 0.15


def test_the_rules_are_part_of_what_names_a_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    import datasets.roads as rooms

    path = grid_pbf(tmp_path / "a.osm.pbf", NEAR)
    network(path, cache=tmp_path / "graphs").graph("car", LAMBERT, NEAR)
    slower = replace(CAR_RULES, limit_share=0.5)
    monkeypatch.setattr(rooms, "RULES", {**rooms.RULES, "car": slower})
    network(path, cache=tmp_path / "graphs").graph("car", LAMBERT, NEAR)
    assert len(list((tmp_path / "graphs").iterdir())) == 2
