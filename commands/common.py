"""What the commands share: how they speak, and the options that several of them take."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

    from geo import Parameters

TerritoryName = Annotated[
    str, typer.Argument(help="demo, france, dep:42, region:84, epci:244200770, commune:42218")
]
DataDir = Annotated[
    Path | None,
    typer.Option("--data", help="Dossier des territoires construits (défaut : dossier personnel)."),
]
FromDir = Annotated[
    Path | None,
    typer.Option("--from", help="Dossier de fichiers officiels à lire, sans réseau."),
]
Assume = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        help="Une hypothèse changée, par exemple people_per_fte=136 ou need_rate_per_year=3% ; "
        "autant de fois que besoin. Un mot inconnu liste celles qui existent.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON seul sur la sortie standard.")]


def tell(message: str) -> None:
    """A sentence for the person on standard error, never mixed with results."""
    typer.echo(message, err=True)


def called(territory: str, communes: pd.DataFrame | None = None) -> str:
    """A territory as titles call it: its name, then what is typed to ask for it."""
    from geo.figures import territory_heading

    return territory_heading(territory, communes)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for cycles of objects: a seventh of the time over many coordinates.

    For a command that reads, answers and ends; what is counted is freed all the same.
    """
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


def settings(assume: list[str] | None, *, silent: bool = False) -> Parameters:
    """The settings of an analysis with the assumptions changed, which are told unless ``silent``.

    ``silent`` is for the commands that tell the notes of the analysis: they say so too.
    """
    from geo.assumptions import assumed, changes_sentence

    found = assumed(assume or ())
    changed = changes_sentence(found)
    if changed and not silent:
        tell(changed)
    return found


def data_folder(chosen: Path | None) -> Path:
    """The folder of built territories: the one asked for, else the person's own."""
    from datasets.store import default_data_dir

    return chosen or default_data_dir()


def refuse_overwriting(out: Path, inputs: list[Path]) -> None:
    """Refuse an output that is one of the inputs, or a folder."""
    for path in inputs:
        if out.resolve() == path.resolve():
            raise BadInput(f"--out {out} écraserait un tableau lu. Choisissez un autre nom.")
    if out.is_dir():
        raise BadInput(f"--out {out} est un dossier : attendu un nom de fichier CSV.")
