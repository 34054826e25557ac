"""From OpenStreetMap extracts to road graphs, read once and kept for the next territory.

Reading a region takes a minute and building its graph another: graphs are kept in a folder under
the sha256 of the extracts, of the rules and of the box, so that another profession, another
mediation point or the same territory again reads none of it. A graph kept that cannot be read is
made again.
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from datasets.files import opened_atomically
from datasets.progress import SILENT, Counting, Tell
from datasets.raw import RawFile
from datasets.readers.roads import read_roads
from geo.errors import BadInput
from geo.roads.graph import Arcs, Pieces, RoadGraph, build_graph
from geo.roads.report import MODE_FR, RoadReport
from geo.roads.rules import CAR_RULES, WALK_RULES, Mode, RoadRules
from geo.roads.ways import Box, RoadWays, cropped, merged

GRAPH_FORMAT = 1  # to be raised when graphs come to be made or kept otherwise
MODES: tuple[Mode, ...] = ("car", "walk")
RULES: Mapping[Mode, RoadRules] = {"car": CAR_RULES, "walk": WALK_RULES}
# [assumption, editable] Smaller parts of the network, apart from the rest, are car parks and
# courtyards rather than islands.
MIN_PART_NODES = 1000
_BOX_STEP_DEG = 0.5  # boxes are widened to this step: near territories share a graph
_KEPT_GRAPHS = 6
_WORDS = ("mode", "crs", "dated", "source", "within")
_NESTED: Mapping[str, type[Arcs] | type[Pieces]] = {"arcs": Arcs, "pieces": Pieces}


@dataclass(frozen=True)
class RoadFiles:
    """Some extracts taken as one network. ``cache_dir``: where graphs are kept, when any is."""

    files: tuple[RawFile, ...]
    cache_dir: Path | None = None
    say: Callable[[str], None] = lambda message: None
    counting: Counting = SILENT
    _ways: list[RoadWays] = field(default_factory=list, repr=False)

    def graph(self, mode: Mode, crs: str, box: Box) -> RoadGraph:
        """The network of one mode around ``box`` (degrees), in metres of ``crs``.

        Raises
        ------
        UnreadableFile
            As ``datasets.readers.roads.read_roads``.
        BadInput
            When no road of the extracts is open to the mode around there.
        """
        wide = widened(box)
        kept = self._kept_path(mode, crs, wide)
        if kept is not None and (found := load_graph(kept)) is not None:
            self.say(f"Réseau routier {MODE_FR[mode]} : repris de {kept.name}")
            return found
        ways = cropped(self._all_ways(), wide)
        if not len(ways.way_id):
            names = ", ".join(file.path.name for file in self.files)
            raise BadInput(
                f"Aucune route de {names} autour des lieux demandés "
                f"(longitudes {box[0]:.2f} à {box[2]:.2f}, latitudes {box[1]:.2f} à "
                f"{box[3]:.2f}). À faire : prenez l'extrait qui couvre ce territoire."
            )
        self.say(f"Réseau routier {MODE_FR[mode]} : construction du graphe")
        graph = build_graph(ways, RULES[mode], crs=crs, min_part_nodes=MIN_PART_NODES)
        if kept is not None:
            save_graph(graph, kept)
            _forget_old(kept.parent)
        return graph

    def _all_ways(self) -> RoadWays:
        if not self._ways:
            parts = []
            for file in self.files:
                self.say(f"Lecture des routes de {file.path.name}")
                with self.counting(file.path.name) as tell:
                    parts.append(read_roads(file.path, progress=_without_total(tell)).ways)
            self._ways.append(merged(parts))
        return self._ways[0]

    def _kept_path(self, mode: Mode, crs: str, wide: Box) -> Path | None:
        if self.cache_dir is None:
            return None
        hashes = [file.sha256 for file in self.files]
        said = json.dumps(
            [GRAPH_FORMAT, hashes, _plain(RULES[mode]), MIN_PART_NODES, crs, wide],
            sort_keys=True,
        )
        return self.cache_dir / f"{mode}-{hashlib.sha256(said.encode()).hexdigest()[:24]}.npz"


def _without_total(tell: Tell) -> Callable[[str, int], None]:
    return lambda what, count: tell(what, count, None)


def widened(box: Box) -> Box:
    """The box with its sides moved outwards to the next half degree."""
    west, south, east, north = (side / _BOX_STEP_DEG for side in box)
    low, high = (math.floor(west), math.floor(south)), (math.ceil(east), math.ceil(north))
    sides = [side * _BOX_STEP_DEG for side in (*low, *high)]
    return sides[0], sides[1], sides[2], sides[3]


def box_around(lon: Sequence[float] | Any, lat: Sequence[float] | Any, margin_m: float) -> Box:
    """The box of some positions (degrees, NaN left out), so many metres wider on each side."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    west, east = np.nanmin(lon), np.nanmax(lon)
    south, north = np.nanmin(lat), np.nanmax(lat)
    up = margin_m / 111_000
    across = up / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.01)
    return float(west - across), float(south - up), float(east + across), float(north + up)


def save_graph(graph: RoadGraph, path: Path, *, compressed: bool = False) -> None:
    """Write a graph so that it is either whole or not there; the same graph, the same bytes."""
    arrays = _arrays(graph)
    words: dict[str, Any] = {}
    for name in _WORDS:
        words[name] = getattr(graph, name)
    words["report"] = asdict(graph.report)
    about = np.frombuffer(json.dumps(words).encode(), np.uint8)
    with opened_atomically(path) as stream:
        (np.savez_compressed if compressed else np.savez)(stream, about=about, **arrays)


def load_graph(path: Path) -> RoadGraph | None:
    """A graph that was kept; ``None`` when there is none, or when its file is damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            words = json.loads(stored["about"].tobytes())
            nested: dict[str, Any] = {
                name: kind(**{part.name: stored[f"{name}.{part.name}"] for part in fields(kind)})
                for name, kind in _NESTED.items()
            }
            plain: dict[str, Any] = {name: stored[name] for name in _plain_arrays()}
        words["report"] = RoadReport(**words["report"])
        words["within"] = words.get("within") and tuple(words["within"])
        return RoadGraph(**words, **nested, **plain)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error):
        return None


def _plain_arrays() -> list[str]:
    others = {*_WORDS, *_NESTED, "report"}
    return [part.name for part in fields(RoadGraph) if part.name not in others]


def _arrays(graph: RoadGraph) -> dict[str, Any]:
    found = {name: getattr(graph, name) for name in _plain_arrays()}
    for name, kind in _NESTED.items():
        held = getattr(graph, name)
        found |= {f"{name}.{part.name}": getattr(held, part.name) for part in fields(kind)}
    return found


def _plain(rules: RoadRules) -> dict[str, Any]:
    """Rules as JSON holds them: sets in order, mappings as they are."""
    found = {part.name: getattr(rules, part.name) for part in fields(rules)}
    for name, value in found.items():
        if isinstance(value, frozenset):
            found[name] = sorted(value)
        elif isinstance(value, Mapping):
            found[name] = dict(value)
    return found


def _forget_old(folder: Path) -> None:
    graphs = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in graphs[_KEPT_GRAPHS:]:
        path.unlink(missing_ok=True)
