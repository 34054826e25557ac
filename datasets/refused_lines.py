"""The refused lines of brought files, written beside each of them to be mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from datasets.brought.examine import write_refused_beside
from datasets.brought.fdep import FORM as FDEP
from datasets.brought.fdep import check_fdep
from datasets.brought.indicators import FORM as INDICATORS
from datasets.brought.indicators import check_indicators
from datasets.brought.own_files import OwnFiles
from datasets.brought.practices import FORM as PRACTICES
from datasets.brought.practices import check_practices
from datasets.brought.schemes import FORM as SCHEMES
from datasets.brought.schemes import check_schemes
from datasets.brought.zoning import check_zoning
from datasets.brought.zoning_form import FORM as ZONING
from datasets.known_places import commune_codes, qpv_codes
from datasets.mediation import write_rejected_beside
from datasets.raw import RawFolder

Say = Callable[[str], None]
# Writes beside a file what is refused of it, and gives the path; None when nothing is.
_Write = Callable[[Path], Path | None]


def give_back_refused(raw: RawFolder, own: OwnFiles, say: Say) -> None:
    """Write the refused lines of each brought file beside it, and say where."""
    quarters = frozenset(qpv_codes(raw))
    communes, qpv = frozenset(commune_codes(raw)) or None, quarters or None
    kinds: tuple[tuple[str, Sequence[Path], _Write], ...] = (
        ("mediation", own.mediation, lambda path: write_rejected_beside(path, quarters, communes)),
        ("zonage", own.zoning,
         lambda path: write_refused_beside(path, ZONING, check_zoning(path, communes, quarters))),
        ("fdep", own.fdep,
         lambda path: write_refused_beside(path, FDEP, check_fdep(path, communes))),
        ("practices", own.practices,
         lambda path: write_refused_beside(path, PRACTICES, check_practices(path, communes))),
        ("indicators", own.indicators,
         lambda path: write_refused_beside(path, INDICATORS, check_indicators(path, qpv))),
        ("demarches", own.schemes,
         lambda path: write_refused_beside(path, SCHEMES, check_schemes(path, communes, qpv))),
    )  # fmt: skip
    for name, files, write in kinds:
        for file in files:
            _give_back(name, file, write, say)


def _give_back(name: str, file: Path, write: _Write, say: Say) -> None:
    try:
        out = write(file)
    except OSError:
        say(
            f"Les lignes refusées de {file.name} n'ont pas pu être écrites dans son dossier. "
            f"À faire : listez-les avec « qpv check {name} {file} »."
        )
        return
    if out is not None:
        say(f"Lignes refusées de {file.name}, à corriger : {out}")
