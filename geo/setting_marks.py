"""Where a setting comes from: the marks of the method notes, the facts kept beside a default."""

from __future__ import annotations

from dataclasses import field
from typing import Any

MARKS = ("official", "published", "computed", "secondary", "assumption")
MARK_LABELS_FR = {
    "official": "officiel",
    "published": "publié",
    "computed": "calculé",
    "secondary": "source secondaire, à vérifier",
    "assumption": "hypothèse, modifiable",
}


def parameter(default: Any, unit: str, label_fr: str, source: str, mark: str) -> Any:
    """A dataclass field that carries its unit, its French label, its source and its mark."""
    facts = {"unit": unit, "label_fr": label_fr, "source": source, "mark": mark}
    return field(default=default, metadata=facts)
