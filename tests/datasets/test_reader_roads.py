"""Tiny PBF extracts written on the spot, whole and damaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import osmium
import pytest

from datasets.readers.roads import read_roads
from datasets.reading import UnreadableFile
from geo.roads.graph import build_graph

NODES = {10: (3.0, 49.0), 20: (3.01, 49.0), 30: (3.01, 49.01), 40: (2.0, 48.0)}
WAYS = {
    7: ([10, 20, 30], {"highway": "residential", "oneway": "yes", "maxspeed": "30", "name": "A"}),
    5: ([30, 10], {"highway": "primary", "junction": "roundabout", "access": "no"}),
    6: ([10, 40], {"waterway": "river"}),
}


def write_pbf(
    path: Path,
    nodes: Mapping[int, tuple[float, float]] = NODES,
    ways: Mapping[int, tuple[Sequence[int], Mapping[str, str]]] = WAYS,
    *,
    dated: str = "2026-01-02T03:04:05Z",
    twice: bool = False,
) -> Path:
    header = osmium.io.Header()
    if dated:
        header.set("osmosis_replication_timestamp", dated)
    header.add_box(osmium.osm.Box(2.0, 48.0, 3.5, 49.5))
    writer = osmium.SimpleWriter(osmium.io.File(str(path), "pbf"), header=header)
    for node, (lon, lat) in nodes.items():
        writer.add_node(osmium.osm.mutable.Node(id=node, location=(lon, lat)))
    for way, (refs, tags) in [*ways.items()] * (2 if twice else 1):
        writer.add_way(osmium.osm.mutable.Way(id=way, nodes=list(refs), tags=dict(tags)))
    writer.close()
    return path


def test_only_roads_and_their_nodes_are_read(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    # The name says nothing: the content does.
    found = read_roads(write_pbf(tmp_path / "extrait"), progress=lambda *step: told.append(step))
    ways = found.ways
    assert ways.way_id.tolist() == [7, 5]
    assert ways.node_id.tolist() == [10, 20, 30]
    assert ways.lon == pytest.approx([3.0, 3.01, 3.01])
    assert ways.lat == pytest.approx([49.0, 49.0, 49.01])
    assert np.split(ways.nodes, ways.indptr[1:-1])[0].tolist() == [0, 1, 2]
    assert np.split(ways.nodes, ways.indptr[1:-1])[1].tolist() == [2, 0]
    tags = ways.tags.astype("str")
    assert tags["highway"].tolist() == ["residential", "primary"]
    assert tags["oneway"].tolist() == ["yes", ""]
    assert tags["maxspeed"].tolist() == ["30", ""]
    assert tags["junction"].tolist() == ["", "roundabout"]
    assert tags["access"].tolist() == ["", "no"]
    assert "name" not in tags
    assert told == [("voies", 2), ("points", 3)]


def test_date_box_and_attribution_are_said(tmp_path: Path) -> None:
    found = read_roads(write_pbf(tmp_path / "a.osm.pbf"))
    assert found.dated == found.ways.dated == "2026-01-02T03:04:05Z"
    assert found.box == pytest.approx((2.0, 48.0, 3.5, 49.5))
    assert found.licence == "ODbL 1.0"
    assert "OpenStreetMap" in found.attribution
    assert found.problems == ()


def test_a_file_without_a_date_says_so(tmp_path: Path) -> None:
    found = read_roads(write_pbf(tmp_path / "a.osm.pbf", dated=""))
    assert found.dated == ""
    assert [problem.column for problem in found.problems] == ["osmosis_replication_timestamp"]


def test_nodes_missing_from_the_extract_are_counted(tmp_path: Path) -> None:
    nodes = {node: NODES[node] for node in (10, 20)}
    found = read_roads(write_pbf(tmp_path / "a.osm.pbf", nodes))
    assert np.isnan(found.ways.lon).tolist() == [False, False, True]
    (problem,) = found.problems
    assert (problem.kind, problem.count) == ("missing", 1)
    assert "1 points de voies manquent" in problem.message


def test_what_is_read_makes_a_graph(tmp_path: Path) -> None:
    ways = {7: ([10, 20, 30], {"highway": "residential"})}
    graph = build_graph(read_roads(write_pbf(tmp_path / "a.osm.pbf", ways=ways)).ways)
    assert sorted(graph.osm_node) == [10, 30]
    assert graph.dated == "2026-01-02T03:04:05Z"


def refused(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_roads(path)
    message = str(caught.value)
    assert path.name in message
    assert "Attendu" in message
    assert "À faire" in message
    return message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "page web"),
        (b"PK\x03\x04" + b"\x00" * 40, "archive ZIP"),
        (b"\x1f\x8b\x08" + b"\x00" * 40, "GZIP"),
        (b'{"type": "FeatureCollection"}', "JSON"),
        (b'<?xml version="1.0"?>\n<osm version="0.6"></osm>', "XML"),
        (b"\x00\x01\x02\x03" * 20, "en-tête manque"),
        (b"nom;valeur\n1;2\n", "texte"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "routes.osm.pbf"
    path.write_bytes(content)
    assert words in refused(path)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    assert "introuvable" in refused(tmp_path / "rien.osm.pbf")


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = write_pbf(tmp_path / "whole.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    for kept in (20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:kept])
        assert "coupé ou abîmé" in refused(path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(write_pbf(tmp_path / "whole.osm.pbf").read_bytes())
    data[-60:-20] = b"\xff" * 40
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(bytes(data))
    assert "coupé ou abîmé" in refused(path)


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    ways = {6: WAYS[6]}
    assert "aucune voie" in refused(write_pbf(tmp_path / "a.osm.pbf", ways=ways))


def test_ways_given_twice_are_refused(tmp_path: Path) -> None:
    assert "2 voies y sont deux fois" in refused(write_pbf(tmp_path / "a.osm.pbf", twice=True))


def test_ids_that_were_never_uploaded_are_refused(tmp_path: Path) -> None:
    nodes = {-1: (3.0, 49.0), 2: (3.1, 49.0)}
    ways = {7: ([-1, 2], {"highway": "primary"})}
    assert "négatif" in refused(write_pbf(tmp_path / "a.osm.pbf", nodes, ways))
