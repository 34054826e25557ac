"""``qpv show``, ``map`` and ``app``: the same analysis in a terminal, a file, a browser."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.common import AsJson, DataDir, TerritoryName, data_folder, tell
from geo import Analysis, Parameters, analyse
from geo.territory import parse_territory
from geo.words import number

HOME = Path(__file__).resolve().parent.parent


def register(app: typer.Typer) -> None:
    app.command()(show)
    app.command("map")(draw)
    app.command("app")(serve)


def show(
    territory: TerritoryName,
    top: Annotated[int | None, typer.Option("--top", min=1, help="Les N premiers.")] = None,
    as_json: AsJson = False,
    data: DataDir = None,
) -> None:
    """Les QPV d'un territoire : accès, besoin, médiation, croisement, score."""
    from geo.report import to_records

    analysis = _analysis(territory, data_folder(data))
    records = to_records(analysis, top)
    for note in analysis.notes:
        tell(note)
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
        return
    table = Table(title=f"QPV de {analysis.territory}" + _fiction(analysis.fictional))
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
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
    console = Console()
    console.print(table)
    console.print("Accès : consultations par habitant et par an, estimé. Vide : non connu.\n")
    for record in records:
        console.print(f"{record['code_qp']} — {record['sentence']}", highlight=False, markup=False)


_HEADINGS = ("Rang", "Code", "Quartier", "Accès", "Besoin /100", "Médiation (ETP)", "Situation")


def _cell(value: float | None, decimals: int) -> str:
    return "" if value is None else number(value, decimals)


def _fiction(fictional: bool) -> str:
    return " — données fictives" if fictional else ""


def _analysis(territory: str, data_dir: Path) -> Analysis:
    from datasets.store import load

    return analyse(load(parse_territory(territory).slug, data_dir), Parameters())


def draw(
    territory: TerritoryName,
    out: Annotated[Path, typer.Option("--out", help="Fichier HTML à écrire.")],
    data: DataDir = None,
) -> None:
    """Une carte en un seul fichier HTML, lisible sans internet."""
    from datasets.assets import data_uri_assets
    from datasets.files import write_atomically
    from datasets.store import load
    from geo.maps.draw import self_contained_html, territory_map

    layers = load(parse_territory(territory).slug, data_folder(data))
    drawn = territory_map(analyse(layers, Parameters()), layers, data_uri_assets())
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
