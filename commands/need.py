"""``qpv need``: the need of each QPV, what makes it up, and how many people that may be."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

import typer

from commands.common import (
    AsJson,
    Assume,
    DataDir,
    TerritoryName,
    called,
    data_folder,
    settings,
    tell,
)
from commands.tables import PlainTable, say
from geo.components import Standardisation
from geo.errors import BadInput
from geo.territory import parse_territory

# « rank » is what the option is called in the help; the settings call it by what it computes.
_SCALES: dict[str, Standardisation] = {
    "rank": "percentile",
    "percentile": "percentile",
    "zscore": "zscore",
    "minmax": "minmax",
}


def register(app: typer.Typer) -> None:
    app.command("need")(need)


def need(
    territory: TerritoryName,
    weights: Annotated[
        str,
        typer.Option(
            "--weights",
            help="Vos poids : poverty_share=2,c2s_share=1 ; une composante non citée pèse 0. "
            "Par défaut, sept composantes à poids égaux.",
        ),
    ] = "",
    standardise: Annotated[
        str,
        typer.Option(
            "--standardise",
            help="Mise à l'échelle : rank (rang centile, par défaut), zscore ou minmax.",
        ),
    ] = "rank",
    top: Annotated[int | None, typer.Option("--top", min=1, help="Les N premiers.")] = None,
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Le besoin de chaque QPV : score, composantes, parts, personnes (estimées, fourchette)."""
    from datasets.store import load
    from geo import analyse
    from geo.need import user_weights
    from geo.need.records import HEADINGS, need_record, need_rows, reading_notes

    if standardise not in _SCALES:
        raise BadInput(
            f"Option --standardise : « {standardise} » inconnu. Attendu : rank, zscore ou minmax."
        )
    parameters = replace(settings(assume, silent=True), need_standardisation=_SCALES[standardise])
    if weights:
        parameters = replace(parameters, need_weights=user_weights(weights))
    layers = load(parse_territory(territory).slug, data_folder(data))
    analysis = analyse(layers, parameters)
    for note in [*reading_notes(analysis), *analysis.notes]:
        tell(note)
    if as_json:
        record = need_record(analysis, layers, top)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
        return
    fiction = " — données fictives" if analysis.fictional else ""
    table = PlainTable(
        f"Besoin des QPV : {called(analysis.territory, analysis.communes)}{fiction}", HEADINGS
    )
    rows = need_rows(analysis, top)
    for row in rows:
        table.add_row(*row.cells)
    say(table)
    for row in rows:
        say(f"{row.cells[1]} — {row.details}")
