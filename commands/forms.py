"""What ``qpv template`` and ``qpv check`` say alike of every form that people fill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import tell
from geo.words import counted

if TYPE_CHECKING:
    from datasets.brought.examine import FormExamination
    from datasets.brought.form import Form
    from datasets.reading import Problem

Out = Annotated[Path, typer.Option("--out", help="Fichier .csv ou .xlsx à écrire.")]


def write_template(out: Path, form: Form, then: str) -> None:
    """Write an empty ``form``, and say the command that comes ``then``, once it is filled."""
    from datasets.brought.template import write_form

    write_form(out, form)
    tell(f"Modèle écrit : {out}. Une fois rempli : {then}")


def tell_problems(problems: tuple[Problem, ...], as_json: bool) -> None:
    """Each problem on a line; with ``as_json``, all of them as records on the standard output."""
    from datasets.brought.examine import described
    from datasets.reading import problems_frame

    if as_json:
        records = problems_frame(problems).to_dict(orient="records")
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1))
    for problem in problems:
        heading = "À corriger" if problem.kind == "rejected" else "À savoir"
        tell(f"  {heading} — {described(problem)}")


def tell_examined(examination: FormExamination, as_json: bool, one: str, many: str) -> None:
    """The problems, then how many lines are good (``one``, ``many``); code 1 where any is bad."""
    tell_problems(examination.problems, as_json)
    good = counted(len(examination.lines), one, many)
    if examination.refused:
        tell(f"{counted(len(examination.refused), 'problème')} à corriger ; {good}.")
        raise typer.Exit(1)
    tell(f"Aucun problème bloquant : {good}.")
