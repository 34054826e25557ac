"""``qpv regimes``: which lists and rules keep each QPV, side by side, and where they part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import AsJson, Assume, DataDir, TerritoryName, called, data_folder, settings
from commands.tables import PlainTable, say
from geo.territory import parse_territory
from geo.words import counted

if TYPE_CHECKING:
    from geo import Analysis
# Nine columns in the 80 signs of a terminal: a state in three letters, a heading in two lines.
_SIGNS = {"in": "oui", "out": "non", "unknown": "?"}
_HEADINGS = {
    "qpv_2024": "QPV\n2024", "qpv_2015": "QPV\n2015", "fdep_45": "FDep\n4-5",
    "aura_priority": "ARS\nAURA", "zip_zac": "ZIP\nZAC", "decree_2003": "Décret\n2003",
    "ufc": "UFC",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command()(regimes)


def regimes(
    territory: TerritoryName,
    detail: Annotated[
        bool, typer.Option("--detail", help="Écrire aussi les motifs, quartier par quartier.")
    ] = False,
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Les QPV d'un territoire sous chaque régime (listes, zonages, décret), et les désaccords."""
    from datasets.store import load
    from geo import analyse
    from geo.regimes import REGIMES, STATE_WORDS, regime_records

    layers = load(parse_territory(territory).slug, data_folder(data))
    analysis = analyse(layers, settings(assume))
    if as_json:
        records = regime_records(analysis)
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
        return
    say(_table(analysis))
    say(" ; ".join(f"{sign} : {STATE_WORDS[state]}" for state, sign in _SIGNS.items()) + ".")
    for regime in REGIMES.values():
        say(f"{regime.label_fr} : {regime.rule_fr}")
    _disagreements(regime_records(analysis))
    if detail:
        _reasons(analysis)


def _table(analysis: Analysis) -> PlainTable:
    from geo.regimes import REGIMES

    fiction = " — données fictives" if analysis.fictional else ""
    table = PlainTable(
        f"Régimes côte à côte : {called(analysis.territory, analysis.communes)}{fiction}",
        ("Code", "Quartier", *(_HEADINGS.get(name, one.label_fr) for name, one in REGIMES.items())),
    )
    states = analysis.regimes.pivot(index="code_qp", columns="regime", values="state")
    for row in analysis.qpv.itertuples():
        told = [_SIGNS[str(states.at[row.code_qp, regime])] for regime in REGIMES]
        table.add_row(str(row.code_qp), str(row.label), *told)
    return table


def _disagreements(records: dict[str, Any]) -> None:
    from geo.regimes import disagreement_summary

    found = disagreement_summary(records["disagreements"])
    say(f"\nDésaccords : {counted(len(found), 'paire de régimes', 'paires de régimes')}.")
    for line in found:
        say(line)


def _reasons(analysis: Analysis) -> None:
    from geo.regimes import REGIMES, STATE_WORDS

    for code, own in analysis.regimes.groupby("code_qp", sort=False):
        say(f"\n{code}")
        for _, row in own.iterrows():
            said = f"{REGIMES[row['regime']].label_fr} : {STATE_WORDS[row['state']]}"
            say(f"- {said}. {row['reason_fr']}")
