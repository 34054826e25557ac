"""``qpv template`` and ``qpv check``: the file of intervention points that a user brings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, DataDir, data_folder, tell
from geo.errors import BadInput
from geo.words import counted

if TYPE_CHECKING:
    from datasets.mediation.known import Codes


def register_templates(app: typer.Typer) -> None:
    app.command("mediation")(template_mediation)


def register_checks(app: typer.Typer) -> None:
    app.command("mediation")(check_mediation_file)


def template_mediation(
    out: Annotated[Path, typer.Option("--out", help="Fichier .csv ou .xlsx à écrire.")] = Path(
        "modele-mediation.xlsx"
    ),
) -> None:
    """Le modèle des points de médiation, à remplir puis à vérifier."""
    from datasets.mediation import write_template

    write_template(out)
    tell(f"Modèle écrit : {out}. Une fois rempli : qpv check mediation {out}")


def check_mediation_file(
    file: Path,
    keep_good: Annotated[
        Path | None,
        typer.Option("--keep-good", help="Écrire les bonnes lignes dans ce fichier .csv."),
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", help="Écrire les lignes refusées, avec leurs motifs (.csv)."),
    ] = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Vérifier un fichier de points de médiation, ligne par ligne.

    Rien n'est gardé d'un fichier fautif sans --keep-good : les bonnes lignes seules sont alors
    écrites à part, et le fichier n'est plus tenu pour complet.
    """
    from datasets.known_places import known_communes
    from datasets.mediation import (
        check_mediation,
        describe,
        read_mediation,
        summary,
        with_commune_codes,
    )
    from datasets.reading import problems_frame

    _refuse_same_files(file, keep_good, rejected)
    folder = data_folder(data)
    known, communes = known_lists(folder)
    problems = check_mediation(file, known, communes)
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
    if keep_good or rejected:
        _sort_out(file, keep_good, rejected, (known, communes))
    if refused and not keep_good:
        tell(
            f"{counted(len(refused), 'ligne')} à corriger. « qpv check mediation {file.name} "
            "--keep-good BONNES.csv --rejected REFUSEES.csv » écrit les bonnes lignes et les "
            "autres dans deux fichiers ; « qpv build --keep-good » le fait en construisant."
        )
        raise typer.Exit(1)
    if not refused:
        read = read_mediation(file, known, known_communes=communes)
        tell(f"Aucun problème bloquant : {summary(read)}.")


def known_lists(folder: Path) -> tuple[Codes | None, Codes | None]:
    """The QPV and the communes that exist: national lists, else those of what is built."""
    from datasets.built_codes import built_codes
    from datasets.known_places import known_commune_codes, known_quarters

    known: Codes | None = known_quarters(folder)
    communes: Codes | None = known_commune_codes(folder)
    built = built_codes(folder) if known is None or communes is None else None
    for what, national in (("QPV", known), ("communes", communes)):
        if national is not None:
            continue
        if built is None:
            tell(
                f"Aucune liste de {what} à disposition : l'existence des codes n'est pas vérifiée."
            )
        else:
            where = ", ".join(sorted(built.qpv.departements or ()))
            tell(
                f"Liste nationale de {what} absente : codes vérifiés d'après les territoires "
                f"construits (départements {where}) ; ailleurs, seule leur forme l'est."
            )
    if built is None:
        return known, communes
    return built.qpv if known is None else known, built.communes if communes is None else communes


def _refuse_same_files(file: Path, *outputs: Path | None) -> None:
    """A file that is read, or another output, is never written over."""
    named = [file.resolve(), *(out.resolve() for out in outputs if out)]
    if len(set(named)) < len(named):
        raise BadInput(
            "Un même fichier est donné deux fois. À faire : donnez un nom différent à --keep-good, "
            "à --rejected et au fichier vérifié."
        )


def _sort_out(
    file: Path,
    keep_good: Path | None,
    rejected: Path | None,
    known: tuple[Codes | None, Codes | None],
) -> None:
    from datasets.mediation import write_good, write_rejected

    if keep_good:
        count = write_good(file, keep_good, *known)
        if not count:
            raise BadInput(f"Aucune bonne ligne dans {file.name} : rien n'a été écrit.")
        tell(f"{counted(count, 'bonne ligne', 'bonnes lignes')} : {keep_good}")
    if rejected:
        count = write_rejected(file, rejected, *known)
        tell(f"{counted(count, 'ligne refusée', 'lignes refusées')} : {rejected}")
