"""``qpv coverage``: where mediation is, how much of it, and what an end would take away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

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
from geo.column_words import STATUS_WORDS
from geo.programme import programme_in_words
from geo.territory import parse_territory
from geo.words import counted, date_fr, number, plural

if TYPE_CHECKING:
    from geo.mediation.overview import Overview

_UNKNOWN = ""


def register(app: typer.Typer) -> None:
    app.command(epilog=programme_in_words())(coverage)


def coverage(
    territory: TerritoryName,
    date: Annotated[
        str, typer.Option("--date", help="Conventions en cours ce jour-là (AAAA-MM-JJ).")
    ] = "",
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """La couverture par la médiation : présence, intensité, besoin restant, fins de convention."""
    from datasets.store import load
    from geo import analyse
    from geo.mediation.overview import overview, to_record

    parameters = replace(settings(assume), as_of=date)
    layers = load(parse_territory(territory).slug, data_folder(data))
    told = overview(analyse(layers, parameters), layers)
    if as_json:
        typer.echo(json.dumps(to_record(told), ensure_ascii=False, indent=1, allow_nan=False))
        return
    for remark in told.remarks:
        tell(remark)
    for table in (_figures(told), _kinds(told), _departements(told), _losses(told)):
        if table.row_count:
            say(table)
    say(_need(told))
    say(told.benchmark)


def _figures(told: Overview) -> PlainTable:
    fiction = " — données fictives" if told.fictional else ""
    table = PlainTable(
        f"Couverture par la médiation : {called(told.territory)}{fiction}",
        ("", "Part", "Compte", "Statut", "Ce que c'est"),
    )
    for line in told.headlines:
        count = f"{number(line.part)} sur {number(line.total)} {line.of}"
        if line.share_is_minimum:
            count += f", dont {number(line.known)} {plural(line.known, 'connu')}"
        count = count if line.known else _UNKNOWN
        table.add_row(line.label, line.written, count, STATUS_WORDS[line.status], line.meaning)
    for state, quarters in told.states.items():
        table.add_row(f"État « {state} »", "", counted(quarters, "quartier"), "", "")
    return table


def _kinds(told: Overview) -> PlainTable:
    headings = (
        "Type", "Interventions", "ETP", "Peuvent suivre (pers./an, estimé)",
        "Ont suivi (pers./an, déclaré)",
    )  # fmt: skip
    table = PlainTable("Par type d'intervention (jamais additionnés)", headings)
    for _, row in told.kinds[told.kinds["posts"] > 0].iterrows():
        table.add_row(
            str(row["kind"]),
            number(row["posts"]),
            _least(row["fte_is_minimum"], row["fte"], 2),
            _range(row["capacity_people"], row["capacity_people_low"], row["capacity_people_high"]),
            STATUS_WORDS["suppressed"]
            if row["followed_status"] == "suppressed"
            else _least(row["followed_is_minimum"], row["followed_people"]),
        )
    return table


def _departements(told: Overview) -> PlainTable:
    headings = (
        "Dép.", "QPV", "dont connus", "avec médiation", "couverts",
        "habitants avec", "habitants couverts", "ETP", "besoin restant (pers./an, estimé)",
    )  # fmt: skip
    table = PlainTable("Par département", headings)
    for _, row in told.departements.iterrows():
        known = row["qpv_known"] > 0
        table.add_row(
            str(row["departement"]),
            number(row["qpv_total"]),
            number(row["qpv_known"]),
            number(row["qpv_with_mediator"]) if known else _UNKNOWN,
            number(row["qpv_covered"]) if known else _UNKNOWN,
            row["inhabitants_share_written"] if known else _UNKNOWN,
            row["inhabitants_covered_written"] if known else _UNKNOWN,
            _least(row["mediation_fte_is_minimum"], row["mediation_fte"], 2),
            ("au plus " if row["residual_is_maximum"] else "") + number(row["residual_people"]),
        )
    return table


def _losses(told: Overview) -> PlainTable:
    headings = (
        "Structure", "ETP", "Personnes perdues/an", "Sans médiateur",
        "Plus couverts", "Fin des conventions",
    )  # fmt: skip
    table = PlainTable("Si une structure s'arrêtait, les autres restant (estimé)", headings)
    for _, row in told.losses.iterrows():
        least = "au moins " if row["is_minimum"] else ""
        lost = _range(row["people_lost"], row["people_lost_low"], row["people_lost_high"])
        table.add_row(
            str(row["structure"]),
            number(row["fte"], 2),
            f"{least}{lost}",
            ", ".join(row["without_mediator"]),
            ", ".join(row["no_longer_covered"]),
            date_fr(row["first_end"], unknown="non précisée"),
        )
    return table


def _least(is_minimum: bool, value: float, decimals: int = 0) -> str:
    """« au moins » before a sum whose parts are not all known."""
    known = value == value
    return ("au moins " if is_minimum and known else "") + number(value, decimals)


def _range(value: float, low: float, high: float) -> str:
    if value != value:
        return number(value)
    return f"{number(value)} ({number(low)} à {number(high)})"


def _need(told: Overview) -> str:
    need = told.need
    most = " au plus" if need["quarters_at_maximum"] else ""
    return (
        f"Besoin restant, estimé :{most} {counted(need['residual_people'], 'personne')} par an "
        f"({number(need['residual_people_low'])} à {number(need['residual_people_high'])}), soit "
        f"{number(need['residual_fte'], 1)} ETP ({number(need['residual_fte_low'], 1)} à "
        f"{number(need['residual_fte_high'], 1)})."
    )
