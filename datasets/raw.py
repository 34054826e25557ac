"""The raw folder: official files as they were downloaded, one folder per source id.

The same layout serves ``qpv fetch`` (which fills ``<data>/raw``), an offline mirror given by
``--from DIR`` and the demo. Beside a fetched file ``F``, ``F.provenance.json`` tells where and
when it came from; a file brought by hand has none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from datasets.files import sha256_of
from geo.errors import BadInput

PROVENANCE_SUFFIX = ".provenance.json"
PARTIAL_SUFFIX = ".part"
# Where the demo writes its files, which are those of nobody.
DEMO_FOLDER = "demo-raw"


@dataclass(frozen=True)
class RawFile:
    """One file of the raw folder and what is known of its origin."""

    source_id: str
    path: Path

    @cached_property
    def sha256(self) -> str:
        return sha256_of(self.path)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        beside = self.path.with_name(self.path.name + PROVENANCE_SUFFIX)
        if not beside.is_file():
            return {}
        try:
            content = json.loads(beside.read_text(encoding="utf-8"))
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


@dataclass(frozen=True)
class RawFolder:
    """A folder of official files, one sub-folder per source id."""

    root: Path

    def __post_init__(self) -> None:
        if not self.root.is_dir():
            raise BadInput(
                f"Le dossier de fichiers officiels {self.root} n'existe pas. "
                "À faire : lancez « qpv fetch TERRITOIRE », ou donnez un dossier avec --from."
            )

    def files(self, source_id: str, *patterns: str) -> list[RawFile]:
        """Files of one source matching any glob (default all), by name; never provenance files."""
        folder = self.root / source_id
        if not folder.is_dir():
            return []
        found = {path for pattern in (patterns or ("*",)) for path in folder.glob(pattern)}
        return [
            RawFile(source_id, path)
            for path in sorted(found)
            if path.is_file()
            and not path.name.endswith((PROVENANCE_SUFFIX, PARTIAL_SUFFIX))
            and not path.name.startswith(".")
        ]
