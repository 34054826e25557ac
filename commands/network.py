"""``qpv network``: who does mediation where, with whom, paid by whom, seen how."""

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
from geo.territory import parse_territory
from geo.words import listed, number, percent

if TYPE_CHECKING:
    import pandas as pd

    from geo.mediation.regional import Network

_SHARED = {
    "shared_quarters": "Quartiers communs",
    "shared_places": "Lieux communs",
    "shared_exchanges": "Réseaux communs",
}


def register(app: typer.Typer) -> None:
    app.command()(network)


def network(
    territory: TerritoryName,
    date: Annotated[
        str, typer.Option("--date", help="Conventions en cours ce jour-là (AAAA-MM-JJ).")
    ] = "",
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Le réseau de médiation : qui travaille où, avec qui, financé par qui, visible comment."""
    from datasets.store import load
    from geo.mediation.regional import network as read_network
    from geo.mediation.regional import to_record

    layers = load(parse_territory(territory).slug, data_folder(data))
    found = read_network(layers, replace(settings(assume), as_of=date))
    if as_json:
        told = {"territory": layers.territory, "fictional": layers.fictional, "as_of": date or None}
        record = {**told, **to_record(found)}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
        return
    if found.work.empty:
        tell(
            "Aucune intervention connue : le réseau est inconnu, ce qui ne veut pas dire absent. "
            "Modèle à remplir : qpv template mediation."
        )
        return
    fiction = " — données fictives" if layers.fictional else ""
    say(_work(found, f"Qui travaille où : {called(layers.territory)}{fiction}"))
    for table in (_partners(found), _funders(found), _funding(found)):
        if table.row_count:
            say(table)
    for told_by, item, title in (
        (found.visibility, "means", "Moyens d'être vu"),
        (found.exchanges, "exchange", "Réseaux et temps d'échange"),
    ):
        say(_listing(told_by, item, title))


def _work(found: Network, title: str) -> PlainTable:
    import pandas as pd

    table = PlainTable(
        title, ("Structure", "Quartier (ou commune)", "Types", "Interventions", "ETP")
    )
    for _, row in found.work.iterrows():
        least = "au moins " if row["fte_is_minimum"] and pd.notna(row["fte"]) else ""
        where = row["code_qp"] or f"commune {row['commune'] or 'inconnue'}"
        table.add_row(
            str(row["structure"]),
            where + (" (à pied)" if row["relation"] == "walk" else ""),
            ", ".join(row["kinds"]),
            number(row["posts"]),
            least + number(row["fte"], 2),
        )
    return table


def _partners(found: Network) -> PlainTable:
    table = PlainTable("Avec qui", ("Structure", "Partenaire", *_SHARED.values()))
    for _, row in found.partners.iterrows():
        table.add_row(
            str(row["structure"]), str(row["partner"]), *(", ".join(row[name]) for name in _SHARED)
        )
    return table


def _funders(found: Network) -> PlainTable:
    return _split("Financé par qui, sur le territoire (au prorata des ETP)", found.funders)


def _funding(found: Network) -> PlainTable:
    by = ("departement", "structure")
    return _split("Par département et structure", found.funding, *by)


def _split(title: str, rows: pd.DataFrame, *by: str) -> PlainTable:
    import pandas as pd

    named = {"departement": "Dép.", "structure": "Structure"}
    table = PlainTable(title, (*(named[name] for name in by), "Financeur", "Part", "Interventions"))
    for _, row in rows.iterrows():
        least = "au moins " if row["share_is_minimum"] and pd.notna(row["share"]) else ""
        table.add_row(
            *(str(row[name]) for name in by),
            str(row["funder"]),
            least + percent(row["share"], 0, "non précisée"),
            number(row["posts"]),
        )
    return table


def _listing(rows: pd.DataFrame, item: str, title: str) -> PlainTable:
    table = PlainTable(title, ("Structure", title))
    for structure, own in rows.groupby("structure"):
        table.add_row(
            str(structure), listed([f"{r[item]} ({r['posts']})" for _, r in own.iterrows()])
        )
    return table
