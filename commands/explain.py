"""``qpv explain``: one QPV in plain words, each figure beside the cell that it comes from."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import AsJson, Assume, DataDir, data_folder, settings, tell
from commands.tables import say
from geo.column_words import STATUS_WORDS, said_unit
from geo.territory import parse_territory

if TYPE_CHECKING:
    from geo.explain import Fact


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    code_qp: Annotated[str, typer.Argument(help="Code du quartier, par exemple QN04217M.")],
    territory: Annotated[
        str | None,
        typer.Option("--territory", help="Territoire construit à lire (défaut : le plus petit)."),
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="Fichier PDF à écrire : la fiche d'une page A4.")
    ] = None,
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Un quartier en mots simples, et la case d'où vient chaque chiffre."""
    from datasets.files import write_atomically
    from datasets.lookup import slug_with_quarter
    from datasets.store import load
    from geo import analyse
    from geo.explain import explain as explained

    folder = data_folder(data)
    code = code_qp.strip().upper()
    slug = parse_territory(territory).slug if territory else slug_with_quarter(code, folder)
    layers = load(slug, folder)
    analysis = analyse(layers, settings(assume))
    told = explained(analysis, layers, code)
    if pdf:
        from geo.portrait import portrait
        from geo.portrait.printed import quarter_pdf

        write_atomically(pdf, quarter_pdf(analysis, portrait(analysis, layers, code)))
        tell(f"Fiche du quartier écrite : {pdf}")
    if as_json:
        record = dataclasses.asdict(told)
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
        return
    if told.fictional:
        say("Données fictives.")
    say(told.text)
    say("\nD'où vient chaque chiffre :")
    for fact in told.facts:
        say(_origin(fact))


def _origin(fact: Fact) -> str:
    dates = ", ".join(part for part in (fact.vintage, _perimeter(fact)) if part)
    parts = (STATUS_WORDS[fact.status], said_unit(fact.unit), fact.source, dates)
    cell = f"{fact.table}[{fact.row}].{fact.column}"
    return f"- {fact.written} : {', '.join(part for part in parts if part)}. Case : {cell}"


def _perimeter(fact: Fact) -> str:
    return f"périmètre {fact.perimeter}" if fact.perimeter else ""
