"""The streets around each quarter, beside the tables of a built territory: one file per QPV.

Each is a graph as ``datasets.roads`` keeps them, read when a round asks for it, checked against
the sha256 of the manifest, and not held: a territory has hundreds. A build made before streets
were kept has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets.files import sha256_of
from datasets.roads import load_graph, save_graph
from datasets.travel_store import DamagedBuild, damaged
from geo.errors import BadInput
from geo.roads.graph import RoadGraph

_CODE = re.compile(r"[A-Z0-9]{4,12}")


def write_streets(streets: Mapping[str, RoadGraph], folder: Path) -> dict[str, Any]:
    """Write each graph into ``folder``; returns what the manifest says of them, by code.

    Raises
    ------
    BadInput
        For a code that could not name a file.
    """
    entries = {}
    for code, graph in sorted(streets.items()):
        if not _CODE.fullmatch(code):
            raise BadInput(f"Rues autour de « {code} » : attendu un code de quartier.")
        path = folder / f"streets-{code}.npz"
        save_graph(graph, path, compressed=True)
        entries[code] = {
            "file": path.name,
            "sha256": sha256_of(path),
            "crs": graph.crs,
            "nodes": graph.shape[0],
            "dated": graph.dated,
            "source": graph.source,
        }
    return entries


@dataclass(frozen=True, eq=False)
class StoredStreets(Mapping[str, RoadGraph]):
    """The kept streets of one build, each read anew when asked for.

    Raises ``DamagedBuild`` when a file is absent, or is not the one that ``entries`` describe.
    """

    folder: Path
    entries: Mapping[str, Mapping[str, Any]]
    slug: str

    def __getitem__(self, code: str) -> RoadGraph:
        entry = self.entries[code]
        path = self.folder / entry["file"]
        try:
            whole = sha256_of(path) == entry["sha256"]
        except OSError as error:
            raise DamagedBuild(damaged(self.slug, path.name)) from error
        graph = load_graph(path) if whole else None
        if graph is None:
            raise DamagedBuild(damaged(self.slug, path.name))
        return graph

    def state(self, code: str) -> str:
        """What changes when the file of a quarter does; "" without one. Nothing is read."""
        if code not in self.entries:
            return ""
        try:
            told = (self.folder / self.entries[code]["file"]).stat()
        except OSError:
            return "absent"
        return f"{told.st_mtime_ns}, {told.st_size}"

    def __contains__(self, code: object) -> bool:
        return code in self.entries  # without reading the file

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)
