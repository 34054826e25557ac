"""Roads of an OpenStreetMap extract (PBF), streamed: ways first, then only the nodes they use.

The file is known by its content, not its name. Its date is the one of its header; the data are
© the OpenStreetMap contributors, under ODbL 1.0, which whoever shows a result must say.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd

from datasets.readers.files import found_kind, what_to_do, wrong_kind
from datasets.reading import Problem, UnreadableFile
from geo.roads.ways import OSM_ATTRIBUTION, OSM_SOURCE, WAY_TAGS, RoadWays

SOURCE_ID = OSM_SOURCE
LANDING_PAGE = "https://download.geofabrik.de/europe/france.html"
LICENCE = "ODbL 1.0"
_PBF = "un extrait OpenStreetMap au format PBF (.osm.pbf)"
_HEADER_MARK = b"\x0a\x09OSMHeader"
_TELL_EVERY = 100_000


@dataclass(frozen=True)
class RoadsReading:
    """The ways of an extract and what was met while reading it.

    ``dated``: date of the data (ISO, UTC) from ``osmosis_replication_timestamp``, ``""`` when
    the file has none; ``box``: (west, south, east, north) in degrees, ``None`` when not said.
    """

    ways: RoadWays
    dated: str
    box: tuple[float, float, float, float] | None
    attribution: str = OSM_ATTRIBUTION
    licence: str = LICENCE
    problems: tuple[Problem, ...] = field(default_factory=tuple)


def read_roads(path: Path, *, progress: Callable[[str, int], None] | None = None) -> RoadsReading:
    """The ways with a ``highway`` tag, their nodes and the tags of ``WAY_TAGS``.

    Memory follows the roads, not the file: about 24 bytes a road node and 12 a node reference.

    Parameters
    ----------
    progress : called with (``"voies"`` or ``"points"``, how many so far).

    Raises
    ------
    UnreadableFile
        For an absent or empty file, a web page, another format, a file cut short or damaged,
        a history file, or an extract without any road.
    """
    _check_kind(path)
    tell = progress or (lambda _what, _count: None)
    try:
        dated, box = _header(path)
        way_id, lengths, refs, tags = _read_ways(path, tell)
        node_id, nodes = np.unique(refs, return_inverse=True)
        _refuse_odd(path, way_id, node_id)
        lon, lat = _read_nodes(path, node_id, tell)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise _damaged(path, error) from error
    indptr = np.zeros(len(way_id) + 1, np.int64)
    np.cumsum(lengths, out=indptr[1:])
    ways = RoadWays(
        node_id=node_id,
        lon=lon,
        lat=lat,
        way_id=way_id,
        indptr=indptr,
        nodes=nodes.astype(np.int32),
        tags=tags,
        dated=dated,
    )
    return RoadsReading(ways, dated, box, problems=tuple(_problems(path, ways)))


def _check_kind(path: Path) -> None:
    if not path.is_file():
        raise UnreadableFile(path.name, "fichier introuvable", _PBF, what_to_do(LANDING_PAGE))
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head[4:].startswith(_HEADER_MARK):
        return
    if b"<osm" in head[:512]:
        wrong = "c'est un extrait OpenStreetMap en XML"
    elif found_kind(head) == "binary":
        wrong = "ce n'est pas un fichier PBF d'OpenStreetMap (son en-tête manque)"
    else:
        wrong = wrong_kind(head, "zip") or wrong_kind(head, "gzip")
    raise UnreadableFile(path.name, wrong, _PBF, what_to_do(LANDING_PAGE))


def _file(path: Path) -> Any:
    return osmium.io.File(str(path), "pbf")


def _header(path: Path) -> tuple[str, tuple[float, float, float, float] | None]:
    reader = osmium.io.Reader(_file(path), osmium.osm.osm_entity_bits.NOTHING)
    try:
        header = reader.header()
        if header.has_multiple_object_versions:
            raise UnreadableFile(
                path.name,
                "c'est un historique, avec plusieurs versions de chaque voie",
                _PBF,
                what_to_do(LANDING_PAGE),
            )
        dated = header.get("osmosis_replication_timestamp") or ""
        corners = header.box()
        box = None
        if corners.valid():
            low, high = corners.bottom_left, corners.top_right
            box = (low.lon, low.lat, high.lon, high.lat)
        return dated, box
    finally:
        reader.close()


def _read_ways(
    path: Path, tell: Callable[[str, int], None]
) -> tuple[Any, list[int], Any, pd.DataFrame]:
    ids, refs = array("q"), array("q")
    lengths: list[int] = []
    values: list[dict[str, int]] = [{"": 0} for _ in WAY_TAGS]
    codes = [array("i") for _ in WAY_TAGS]
    stream: Any = osmium.FileProcessor(_file(path), osmium.osm.WAY)
    for way in stream.with_filter(osmium.filter.KeyFilter("highway")):
        ids.append(way.id)
        lengths.append(len(way.nodes))
        refs.extend(node.ref for node in way.nodes)
        tags = way.tags
        for name, known, column in zip(WAY_TAGS, values, codes, strict=True):
            value = tags.get(name, "")
            column.append(known.setdefault(value, len(known)))
        if len(ids) % _TELL_EVERY == 0:
            tell("voies", len(ids))
    if not ids:
        raise UnreadableFile(
            path.name,
            "l'extrait ne contient aucune voie (« highway »)",
            "un extrait qui couvre le territoire, routes comprises",
            what_to_do(LANDING_PAGE),
        )
    tell("voies", len(ids))
    frame = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(
                np.array(column, np.int32), categories=pd.Index(list(known))
            )
            for name, known, column in zip(WAY_TAGS, values, codes, strict=True)
        }
    )
    return np.array(ids, np.int64), lengths, np.array(refs, np.int64), frame


def _refuse_odd(path: Path, way_id: Any, node_id: Any) -> None:
    if len(node_id) and node_id[0] < 0:
        raise UnreadableFile(
            path.name,
            f"identifiant de point négatif ({node_id[0]}) : ces voies n'ont jamais été versées "
            "dans OpenStreetMap",
            _PBF,
            what_to_do(LANDING_PAGE),
        )
    ids, counts = np.unique(way_id, return_counts=True)
    if (counts > 1).any():
        shown = ", ".join(str(one) for one in ids[counts > 1][:5])
        raise UnreadableFile(
            path.name,
            f"{int((counts > 1).sum())} voies y sont deux fois ({shown})",
            _PBF,
            "fusionnez les extraits sans répéter les voies, ou donnez-les un par un",
        )


def _read_nodes(path: Path, node_id: Any, tell: Callable[[str, int], None]) -> tuple[Any, Any]:
    """Degrees of each node of ``node_id``; NaN for one that the extract lacks."""
    wanted = osmium.IdTracker()
    for one in node_id:
        wanted.add_node(int(one))
    found, lons, lats = array("q"), array("d"), array("d")
    stream: Any = osmium.FileProcessor(_file(path), osmium.osm.NODE)
    for node in stream.with_filter(wanted.id_filter()):
        place = node.location
        if place.valid():
            found.append(node.id)
            lons.append(place.lon_without_check())
            lats.append(place.lat_without_check())
        if len(found) % _TELL_EVERY == 0:
            tell("points", len(found))
    tell("points", len(found))
    lon, lat = np.full(len(node_id), np.nan), np.full(len(node_id), np.nan)
    position = np.searchsorted(node_id, np.array(found, np.int64))
    lon[position], lat[position] = np.array(lons), np.array(lats)
    return lon, lat


def _problems(path: Path, ways: RoadWays) -> list[Problem]:
    problems = []
    absent = int(np.isnan(ways.lon).sum())
    if absent:
        problems.append(
            Problem(
                "missing",
                SOURCE_ID,
                path.name,
                f"{absent} points de voies manquent dans l'extrait : les voies y sont coupées "
                "(bord de l'extrait)",
                column="node",
                expected="un extrait dont les voies sont complètes",
                count=absent,
            )
        )
    if not ways.dated:
        problems.append(
            Problem(
                "missing",
                SOURCE_ID,
                path.name,
                "le fichier ne dit pas de quand datent ses données",
                column="osmosis_replication_timestamp",
                expected="une date dans l'en-tête",
            )
        )
    return problems


def _damaged(path: Path, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        path.name,
        f"le fichier est coupé ou abîmé ({str(error).strip()[:80]})",
        _PBF,
        what_to_do(LANDING_PAGE),
    )
