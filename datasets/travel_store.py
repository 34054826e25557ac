"""Travel times beside the tables of a built territory: one Parquet file per mode, read when used.

A matrix may weigh as much as all the tables together, and few readers need every one: each is
read, and checked against the sha256 of the manifest, when it is first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from datasets.files import flush, sha256_of
from geo.errors import BadInput, QpvError
from geo.times.matrix import TravelTimes

_KEY = re.compile(r"[a-z-]+(:[a-z_]+)?")


class DamagedBuild(QpvError, OSError):
    """A built file is missing, or is not the one its manifest describes."""


def write_travel(travel: Mapping[str, TravelTimes], folder: Path) -> dict[str, Any]:
    """Write each matrix into ``folder``; returns what the manifest says of them, by key.

    Raises
    ------
    BadInput
        For a matrix or a key that breaks its own rules; nothing says then that it was written.
    """
    entries = {}
    for key, times in sorted(travel.items()):
        if not _KEY.fullmatch(key):
            raise BadInput(f"Temps de trajet « {key} » : attendu mode ou mode:profession.")
        path = folder / f"travel-{key.replace(':', '-')}.parquet"
        pq.write_table(times.validate().to_arrow(), path, compression="zstd")
        flush(path)
        entries[key] = {
            "file": path.name,
            "sha256": sha256_of(path),
            "mode": times.mode,
            "max_min": times.max_min,
            "demand": times.shape[0],
            "supply": times.shape[1],
            "pairs": times.nnz,
            "provenance": times.provenance,
        }
    return entries


@dataclass(frozen=True, eq=False)
class StoredTravel(Mapping[str, TravelTimes]):
    """The travel times of one build, each read at its first use and kept.

    Raises ``DamagedBuild`` (with the message ``damaged`` makes of a file name) when a file is
    absent, or is not the one that ``entries`` describe.
    """

    folder: Path
    entries: Mapping[str, Mapping[str, Any]]
    slug: str
    _read: dict[str, TravelTimes] = field(default_factory=dict, repr=False)

    def __getitem__(self, key: str) -> TravelTimes:
        if key not in self._read:
            self._read[key] = self._from_disk(self.entries[key])
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def _from_disk(self, entry: Mapping[str, Any]) -> TravelTimes:
        path = self.folder / entry["file"]
        try:
            if sha256_of(path) != entry["sha256"]:
                raise DamagedBuild(damaged(self.slug, path.name))
            return TravelTimes.from_arrow(pq.read_table(path))
        except (FileNotFoundError, pa.ArrowInvalid, BadInput) as error:
            raise DamagedBuild(damaged(self.slug, path.name)) from error


def damaged(slug: str, file: str) -> str:
    """What a person is told of a built file that is not what it was."""
    return (
        f"Le territoire construit « {slug} » est abîmé ({file} absent ou modifié). "
        f"À faire : reconstruisez-le avec qpv build {slug.replace('-', ':', 1)}."
    )
