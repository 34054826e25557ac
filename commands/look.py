"""``qpv show``, ``map`` and ``app``: the same analysis in a terminal, a file, a browser."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from geo.access.rules import ACCESS_CLASSES
from geo.column_words import STATUS_WORDS
from geo.errors import BadInput
from geo.territory import parse_territory
from geo.vocabulary import SUPPLY_PROFESSIONS
from geo.words import number

if TYPE_CHECKING:
    from geo import Analysis, Parameters

HOME = Path(__file__).resolve().parent.parent


def register(app: typer.Typer) -> None:
    app.command()(show)
    app.command("map")(draw)
    app.command("app")(serve)


def show(
    territory: TerritoryName,
    top: Annotated[int | None, typer.Option("--top", min=1, help="Les N premiers.")] = None,
    profession: Annotated[
        str,
        typer.Option(
            "--profession",
            help=f"L'accès à une profession plutôt que tout : {', '.join(SUPPLY_PROFESSIONS)}.",
        ),
    ] = "",
    access_classes: Annotated[
        str,
        typer.Option(
            "--access-classes",
            help=f"Règle des classes d'accès : {', '.join(ACCESS_CLASSES)} (seuils du zonage).",
        ),
    ] = "",
    assume: Assume = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Les QPV d'un territoire : accès, besoin, médiation, croisement, score."""
    from geo.report import profession_records, to_records

    if profession and profession not in SUPPLY_PROFESSIONS:
        raise BadInput(
            f"Profession « {profession} » inconnue : attendu parmi {', '.join(SUPPLY_PROFESSIONS)}."
        )
    chosen = settings(assume, silent=True)
    parameters = replace(chosen, access_classes=access_classes or chosen.access_classes)
    analysis = _analysis(territory, data_folder(data), parameters)
    for note in analysis.notes:
        tell(note)
    if profession:
        _show_profession(analysis, profession_records(analysis, profession, top), as_json)
        return
    records = to_records(analysis, top)
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
        return
    table = PlainTable(
        f"QPV : {called(analysis.territory, analysis.communes)}{_fiction(analysis.fictional)}",
        _HEADINGS,
    )
    for record in records:
        table.add_row(
            "" if record["rank"] is None else str(record["rank"]),
            record["code_qp"],
            f"{record['label']} ({record['commune_label']})",
            _cell(record["access"], 1),
            _cell(record["need_score"], 0),
            _cell(record["mediation_fte"], 1),
            record["situation"],
        )
    say(table)
    say("Accès : consultations par an et par habitant, estimé. Vide : non connu.\n")
    for record in records:
        say(f"{record['code_qp']} — {record['sentence']}")


def _show_profession(analysis: Analysis, records: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
        return
    car, walk = (
        number(limit) for limit in (analysis.parameters.car_min, analysis.parameters.walk_min)
    )
    title = records[0]["profession_label"] if records else "Aucun quartier"
    headings = (
        "Code", "Quartier", "Accès", "Statut", "Le plus proche (min en voiture)",
        f"À {car} min en voiture", "Le plus proche (min à pied)", f"À {walk} min à pied",
    )  # fmt: skip
    fiction = _fiction(analysis.fictional)
    table = PlainTable(
        f"QPV : {called(analysis.territory, analysis.communes)}, {title}{fiction}", headings
    )
    for record in records:
        table.add_row(
            record["code_qp"],
            f"{record['label']} ({record['commune_label']})",
            _cell(record["access"], 1),
            STATUS_WORDS[record["access_status"]],
            *(_cell(record[name], 0) for name in (
                "nearest_min", "count_car", "nearest_walk_min", "count_walk"
            )),
        )  # fmt: skip
    say(table)
    if records:
        say(f"Accès : {records[0]['access_unit']}. Vide : non connu.")


_HEADINGS = ("Rang", "Code", "Quartier", "Accès", "Besoin /100", "Médiation (ETP)", "Situation")


def _cell(value: float | None, decimals: int) -> str:
    return "" if value is None else number(value, decimals)


def _fiction(fictional: bool) -> str:
    return " — données fictives" if fictional else ""


def _analysis(territory: str, data_dir: Path, parameters: Parameters) -> Analysis:
    from datasets.store import load
    from geo import analyse

    return analyse(load(parse_territory(territory).slug, data_dir), parameters)


def draw(
    territory: TerritoryName,
    out: Annotated[Path, typer.Option("--out", help="Fichier HTML à écrire.")],
    assume: Assume = None,
    data: DataDir = None,
) -> None:
    """Une carte en un seul fichier HTML, lisible sans internet."""
    from datasets.assets import data_uri_assets
    from datasets.files import write_atomically
    from datasets.store import load
    from geo import analyse
    from geo.maps.draw import self_contained_html, territory_map

    layers = load(parse_territory(territory).slug, data_folder(data))
    drawn = territory_map(analyse(layers, settings(assume)), layers, data_uri_assets())
    write_atomically(out, self_contained_html(drawn).encode())
    tell(f"Carte écrite : {out}")


def serve(
    territory: Annotated[str, typer.Option("--territory", help="Territoire à préparer.")] = "demo",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8501,
    data: DataDir = None,
) -> None:
    """Préparer un territoire puis ouvrir l'application dans le navigateur."""
    from datasets import prepare
    from datasets.assets import copy_static

    data_dir = data_folder(data)
    prepare.make_ready(parse_territory(territory), data_dir, say=tell)
    with contextlib.suppress(OSError):  # a read-only install: the pages carry the scripts instead
        copy_static(HOME / "static" / "vendor")
    tell(f"Application : http://localhost:{port} (Ctrl+C pour arrêter)")
    # Streamlit reads .streamlit/config.toml from the working folder. It runs in this process: what
    # is imported by now need not be imported again before the first map.
    os.chdir(HOME)
    os.environ["QPV_DATA"] = str(data_dir.absolute())
    from streamlit.web import cli as streamlit

    sys.argv = ["streamlit", "run", str(HOME / "app.py")]
    sys.argv += ["--server.port", str(port), "--server.address", "localhost"]
    streamlit.main()
