"""``qpv times``: travel times along the roads between anybody's places, as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from commands.common import AsJson, DataDir, data_folder, refuse_overwriting, tell
from datasets.system_errors import place_of, system_fr
from geo.errors import BadInput
from geo.words import counted

_TOLD = 20

RoadsFile = Annotated[
    list[Path] | None,
    typer.Option(
        "--roads",
        help="Extrait OpenStreetMap (.osm.pbf) : temps par les routes (répétable : extraits "
        "voisins).",
    ),
]
Mode = Annotated[
    str, typer.Option("--mode", help="Par les routes : car (voiture, par défaut) ou walk (à pied).")
]
Crs = Annotated[
    str, typer.Option("--crs", help="Système des x, y ; avec lon, lat, celui où mesurer.")
]


def register(app: typer.Typer) -> None:
    app.command("times")(times)


def times(
    demand: Annotated[Path, typer.Option("--demand", help="Tableau D : id, lon, lat (ou x, y).")],
    supply: Annotated[Path, typer.Option("--supply", help="Tableau S : id, lon, lat (ou x, y).")],
    max_min: Annotated[float, typer.Option("--max", help="Durée maximale en minutes, comprise.")],
    out: Annotated[Path, typer.Option("--out", help="CSV à écrire (remplacé d'un bloc).")],
    roads: RoadsFile = None,
    mode: Mode = "car",
    crs: Crs = "",
    service: Annotated[
        bool,
        typer.Option(
            "--service",
            help="Demander les temps au service d'itinéraires de l'IGN au lieu de --roads : envoie "
            "vos positions (pas vos identifiants), une demande par couple et par seconde.",
        ),
    ] = False,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Temps de trajet par les routes entre vos lieux, de la demande vers l'offre.

    Le CSV (demand_id, supply_id, minutes) se redonne à « qpv access --times ». Un couple absent est
    à plus de --max minutes. Un lieu à plus de 500 m de toute route n'a aucun temps : il est listé
    avec sa ligne ; retirez-le des tableaux avant de calculer un accès, sinon il y vaudrait zéro.
    """
    from datasets.access_files import read_points
    from datasets.road_places import write_times

    refuse_overwriting(out, [demand, supply, *(roads or [])])
    try:
        places, sites = read_points(demand), read_points(supply, supply=True)
    except OSError as error:
        raise BadInput(f"Lecture impossible : {system_fr(error)} ({place_of(error)}).") from error
    if service:
        if roads:
            raise BadInput("--service et --roads : donnez l'un ou l'autre.")
        _from_service(places, sites, out, mode, max_min, crs, data, as_json)
        return
    found = along_roads(places, sites, roads or [], mode, max_min, crs, data)
    write_times(found.times, out)
    for line in found.told:
        tell(line)
    tell_off(found.off)
    tell(f"Écrit : {out} ({counted(found.times.nnz, 'trajet')}, mesurés en {found.crs}).")
    if as_json:
        typer.echo(json.dumps(_report(found), ensure_ascii=False, indent=1, allow_nan=False))


def along_roads(
    places: Any,
    sites: Any,
    roads: list[Path],
    mode: str,
    max_min: float,
    crs: str,
    data: Path | None,
) -> Any:
    """The ``datasets.road_places.Journeys`` between two tables, their options checked."""
    from datasets.prepare import road_network
    from datasets.road_places import journeys

    checked = _mode(mode)
    network = road_network(roads, data_folder(data), tell)
    if network is None:
        raise BadInput(
            "--roads manque : donnez un extrait OpenStreetMap au format .osm.pbf "
            "(adresse : qpv sources, osm_roads)."
        )
    return journeys(places, sites, network, mode=checked, max_min=max_min, crs=crs)


def _mode(said: str) -> Literal["car", "walk"]:
    if said not in ("car", "walk"):
        raise BadInput(f"--mode « {said} » : attendu car (voiture) ou walk (à pied).")
    return cast(Literal["car", "walk"], said)


def _from_service(
    places: Any,
    sites: Any,
    out: Path,
    mode: str,
    max_min: float,
    crs: str,
    data: Path | None,
    as_json: bool,
) -> None:
    from datasets.navigation import Navigation
    from datasets.navigation_times import service_times
    from datasets.road_places import write_times

    settings = Navigation(data_folder(data) / "route-answers", enabled=True, say=tell)
    found = service_times(places, sites, settings, mode=_mode(mode), max_min=max_min, crs=crs)
    write_times(found.times, out)
    lost = found.unknown.to_dict("records")
    for one in lost[:_TOLD]:
        tell(f"Temps inconnu : {one['demand_id']} → {one['supply_id']} ({one['reason']}).")
    tell(f"Écrit : {out} ({counted(found.times.nnz, 'trajet')} ; {len(lost)} inconnus).")
    if as_json:
        report = {
            "mode": found.times.mode,
            "max_min": max_min,
            "pairs": found.times.nnz,
            "crs": found.crs,
            "provenance": found.times.provenance,
            "status": "modelled",
            "unknown": lost,
        }
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False))


def tell_off(off: Any) -> None:
    """Each place without any time, with its table and line; the first ones when many."""
    for one in off[:_TOLD]:
        tell(f"Hors réseau : {one}.")
    if len(off) > _TOLD:
        rest = counted(len(off) - _TOLD, "autre lieu", "autres lieux")
        tell(f"Hors réseau : {rest} (la liste complète : --json).")


def off_records(off: Any) -> list[dict[str, Any]]:
    """The same places for a program."""
    return [{"file": one.file, "line": one.line, "id": one.id, "reason": one.reason} for one in off]


def _report(found: Any) -> dict[str, Any]:
    return {
        "mode": found.times.mode,
        "max_min": found.times.max_min,
        "pairs": found.times.nnz,
        "demand_places": found.times.shape[0],
        "supply_sites": found.times.shape[1],
        "crs": found.crs,
        "provenance": found.times.provenance,
        "status": "modelled",
        "off_road": off_records(found.off),
    }
