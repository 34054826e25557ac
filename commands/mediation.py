"""``qpv template`` and ``qpv check``: the file of intervention points that a user brings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from commands.common import AsJson, DataDir, data_folder, tell


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
    from datasets.mediation import check_mediation
    from datasets.prepare import known_qpv_codes
    from datasets.reading import problems_frame

    known = known_qpv_codes(data_folder(data))
    if known is None:
        tell("Aucune liste de QPV à disposition : l'existence des codes n'est pas vérifiée.")
    problems = problems_frame(check_mediation(file, known))
    if as_json:
        typer.echo(json.dumps(problems.to_dict(orient="records"), ensure_ascii=False, indent=1))
    for row in problems.itertuples():
        tell(f"{row.file}, ligne {row.line}, colonne « {row.column} » : {row.message}")
    if (problems["kind"] == "rejected").any():
        raise typer.Exit(1)
    tell("Aucun problème bloquant.")
