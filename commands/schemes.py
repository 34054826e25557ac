"""``qpv schemes``: which local schemes cover the quarters, and which quarters have none."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, DataDir, TerritoryName, called, data_folder, tell
from commands.tables import PlainTable, say
from geo.errors import BadInput
from geo.territory import parse_territory
from geo.words import number

if TYPE_CHECKING:
    import pandas as pd


def register(app: typer.Typer) -> None:
    app.command("schemes")(schemes)


def schemes(
    territory: TerritoryName,
    year: Annotated[str, typer.Option("--year", help="Démarches en cours cette année-là.")] = "",
    without: Annotated[
        bool, typer.Option("--without", help="Les seuls QPV sans CLS, ASV ni CLSM.")
    ] = False,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Démarches territoriales (CLS, ASV, CLSM, CPTS, France services) des quartiers.

    « sans » n'est dit que là où votre liste se dit complète ; ailleurs c'est « non connu ».
    """
    from datasets.store import load
    from geo import analyse
    from geo.local_schemes import (
        NATIONAL,
        counts_in_words,
        scheme_coverage,
        to_record,
        without_scheme,
    )

    if year and not re.fullmatch("[0-9]{4}", year):
        raise BadInput(f"--year « {year} » : attendu AAAA (2026).")
    layers = load(parse_territory(territory).slug, data_folder(data))
    found = scheme_coverage(analyse(layers), layers, year)
    if as_json:
        typer.echo(json.dumps(to_record(found), ensure_ascii=False, indent=1, allow_nan=False))
        return
    shown = without_scheme(found) if without else found.quarters
    fiction = " — données fictives" if found.fictional else ""
    say(_table(shown, f"Démarches territoriales : {called(found.territory)}{fiction}"))
    for line in counts_in_words(found):
        tell(line)
    if layers["local_schemes"].empty:
        tell("Aucune liste lue. Modèle à remplir : qpv template demarches ; puis qpv build "
             "TERRITOIRE --schemes FICHIER.")  # fmt: skip
    for figure in NATIONAL:
        tell(f"Repère national : {figure.text} ({figure.year} ; {figure.source}).")


def _table(quarters: pd.DataFrame, title: str) -> PlainTable:
    kinds = [name for name in quarters.columns if name not in _SHOWN]
    told = [kind.replace("coordination", "l'un des trois") for kind in kinds]
    shown = PlainTable(title, ("Quartier", "Commune", "Habitants", *told))
    for row in quarters.to_dict("records"):
        shown.add_row(
            f"{row['label']} ({row['code_qp']})", row["commune_label"], number(row["population"]),
            *(row[kind] for kind in kinds),
        )  # fmt: skip
    return shown


_SHOWN = ("code_qp", "label", "commune_label", "population")
