"""``qpv validate apl``: our commune figures beside the official ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, DataDir, FromDir, TerritoryName, called, data_folder, tell
from commands.tables import PlainTable, say
from geo.territory import parse_territory
from geo.words import counted, number, percent

if TYPE_CHECKING:
    from geo.schema import Layers
    from geo.validation.judge import Validation

_WIDTH_WHEN_PIPED = 120


def register(app: typer.Typer) -> None:
    """Add ``validate`` to the commands of ``app``."""
    validate = typer.Typer(
        help="Confronter nos chiffres à des chiffres officiels.", no_args_is_help=True
    )
    # A lone command would otherwise take the place of its group.
    validate.callback()(lambda: None)
    validate.command("apl")(apl)
    app.add_typer(validate, name="validate")


def apl(
    territory: TerritoryName,
    from_dir: FromDir = None,
    data: DataDir = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", help="Nuage de points à écrire (SVG).")
    ] = None,
    as_json: AsJson = False,
    fit: Annotated[
        bool,
        typer.Option(
            "--fit",
            help="Ajuster les modèles sur les départements non jugés, groupe par groupe "
            "(une minute pour une région).",
        ),
    ] = False,
) -> None:
    """Nos chiffres par commune face à l'APL officiel : accord, écarts, raisons."""
    from datasets.files import write_atomically
    from geo.validation.chart import validation_svg
    from geo.validation.judge import validate_apl

    layers = _layers(territory, from_dir, data)
    tell("Comparaison à l'APL officiel, modèle par modèle")
    found = validate_apl(layers, fit=fit)
    if chart:
        write_atomically(chart, validation_svg(found).encode())
        tell(f"Graphique écrit : {chart}")
    for note in found.notes:
        tell(note)
    if as_json:
        typer.echo(json.dumps(found.as_record(), ensure_ascii=False, indent=1, allow_nan=False))
        return
    _show(found)


def _layers(territory: str, from_dir: Path | None, data: Path | None) -> Layers:
    wanted = parse_territory(territory)
    if from_dir is None:
        from datasets.store import load

        return load(wanted.slug, data_folder(data))
    from datasets.layers import read_layers
    from datasets.raw import RawFolder

    layers, _ = read_layers(wanted, RawFolder(from_dir), say=tell)
    return layers


def _show(found: Validation) -> None:
    from geo.validation.apl_comparison import POINT_WORDS
    from geo.validation.judge import THRESHOLD

    fiction = " — données fictives" if found.fictional else ""
    table = PlainTable(
        f"{called(found.territory)}{fiction} : indicateur de type APL (calcul du projet) face à "
        f"l'APL {found.official_vintage}, offre {found.supply_vintage}",
        (
            "Modèle",
            "Points",
            "Communes",
            "r pondéré",
            "Spearman",
            "Rapport des moyennes",
            "Écart médian",
            f"Même côté de {number(THRESHOLD, 1)}",
            "… en habitants",
        ),
    )
    for rung in found.rungs:
        measured = rung.agreement
        table.add_row(
            rung.name,
            POINT_WORDS[rung.points],
            number(measured.places),
            number(measured.r, 3),
            number(measured.spearman, 3),
            number(measured.ratio, 2),
            number(measured.median_error, 2),
            percent(measured.same_side),
            percent(measured.same_side_people),
        )
    say(table, _WIDTH_WHEN_PIPED)
    for name, sentence in dict.fromkeys((rung.name, rung.sentence) for rung in found.rungs):
        typer.echo(f"{name} : {sentence}.")
    typer.echo("\nLes plus grands écarts (consultations/an/hab. standardisé) :")
    for gap in found.gaps.to_dict("records"):
        typer.echo(
            f"  {gap['code']} {gap['label']} ({number(gap['population'])} hab., "
            f"{_practices(gap['practices'])}) : APL {number(gap['official'], 2)}, "
            f"nous {number(gap['ours'], 2)}. {gap['reason']}."
        )
    typer.echo("\nPourquoi la moyenne brute diffère :")
    for row in found.scale.to_dict("records"):
        decimals = 2 if row["valeur"] < 100 else 0
        typer.echo(f"  {row['quoi']} : {number(row['valeur'], decimals)}")


def _practices(count: float) -> str:
    return counted(count, "lieu d'exercice", "lieux d'exercice")
