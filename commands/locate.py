"""``qpv locate``: points or addresses in, the QPV of each out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.common import AsJson, DataDir, data_folder, refuse_overwriting, tell, uncollected
from geo.errors import BadInput
from geo.words import counted


def register(app: typer.Typer) -> None:
    app.command("locate")(locate)


def locate(
    points: Annotated[
        Path,
        typer.Argument(help="Table : id, lon, lat ; ou id, address, postcode, city."),
    ],
    out: Annotated[Path, typer.Option("--out", help="CSV à écrire (remplacé d'un bloc).")],
    qpv: Annotated[
        list[Path] | None,
        typer.Option("--qpv", help="Contours officiels des QPV (répétable : 2024 et 2015)."),
    ] = None,
    territory: Annotated[
        str, typer.Option("--territory", help="Prendre les QPV d'un territoire construit.")
    ] = "",
    service: Annotated[
        bool,
        typer.Option(
            "--service",
            help="Placer les adresses par le géocodeur national (IGN) : elles lui sont envoyées, "
            "sans identifiant.",
        ),
    ] = False,
    ban: Annotated[
        list[Path] | None,
        typer.Option("--ban", help="Fichier de la Base Adresse Nationale, sans réseau."),
    ] = None,
    margin: Annotated[
        float | None,
        typer.Option("--margin", help="Marge minimale de la mention « limite », en mètres."),
    ] = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Le quartier prioritaire de chaque point ou de chaque adresse, et la distance à son contour.

    OUT : id, code_qp (vide hors QPV), label, generation, distance_m (négative à l'intérieur),
    limite (oui : trop près du contour pour trancher), puis le quartier le plus proche. Rien n'est
    gardé par le programme. Pour un avis officiel sur une adresse : https://sig.ville.gouv.fr.
    """
    with uncollected():
        _located(points, out, qpv or [], territory, service, ban or [], margin, data, as_json)


def _located(
    points: Path,
    out: Path,
    qpv: list[Path],
    territory: str,
    service: bool,
    ban: list[Path],
    margin: float | None,
    data: Path | None,
    as_json: bool,
) -> None:
    from datasets.locate_files import (
        abroad_counts,
        abroad_in_words,
        read_points,
        summary_json,
        told_of_points,
        with_addresses,
        write_located,
    )
    from geo import locate as places

    refuse_overwriting(out, [points, *qpv, *ban])
    precision = places.Precision() if margin is None else places.Precision(_checked(margin))
    read = read_points(points)
    for line in told_of_points(read):
        tell(line)
    placed_in, perimeter = _quarters(qpv, territory, data)
    frame = read.frame if read.placed else _geocoded(read, out, service, ban)
    located = with_addresses(placed_in(frame, precision), frame)
    write_located(located, out)
    shares = places.share_inside(located)
    if as_json:
        out_of, exchanged = abroad_counts(read)
        typer.echo(
            summary_json(
                shares, perimeter=perimeter, margin_m=precision.least_margin_m,
                out_of_france=out_of, swapped=exchanged,
            )
        )  # fmt: skip
    for line in places.shares_in_words(shares):
        tell(line)
    for line in abroad_in_words(read):
        tell(line)
    tell(f"Contours : {perimeter}.")
    tell(f"Écrit : {out} ({counted(len(located), 'ligne')}).")


def _checked(margin: float) -> float:
    if not 0 <= margin <= 10_000:
        raise BadInput(f"--margin {margin:g} : attendu des mètres, de 0 à 10 000.")
    return margin


def _quarters(files: list[Path], territory: str, data: Path | None) -> tuple[Any, str]:
    """How points are placed (``geo.locate``), and among which quarters, in words."""
    from datasets.locate_files import read_outlines
    from geo.locate import locate, locate_in

    def among(outlines: Any) -> Any:
        return lambda points, precision: locate(points, outlines, precision)

    if files and territory:
        raise BadInput("--qpv et --territory : donnez l'un ou l'autre.")
    if files:
        return among(read_outlines(files)), ", ".join(path.name for path in files)
    folder = data_folder(data)
    if territory:
        from datasets import store
        from geo.territory import parse_territory

        layers = store.load(parse_territory(territory).slug, folder)
        words = f"les QPV de {territory} ; ailleurs, rien n'est dit"
        return lambda points, precision: locate_in(points, layers, precision), words
    from datasets.raw import RawFolder

    fetched = folder / "raw"
    found = RawFolder(fetched).files("qpv_2024", "*.zip", "*.geojson") if fetched.is_dir() else []
    if not found:
        raise BadInput(
            "Aucun contour de QPV : donnez le fichier officiel avec --qpv, ou un territoire "
            "construit avec --territory (« qpv sources » dit où le trouver : qpv_2024)."
        )
    return among(read_outlines([found[-1].path])), f"{found[-1].path.name} (téléchargé)"


def _geocoded(read: Any, out: Path, service: bool, ban: list[Path]) -> Any:
    from datasets import address_base, address_service
    from datasets.fetch_errors import BadDownload, SourceUnreachable
    from datasets.locate_files import geocoded

    local = partial(address_base.geocode, base=address_base.read_base(ban)) if ban else None
    if service:
        resume = out.with_name(f".{out.name}.reprise")
        asked = address_service.Geocoder(resume, say=tell)
        try:
            return geocoded(read, partial(address_service.geocode, settings=asked))
        except (SourceUnreachable, BadDownload) as error:
            if local is None:
                tell("À défaut du service : --ban FICHIER lit une Base Adresse Nationale locale.")
                raise
            tell(f"{error}")
            tell("Le fichier local de la Base Adresse Nationale est lu à la place.")
    if local is None:
        raise BadInput(
            "Ce fichier donne des adresses. À faire : --service les envoie au géocodeur national "
            "(IGN), ou --ban FICHIER lit une Base Adresse Nationale locale, sans réseau."
        )
    return geocoded(read, local)
