"""What nobody may bring in: each fault has a named error that lists the first offenders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.errors import BadInput
from geo.words import counted

SHOWN = 5


class DuplicateIds(BadInput):
    """An identifier stands for two places."""


class UnknownIds(BadInput):
    """A table of times names places that are in neither list."""


class BadMinutes(BadInput):
    """A travel time is negative, infinite or not a number."""


class DuplicatePairs(BadInput):
    """One demand place and one supply site have two times."""


class BadCounts(BadInput):
    """A population or a capacity is negative, infinite or not a number."""


class EmptySupply(BadInput):
    """There is no supply site at all: a source is absent, which is not an access of zero."""


class TooShort(BadInput):
    """Times were built up to fewer minutes than the question asks."""


def offenders(first: Iterable[Any], total: int) -> str:
    """The first offenders in words, with how many there are when not all are shown."""
    shown = [str(one) for one in list(first)[:SHOWN]]
    rest = total - len(shown)
    return ", ".join(shown) + (f" … et {rest} de plus" if rest > 0 else "")


def require_unique(ids: npt.NDArray[Any], what: str) -> None:
    """Refuse an identifier met twice.

    Raises
    ------
    DuplicateIds
    """
    values, times = np.unique(ids.astype(str), return_counts=True)
    twice = values[times > 1]
    if len(twice):
        raise DuplicateIds(
            f"{what} : {counted(len(twice), 'identifiant')} en double : "
            f"{offenders(twice, len(twice))}. Chaque identifiant doit n'apparaître qu'une fois."
        )


def require_counts(values: npt.ArrayLike, ids: npt.NDArray[Any], what: str) -> npt.NDArray[Any]:
    """``values`` as float64, one per id, all finite and not negative.

    Raises
    ------
    BadCounts
        Listing the first offenders; an unknown count has to be set apart by the caller, who alone
        can say so.
    """
    counts = np.asarray(values, dtype=np.float64)
    if counts.shape != (len(ids),):
        raise BadCounts(f"{what} : {len(ids)} valeurs attendues, {counts.size} reçues.")
    # NaN spreads to both extremes.
    if not (counts.min(initial=0) >= 0 and counts.max(initial=0) < np.inf):
        wrong = np.flatnonzero(~(np.isfinite(counts) & (counts >= 0)))
        shown = [f"{ids[row]} ({counts[row]:g})" for row in wrong[:SHOWN]]
        raise BadCounts(
            f"{what} : {counted(len(wrong), 'valeur')} négative(s) ou illisible(s) : "
            f"{offenders(shown, len(wrong))}. Attendu : un nombre positif ou nul."
        )
    return counts
