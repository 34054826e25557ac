"""``qpv regimes``: which lists and rules keep each QPV, side by side, and where they part."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from commands.common import AsJson, DataDir, TerritoryName, data_folder
from geo import Analysis, analyse
from geo.regimes import REGIMES, STATE_WORDS, disagreement_summary, regime_records
from geo.territory import parse_territory
from geo.words import counted


def register(app: typer.Typer) -> None:
    app.command()(regimes)


def regimes(
    territory: TerritoryName,
    detail: Annotated[
        bool, typer.Option("--detail", help="Écrire aussi les motifs, quartier par quartier.")
    ] = False,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Les QPV d'un territoire sous chaque régime (listes, zonages, décret), et les désaccords."""
    from datasets.store import load

    layers = load(parse_territory(territory).slug, data_folder(data))
    analysis = analyse(layers)
    if as_json:
        records = regime_records(analysis)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
        return
    console = Console()
    console.print(_table(analysis))
    for regime in REGIMES.values():
        console.print(f"{regime.label_fr} : {regime.rule_fr}", highlight=False, markup=False)
    _disagreements(console, regime_records(analysis))
    if detail:
        _reasons(console, analysis)


def _table(analysis: Analysis) -> Table:
    fiction = " — données fictives" if analysis.fictional else ""
    table = Table(title=f"Régimes côte à côte, {analysis.territory}{fiction}")
    for heading in ("Code", "Quartier", *(regime.label_fr for regime in REGIMES.values())):
        table.add_column(heading, overflow="fold")
    states = analysis.regimes.pivot(index="code_qp", columns="regime", values="state")
    for row in analysis.qpv.itertuples():
        told = [STATE_WORDS[str(states.at[row.code_qp, regime])] for regime in REGIMES]
        table.add_row(str(row.code_qp), str(row.label), *told)
    return table


def _disagreements(console: Console, records: dict[str, Any]) -> None:
    found = disagreement_summary(records["disagreements"])
    console.print(f"\nDésaccords : {counted(len(found), 'paire de régimes', 'paires de régimes')}.")
    for line in found:
        console.print(line, highlight=False, markup=False)


def _reasons(console: Console, analysis: Analysis) -> None:
    for code, own in analysis.regimes.groupby("code_qp", sort=False):
        console.print(f"\n{code}", highlight=False, markup=False)
        for _, row in own.iterrows():
            said = f"{REGIMES[row['regime']].label_fr} : {STATE_WORDS[row['state']]}"
            console.print(f"- {said}. {row['reason_fr']}", highlight=False, markup=False)
