"""``qpv group``: a group of communes that is no QPV, with the same indicators."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, Assume, DataDir, TerritoryName, data_folder, settings, tell
from commands.tables import PlainTable, say
from geo.territory import parse_territory
from geo.words import counted, number

if TYPE_CHECKING:
    import pandas as pd

    from geo import Analysis


def register(app: typer.Typer) -> None:
    app.command("group")(group)


def group(
    territory: TerritoryName,
    communes: Annotated[
        str, typer.Option("--communes", help="Codes Insee séparés par des virgules.")
    ],
    name: Annotated[str, typer.Option("--name", help="Nom du groupement.")] = "",
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Un groupement de communes hors QPV : accès, offre à 15 et 20 km, repère de charge."""
    from datasets.store import load
    from geo import analyse
    from geo.commune_group import commune_group, to_record
    from geo.workload import workload_in_words

    layers = load(parse_territory(territory).slug, data_folder(data))
    analysis = analyse(layers, settings(assume))
    found = commune_group(analysis, layers, communes.split(","), name)
    if as_json:
        typer.echo(json.dumps(to_record(found), ensure_ascii=False, indent=1, allow_nan=False))
        return
    fiction = " — données fictives" if found.fictional else ""
    say(_communes(found.communes, f"{found.name}{fiction}"))
    for line in _figures(found.figures, analysis):
        say(line)
    for line in (*found.remarks, *workload_in_words(found)):
        tell(line)


def _communes(table: pd.DataFrame, title: str) -> PlainTable:
    shown = PlainTable(
        title, ("Commune", "Code", "Habitants", "Généralistes", "Le plus proche (km)", "Accès")
    )
    for row in table.to_dict("records"):
        shown.add_row(
            row["label"], row["code"], number(row["population"]), number(row["gp_places"]),
            "dans la commune" if row["gp_places"] else number(row["nearest_gp_km"], 1),
            number(row["access"], 1),
        )  # fmt: skip
    return shown


_COUNTED = {"habitants": ("habitant", "habitants"), "lieux": ("lieu", "lieux")}
_STATUS = {"observed": "observé", "modelled": "modélisé", "missing": "non connu"}


def _figures(table: pd.DataFrame, analysis: Analysis) -> list[str]:
    """A line a figure: a table of six columns is not read in a terminal."""
    from geo.commune_group import source_words

    told = ["Ensemble du groupement :"]
    for row in table.to_dict("records"):
        known = number(row["value"], 1)
        if row["unit"] in _COUNTED and row["status"] != "missing":
            known = counted(row["value"], *_COUNTED[row["unit"]])
        elif row["status"] != "missing":
            known = f"{known} {row['unit']}"
        status = "" if row["status"] == "missing" else _STATUS[row["status"]]
        from_where = (status, row["vintage"], source_words(analysis, row["source"]))
        about = " ; ".join(words for words in from_where if words)
        told.append(f"  • {row['label']} : {known} ({about}). {_sentence(row['about'])}")
    return told


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
