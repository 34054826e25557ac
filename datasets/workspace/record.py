"""One thing that a team shares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Record:
    """A record as it is kept.

    Attributes
    ----------
    version : 1 when made, one more at each change.
    role : the function of who changed it last.
    created, changed : UTC, ``2026-01-15T09:30:00Z``.
    withdrawn : out of the lists, still in the base.
    """

    id: str
    kind: str
    territory: str
    name: str
    version: int
    role: str
    created: str
    changed: str
    withdrawn: bool
    body: Mapping[str, Any]

    @property
    def state(self) -> dict[str, Any]:
        """What the history keeps of it."""
        return {"name": self.name, "withdrawn": self.withdrawn, "body": self.body}


def as_json(content: Mapping[str, Any]) -> str:
    """The one way a content is written: equal contents are equal texts."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")
    )
