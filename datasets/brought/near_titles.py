"""The column that an unknown title may stand for."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from datasets.readers.tabular import normalise_label

# Of a title, words that begin the name of a column by chance.
_SMALL_WORDS = frozenset(("a", "au", "aux", "code", "d", "de", "des", "du", "en", "et")).union(
    ("l", "la", "le", "les", "n", "nb", "par", "un", "une")
)


def meant(title: str, lacking: Collection[str]) -> str:
    """`` Vouliez-vous dire « identifiant » ?`` for ``id``; "" when no column is near.

    ``lacking``: the columns of the form that the file does not have. Near is a close spelling, or a
    word that a column's word begins with (``code_qp``: ``qpv_desservis``).
    """
    close = difflib.get_close_matches(title.lower(), lacking, n=1)
    words = [word for word in normalise_label(title).split() if word not in _SMALL_WORDS]
    close += [
        name
        for name in lacking
        if any(part.startswith(word) for part in name.split("_") for word in words)
    ]
    return f" Vouliez-vous dire « {close[0]} » ?" if close else ""
