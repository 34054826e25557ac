"""The files that somebody brings to a build, besides the official ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OwnFiles:
    """Paths by kind.

    ``mediation``: intervention points, besides those of ``raw/mediation``. ``zoning``: lists of
    medical zones. ``fdep``: deprivation quintiles. ``practices``: added to the official ones.
    ``indicators``: figures of QPV that take the place of theirs. ``schemes``: local schemes (CLS,
    ASV, CLSM, CPTS…). ``keep_good``: keep the good lines of a file that has bad ones, which are
    listed as problems; else such a file stops the build.
    """

    mediation: Sequence[Path] = ()
    zoning: Sequence[Path] = ()
    fdep: Sequence[Path] = ()
    practices: Sequence[Path] = ()
    indicators: Sequence[Path] = ()
    schemes: Sequence[Path] = ()
    keep_good: bool = False


NO_FILES = OwnFiles()
