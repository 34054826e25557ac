"""A JSON list of objects, read as a table of texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from datasets.readers.geojson import read_json
from datasets.reading import Problem, UnreadableFile
from geo.words import counted, plural

_EXPECTED = "une liste JSON d'objets : [{…}, {…}]"


def read_records(
    path: Path,
    *,
    source_id: str,
    required: Sequence[str],
    optional: Sequence[str] = (),
    landing_page: str,
) -> tuple[pd.DataFrame, list[Problem]]:
    """The wanted keys of each object, as text (``""`` for null), and ``line`` = 0.

    Raises
    ------
    UnreadableFile
        When the file is no JSON, is cut short, or when no object has a mandatory key.
    """
    rows = read_json(path)
    problems: list[Problem] = []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFile(
            path.name,
            "ce n'est pas une liste d'objets",
            _EXPECTED,
            f"vérifiez que c'est le bon fichier ({landing_page})",
        )
    found: dict[str, None] = dict.fromkeys(key for row in rows for key in row)
    lacking = [key for key in required if key not in found]
    if lacking:
        raise UnreadableFile(
            path.name,
            f"{plural(len(lacking), 'champ obligatoire absent', 'champs obligatoires absents')} "
            f": {', '.join(lacking)} ; champs trouvés : "
            f"{', '.join(found) or 'aucun'}",
            f"des objets avec {', '.join(required)}",
            f"vérifiez que c'est le bon fichier, de la bonne édition ({landing_page})",
        )
    wanted = [*required, *(key for key in optional if key in found)]
    frame = pd.DataFrame(
        [[_text(row.get(key)) for key in wanted] for row in rows], columns=wanted, dtype="str"
    )
    frame["line"] = 0
    extra = [key for key in found if key not in wanted]
    if extra:
        problems.append(
            Problem(
                "extra",
                source_id,
                path.name,
                f"{counted(len(extra), 'champ non utilisé', 'champs non utilisés')}, "
                f"{plural(len(extra), 'laissé')} de côté : "
                f"{', '.join(extra[:6])}{'…' if len(extra) > 6 else ''}.",
                count=len(extra),
            )
        )
    return frame, problems


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else str(value)
