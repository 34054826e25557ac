"""``qpv sources``, ``fetch`` and ``build``: from the official files to the tables on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.common import AsJson, DataDir, FromDir, TerritoryName, data_folder, tell
from geo.territory import parse_territory
from geo.words import number


def register(app: typer.Typer) -> None:
    for command in (sources, fetch, build):
        app.command()(command)


def sources(as_json: AsJson = False) -> None:
    """Le catalogue des sources : éditeur, licence, millésime, accès, lecteur."""
    from datasets.catalogue import as_records

    records = as_records()
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    for record in records:
        typer.echo(f"{record['id']} — {record['title']}")
        for heading, key in _SOURCE_LINES.items():
            typer.echo(f"    {heading} : {record[key]}")


_SOURCE_LINES = {
    "Éditeur": "publisher",
    "Licence": "licence",
    "Millésime": "vintage",
    "Fichier": "how",
    "Page": "landing_page",
    "Lecteur": "reader",
}


def fetch(
    territory: TerritoryName,
    from_dir: FromDir = None,
    data: DataDir = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Une source seulement (répétable).")
    ] = None,
    wait: Annotated[
        bool, typer.Option(help="Attendre la fin d'un autre téléchargement en cours.")
    ] = True,
) -> None:
    """Télécharger les fichiers officiels d'un territoire (reprise, vérification, verrou)."""
    from datasets.fetch import fetch_territory
    from datasets.fetch_local import fetch_from
    from datasets.fetch_progress import console_progress

    asked, folder = parse_territory(territory), data_folder(data)
    if from_dir is not None:
        report = fetch_from(from_dir, asked, folder, only=only, wait=wait, say=tell)
    else:
        report = fetch_territory(
            asked, folder, progress=console_progress(), only=only, wait=wait, say=tell
        )
    tell(report.summary())  # each source was told as it came
    if report.failed:
        raise typer.Exit(1)


def build(
    territory: TerritoryName,
    from_dir: FromDir = None,
    data: DataDir = None,
    mediation: Annotated[
        list[Path] | None,
        typer.Option("--mediation", help="Fichier de points de médiation à joindre (répétable)."),
    ] = None,
    zoning: Annotated[
        list[Path] | None,
        typer.Option("--zoning", help="Liste de zonage médical ZIP/ZAC à joindre (répétable)."),
    ] = None,
    fdep: Annotated[
        list[Path] | None,
        typer.Option("--fdep", help="Quintiles de désavantage social à joindre (répétable)."),
    ] = None,
    practices: Annotated[
        list[Path] | None,
        typer.Option("--practices", help="Lieux de soins à ajouter (répétable)."),
    ] = None,
    indicators: Annotated[
        list[Path] | None,
        typer.Option("--indicators", help="Chiffres de quartiers à prendre (répétable)."),
    ] = None,
    schemes: Annotated[
        list[Path] | None,
        typer.Option("--schemes", help="Démarches territoriales (CLS, CLSM…) (répétable)."),
    ] = None,
    keep_good: Annotated[
        bool,
        typer.Option("--keep-good", help="Garder les bonnes lignes des fichiers apportés."),
    ] = False,
    roads: Annotated[
        list[Path] | None,
        typer.Option(
            "--roads",
            help="Extrait OpenStreetMap (.osm.pbf) : temps de trajet par les routes, en voiture et "
            "à pied (répétable ; défaut : ceux du dossier osm_roads).",
        ),
    ] = None,
    fetch_first: Annotated[
        bool, typer.Option("--fetch", help="Télécharger d'abord les fichiers officiels.")
    ] = False,
    events: Annotated[
        bool,
        typer.Option("--events", help="Dire chaque étape en JSON, une par ligne (pour l'appli)."),
    ] = False,
) -> None:
    """Construire les tables d'un territoire à partir des fichiers officiels."""
    from datasets import prepare
    from datasets.brought.own_files import OwnFiles

    if events:
        from datasets.build_worker import run

        asked, folder = parse_territory(territory), data_folder(data)
        raise typer.Exit(run(asked, folder, from_dir=from_dir, fetch=fetch_first))
    if fetch_first:
        from datasets.fetch import fetch_territory
        from datasets.fetch_progress import console_progress

        # A source that fails is told, and the file of before, or its absence, is built with.
        report = fetch_territory(
            parse_territory(territory), data_folder(data), progress=console_progress(), say=tell
        )
        tell(report.summary())
    built = prepare.build(
        parse_territory(territory),
        data_folder(data),
        from_dir=from_dir,
        own=OwnFiles(
            mediation=mediation or [],
            zoning=zoning or [],
            fdep=fdep or [],
            practices=practices or [],
            indicators=indicators or [],
            schemes=schemes or [],
            keep_good=keep_good,
        ),
        road_files=roads or [],
        say=tell,
    )
    tell(describe_build(built.manifest))
    tell(f"Dossier : {built.path}")


def describe_build(manifest: dict[str, Any]) -> str:
    """What was built, in a few French lines: rows by table, and the quality report."""
    words = {
        "repaired": "réparé",
        "rejected": "rejeté",
        "suppressed": "masqué à la source (secret)",
        "missing": "manquant",
        "extra": "mis de côté (colonne ou ligne en trop)",
        "suspect": "douteux",
        "unmatched": "sans correspondance",
    }
    fiction = " — données fictives" if manifest["fictional"] else ""
    lines = [
        f"Territoire {manifest['territory']}{fiction} : "
        f"{number(manifest['qpv_in_territory'])} QPV, construction {manifest['build']}."
    ]
    tables = manifest["tables"].items()
    lines.append(
        "Tables : " + ", ".join(f"{name} {number(entry['rows'])}" for name, entry in tables) + "."
    )
    for kind, by_source in manifest["quality"].items():
        detail = ", ".join(f"{source} {number(count)}" for source, count in by_source.items())
        lines.append(f"{words[kind].capitalize()} : {detail}.")
    return "\n".join(lines)
