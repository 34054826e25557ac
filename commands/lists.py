"""``qpv template`` and ``qpv check`` for lists: zoning, deprivation, practices, figures of QPV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from commands.common import AsJson, DataDir, data_folder, tell
from commands.forms import Out, tell_problems, write_template
from geo.words import counted

if TYPE_CHECKING:
    from datasets.brought.examine import FormExamination
    from datasets.brought.form import Form


def register_templates(app: typer.Typer) -> None:
    app.command("zonage")(template_zoning)
    app.command("fdep")(template_fdep)
    app.command("practices")(template_practices)
    app.command("indicators")(template_indicators)
    app.command("demarches")(template_schemes)


def register_checks(app: typer.Typer) -> None:
    app.command("zonage")(check_zoning_file)
    app.command("fdep")(check_fdep_file)
    app.command("practices")(check_practices_file)
    app.command("indicators")(check_indicators_file)
    app.command("demarches")(check_schemes_file)


def template_zoning(out: Out = Path("modele-zonage.xlsx")) -> None:
    """Le modèle d'une liste de zonage médical (ZIP, ZAC)."""
    from datasets.brought.zoning_form import FORM

    _write(out, FORM, "--zoning")


def template_fdep(out: Out = Path("modele-fdep.xlsx")) -> None:
    """Le modèle des quintiles de désavantage social (FDep)."""
    from datasets.brought.fdep import FORM

    _write(out, FORM, "--fdep")


def template_practices(out: Out = Path("modele-lieux-de-soins.xlsx")) -> None:
    """Le modèle d'une liste de cabinets et de centres à ajouter."""
    from datasets.brought.practices import FORM

    _write(out, FORM, "--practices")


def template_indicators(out: Out = Path("modele-indicateurs.xlsx")) -> None:
    """Le modèle de chiffres de quartiers, à prendre à la place de ceux qui sont publiés."""
    from datasets.brought.indicators import FORM

    _write(out, FORM, "--indicators")


def template_schemes(out: Out = Path("modele-demarches.xlsx")) -> None:
    """Le modèle d'une liste de démarches territoriales (CLS, ASV, CLSM, CPTS…)."""
    from datasets.brought.schemes import FORM

    _write(out, FORM, "--schemes")


def check_schemes_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier une liste de démarches territoriales, ligne par ligne."""
    from datasets.brought.schemes import check_schemes
    from datasets.known_places import known_commune_codes, known_qpv_codes

    folder = data_folder(data)
    communes = known_commune_codes(folder)
    _tell_unchecked(communes)
    _told(check_schemes(file, communes, known_qpv_codes(folder)), as_json)


def check_practices_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier une liste de cabinets et de centres, ligne par ligne."""
    from datasets.brought.practices import check_practices
    from datasets.known_places import known_commune_codes

    communes = known_commune_codes(data_folder(data))
    _tell_unchecked(communes)
    _told(check_practices(file, communes), as_json)


def check_indicators_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier des chiffres de quartiers, ligne par ligne."""
    from datasets.brought.indicators import check_indicators
    from datasets.known_places import known_qpv_codes

    qpv = known_qpv_codes(data_folder(data))
    if qpv is None:
        tell("Aucune liste de QPV à disposition : l'existence des codes n'est pas vérifiée.")
    _told(check_indicators(file, qpv), as_json)


def check_zoning_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier une liste de zonage médical, ligne par ligne."""
    from datasets.brought.zoning import check_zoning
    from datasets.known_places import known_commune_codes, known_qpv_codes

    folder = data_folder(data)
    communes = known_commune_codes(folder)
    _tell_unchecked(communes)
    _told(check_zoning(file, communes, known_qpv_codes(folder)), as_json)


def check_fdep_file(file: Path, as_json: AsJson = False, data: DataDir = None) -> None:
    """Vérifier un fichier de quintiles FDep, ligne par ligne."""
    from datasets.brought.fdep import check_fdep
    from datasets.known_places import known_commune_codes

    communes = known_commune_codes(data_folder(data))
    _tell_unchecked(communes)
    _told(check_fdep(file, communes), as_json)


def _write(out: Path, form: Form, option: str) -> None:
    write_template(
        out, form, f"qpv check {form.name} {out}, puis qpv build TERRITOIRE {option} {out}"
    )


def _tell_unchecked(communes: frozenset[str] | None) -> None:
    if communes is None:
        tell("Aucune liste de communes à disposition : l'existence des codes n'est pas vérifiée.")


def _told(examination: FormExamination, as_json: bool) -> None:
    tell_problems(examination.problems, as_json)
    if examination.refused:
        refused = {(problem.file, problem.line) for problem in examination.refused}
        tell(
            f"{counted(len(refused), 'ligne')} à corriger. « qpv build --keep-good » garderait les "
            "autres."
        )
        raise typer.Exit(1)
    tell(
        f"Aucun problème bloquant : {counted(len(examination.lines), 'ligne')} utilisable"
        f"{'s' if len(examination.lines) > 1 else ''}."
    )
