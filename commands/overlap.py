"""``qpv overlap``: the crossed reading, its thresholds, and how far each QPV is from changing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, Assume, DataDir, TerritoryName, called, data_folder, settings
from commands.tables import PlainTable, say
from geo.access.rules import ACCESS_CLASSES
from geo.column_words import CLASS_WORDS
from geo.errors import BadInput
from geo.territory import parse_territory
from geo.words import number

if TYPE_CHECKING:
    from geo import Analysis


def register(app: typer.Typer) -> None:
    app.command()(overlap)


def overlap(
    territory: TerritoryName,
    access: Annotated[
        str, typer.Option("--access", help=f"Règle d'accès : {', '.join(ACCESS_CLASSES)}.")
    ] = "",
    access_cuts: Annotated[
        str, typer.Option("--access-cuts", help="Vos deux seuils d'accès, par exemple « 2,5;4 ».")
    ] = "",
    need_cuts: Annotated[
        str, typer.Option("--need-cuts", help="Vos deux seuils de besoin, par exemple « 40;60 ».")
    ] = "",
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Désert médical et besoin restant croisés : classes, situations, distance aux seuils."""
    from datasets.store import load
    from geo import analyse
    from geo.overlap import overlap_records, rule_sentences, threshold_sentences

    chosen = settings(assume)
    parameters = replace(
        chosen,
        access_classes=access or chosen.access_classes,
        access_cuts=_cuts(access_cuts, "--access-cuts"),
        need_cuts=_cuts(need_cuts, "--need-cuts"),
    )
    layers = load(parse_territory(territory).slug, data_folder(data))
    analysis = analyse(layers, parameters)
    if as_json:
        records = overlap_records(analysis)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
        return
    say(_table(analysis))
    say(
        "Écart : ce qui mènerait au seuil le plus proche où la classe change (consultations par "
        "habitant et par an ; points de besoin restant). La situation voisine de chacun : avec "
        "--json."
    )
    for line in (*rule_sentences(parameters), *threshold_sentences(analysis)):
        say(line)


def _cuts(text: str, option: str) -> tuple[float, ...]:
    try:
        return tuple(float(part.replace(",", ".")) for part in text.split(";") if part.strip())
    except ValueError:
        raise BadInput(
            f"{option} : « {text} » reçu. Attendu : deux nombres séparés par « ; », 2,5;4."
        ) from None


def _table(analysis: Analysis) -> PlainTable:
    fiction = " — données fictives" if analysis.fictional else ""
    table = PlainTable(
        f"Lecture croisée : {called(analysis.territory, analysis.communes)}{fiction}", _HEADINGS
    )
    for row in analysis.qpv.to_dict("records"):
        access, need = (CLASS_WORDS[row[f"{one}_class"]] for one in ("access", "need"))
        table.add_row(
            row["code_qp"],
            row["label"],
            row["situation"],
            f"{access}\n{number(row['access_to_cut'], 2, unknown='')}".strip(),
            f"{need}\n{number(row['need_to_cut'], 1, unknown='')}".strip(),
            row["near_cut"].replace(" restant", "").replace(" et ", "\net "),
        )
    return table


# Six columns are what a terminal of 80 signs holds without breaking a word.
_HEADINGS = (
    "Code", "Quartier", "Situation", "Accès\n(écart)", "Besoin\n(écart)", "Proche\nd'un seuil",
)  # fmt: skip
