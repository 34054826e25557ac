"""``qpv template`` and ``qpv check``: the file of intervention points that a user brings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from commands.common import AsJson, DataDir, data_folder, tell
from geo.words import counted


def register(app: typer.Typer) -> None:
    template = typer.Typer(help="Écrire un fichier modèle à remplir.", no_args_is_help=True)
    check = typer.Typer(help="Vérifier un fichier avant de l'utiliser.", no_args_is_help=True)
    template.command("mediation")(template_mediation)
    check.command("mediation")(check_mediation_file)
    app.add_typer(template, name="template")
    app.add_typer(check, name="check")


def template_mediation(
    out: Annotated[Path, typer.Option("--out", help="Fichier .csv ou .xlsx à écrire.")] = Path(
        "modele-mediation.xlsx"
    ),
) -> None:
    """Le modèle des points de médiation, à remplir puis à vérifier."""
    from datasets.mediation import write_template

    write_template(out)
    tell(f"Modèle écrit : {out}. Une fois rempli : qpv check mediation {out}")


def check_mediation_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier un fichier de points de médiation, ligne par ligne."""
    from datasets.mediation import (
        check_mediation,
        describe,
        read_mediation,
        summary,
        with_commune_codes,
    )
    from datasets.prepare import known_communes, known_qpv_codes
    from datasets.reading import problems_frame

    folder = data_folder(data)
    known = known_qpv_codes(folder)
    if known is None:
        tell("Aucune liste de QPV à disposition : l'existence des codes n'est pas vérifiée.")
    problems = check_mediation(file, known)
    if any(problem.column == "commune" for problem in problems):
        problems = with_commune_codes(problems, known_communes(folder))
    if as_json:
        records = problems_frame(problems).to_dict(orient="records")
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1))
    if problems:
        tell(f"{file.name} :")
    for problem in problems:
        heading = "À corriger" if problem.kind == "rejected" else "À savoir"
        tell(f"  {heading} — {describe(problem)}")
    refused = {problem.line for problem in problems if problem.kind == "rejected"}
    if refused:
        tell(
            f"{counted(len(refused), 'ligne')} à corriger. « qpv build --keep-good » garderait les "
            "autres lignes, et écrirait celles-ci dans un fichier à part."
        )
        raise typer.Exit(1)
    tell(f"Aucun problème bloquant : {summary(read_mediation(file, known))}.")
