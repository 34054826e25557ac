"""``qpv access``: the catchment methods on anybody's tables of demand, supply and times."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import AsJson, DataDir, refuse_overwriting, tell
from commands.times import Crs, Mode, RoadsFile, along_roads, off_records, tell_off
from datasets.system_errors import system_fr
from geo.access.settings import CRUDE_DETOUR, CRUDE_SPEED_KMH
from geo.catchments.decay import KERNELS
from geo.errors import BadInput
from geo.words import counted, number

if TYPE_CHECKING:
    from geo.catchments.decay import Bands, Kernel

_FIXED = ("drees", "drees2012", "drees_midwives")  # with other bands they would not be the DREES's
_IDS_TOLD = 5
_GAP_TOLD = 1e-9
# Bounds of what a person can mean: over two months on the road, a millionth [assumption].
_MOST_MIN, _LEAST_WEIGHT = 1e5, 1e-6
_HELP = (
    "Accessibilité de chaque lieu de demande à une offre, sur vos propres tableaux.\n\n"
    "D.csv : id, lon, lat (ou x, y avec --crs), population[, standardised_population : elle sert "
    "alors de demande]. S.csv : id, lon, lat (ou x, y), capacity. T.csv : demand_id, supply_id, "
    "minutes de la demande vers l'offre ; un couple absent est hors de portée. Séparateur, "
    "encodage et virgule décimale sont reconnus.\n\n"
    "Sans --times ni --roads, les temps sont à vol d'oiseau (modèle : distance × détour / "
    "vitesse), mesurés en Lambert-93 dans l'hexagone, dans le système officiel de chaque "
    "territoire d'outre-mer, ailleurs dans le fuseau UTM. Avec --roads EXTRAIT.osm.pbf, ils "
    "suivent les routes ; un lieu de demande loin de toute route a un accès vide, un lieu d'offre "
    "n'y compte pas, et tous sont listés avec leur ligne.\n\n"
    "Résultat : un CSV pour programmes (UTF-8, virgule entre colonnes, point décimal), colonnes id "
    "et access, dans l'ordre de D.csv, en unités de capacity par habitant ; sans offre à portée, "
    "0.\n\nNoyaux et réglages par défaut (--edge lt : un temps égal à la limite passe dans la "
    "tranche suivante ; le : il reste dans la tranche) :\n\n"
)


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def register(app: typer.Typer) -> None:
    """Add ``access`` to the commands of ``app``."""
    kernels = "\n\n".join(
        f"{name} : {kernel.statement_fr()} Bornes par défaut : {kernel.edge}."
        for name, kernel in KERNELS.items()
    )
    app.command("access", help=_HELP + kernels)(access)


def access(
    demand: Annotated[Path, typer.Option("--demand", help="Tableau D de la demande.")],
    supply: Annotated[Path, typer.Option("--supply", help="Tableau S de l'offre.")],
    out: Annotated[Path, typer.Option("--out", help="CSV à écrire (remplacé d'un bloc).")],
    kernel: Annotated[str, typer.Option("--kernel", help=", ".join(KERNELS) + ".")],
    times: Annotated[
        Path | None, typer.Option("--times", help="Tableau T des temps de trajet.")
    ] = None,
    catchment: Annotated[
        float | None, typer.Option("--catchment", help="Rayon en minutes (pas pour drees*).")
    ] = None,
    steps: Annotated[
        str,
        typer.Option(
            "--steps",
            help="Tranches minutes:poids, par exemple 10:1,20:0.68,30:0.22 ou 15:2/3 "
            "(pas pour drees*).",
        ),
    ] = "",
    edge: Annotated[str, typer.Option("--edge", help="lt ou le (défaut : celui du noyau).")] = "",
    speed_kmh: Annotated[
        float | None,
        typer.Option(
            "--speed-kmh",
            help=f"Vitesse à vol d'oiseau (défaut : {_plain(CRUDE_SPEED_KMH)}, hypothèse).",
        ),
    ] = None,
    detour: Annotated[
        float | None,
        typer.Option(
            "--detour",
            help=f"Coefficient de détour (défaut : {_plain(CRUDE_DETOUR)}, hypothèse).",
        ),
    ] = None,
    crs: Crs = "",
    roads: RoadsFile = None,
    mode: Mode = "",
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read, compute, write; nothing is written when anything is wrong."""
    import numpy as np

    from datasets.access_files import read_all
    from datasets.files import write_atomically
    from geo.catchments.methods import catchment as compute
    from geo.catchments.reach import count_within
    from geo.catchments.summary import summarise

    chosen = _kernel(kernel, catchment, steps, edge)
    refuse_overwriting(out, [path for path in (demand, supply, times, *(roads or [])) if path])
    given = {"--speed-kmh": speed_kmh is not None, "--detour": detour is not None}
    if times is not None:
        _refuse_idle("--times", {**given, "--crs": bool(crs), "--roads": bool(roads)})
    if roads:
        _refuse_idle("--roads", given)
    elif mode:
        raise BadInput("--mode ne sert qu'avec --roads : donnez un extrait, ou retirez --mode.")
    places, sites, journeys = read_all(demand, supply, times)
    for table in (places, sites, journeys):
        for problem in table.problems if table is not None else ():
            tell(f"{problem.file} : {problem.message}")
    every, off = places.frame["id"], ()
    if roads:
        driven = along_roads(places, sites, roads, mode or "car", chosen.reach_min, crs, data)
        places, sites, reach, off = driven.demand, driven.supply, driven.times, driven.off
        about = _driven(driven)
    elif journeys is None:
        reach, about = _crow_fly(places, sites, chosen.reach_min, speed_kmh, detour, crs)
    else:
        reach, about = _given(places, sites, journeys)
    standardised = "standardised_population" in places.frame
    column = "standardised_population" if standardised else "population"
    people = places.frame[column].to_numpy(np.float64)
    capacity = sites.frame["capacity"].to_numpy(np.float64)
    found = compute(reach, people, capacity, chosen)
    summary = summarise(
        found,
        people,
        capacity,
        places.frame["id"].to_numpy(object),
        places.frame["population"].to_numpy(np.float64),
    )
    report = {
        "kernel": chosen.name,
        "method": chosen.method,
        "edge": chosen.edge,
        "bands_min": [list(band) for band in chosen.bands_min],
        "statement": found.statement_fr,
        "source": chosen.source,
        "mark": chosen.mark,
        "unit": "capacity par habitant" + (" standardisé" if standardised else ""),
        "demand_column": column,
        **about,
        "off_road": off_records(off),
        "demand_places": len(places.frame),
        "supply_sites": len(sites.frame),
        "pairs": int(count_within(reach, chosen.reach_min, chosen.edge).sum()),
        **asdict(summary),
    }
    try:
        write_atomically(out, _csv(every, _spread(found.access, places, every)))
    except OSError as error:
        raise BadInput(f"{out} ne peut pas être écrit : {system_fr(error)}.") from error
    tell_off(off)
    _say(report, out, len(every))
    if as_json:
        report["reach"] = _reach(reach, capacity, chosen)
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False))


def _reach(times: Any, capacity: Any, kernel: Kernel) -> list[dict[str, Any]]:
    """The nearest site of each place, then sites and capacity within each limit of the kernel."""
    from geo.catchments.reach import reach_statistics

    limits = [limit for limit, _ in kernel.bands_min]
    table = reach_statistics(times, capacity, limits, kernel.edge)
    # A place with no site in reach has no nearest one: null, which is not zero.
    plain = table.astype(object).where(table.notna() & (table != ""), None)
    plain = plain.reset_index(names="id")
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _kernel(name: str, catchment: float | None, steps: str, edge: str) -> Kernel:
    from geo.catchments.decay import kernel_named

    if edge not in ("", "lt", "le"):
        raise BadInput(f"--edge « {edge} » : attendu lt (strictement moins) ou le (au plus).")
    if name in _FIXED and (steps or catchment is not None):
        raise BadInput(
            f"--kernel {name} a ses propres tranches : avec d'autres, ce ne serait plus la "
            "pondération de la DREES. À faire : retirez --steps et --catchment, ou prenez "
            "--kernel e2sfca."
        )
    if name == "2sfca" and steps:
        raise BadInput("--kernel 2sfca n'a pas de tranches : donnez --catchment, ou prenez e2sfca.")
    if catchment is not None and not 0 < catchment <= _MOST_MIN:
        raise BadInput(
            f"--catchment {catchment:g} : attendu un nombre de minutes positif, "
            f"{number(_MOST_MIN)} au plus."
        )
    return kernel_named(
        name,
        catchment_min=catchment,
        bands_min=_bands(steps) if steps else None,
        edge=edge or None,  # type: ignore[arg-type]
    )


def _bands(steps: str) -> Bands:
    try:
        bands = [[Fraction(part) for part in step.split(":")] for step in steps.split(",")]
        read = tuple((float(limit), float(weight)) for limit, weight in bands)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise BadInput(
            f"--steps « {steps} » : attendu minutes:poids séparés par des virgules, décimales avec "
            "un point ou fraction, par exemple 10:1,20:0.68,30:0.22 ou 10:1,15:2/3,20:1/3."
        ) from None
    if any(limit > _MOST_MIN for limit, _ in read) or any(0 < w < _LEAST_WEIGHT for _, w in read):
        raise BadInput(
            f"--steps « {steps} » : attendu des limites de {number(_MOST_MIN)} minutes au plus, et "
            f"des poids nuls ou de {_plain(_LEAST_WEIGHT)} au moins."
        )
    return read


def _refuse_idle(chosen: str, given: dict[str, bool]) -> None:
    idle = [name for name, used in given.items() if used]
    if idle:
        raise BadInput(
            f"{', '.join(idle)} ne sert pas avec {chosen}, qui donne les temps. Retirez l'un ou "
            "l'autre."
        )


def _crow_fly(
    places: Any,
    sites: Any,
    max_min: float,
    speed_kmh: float | None,
    detour: float | None,
    crs: str,
) -> tuple[Any, dict[str, Any]]:
    from datasets.access_places import place_in_metres
    from geo.times.crow_fly import CrowFly, Straight

    speed = CRUDE_SPEED_KMH if speed_kmh is None else speed_kmh
    bend = CRUDE_DETOUR if detour is None else detour
    if not (math.isfinite(speed) and speed > 0):
        raise BadInput(f"--speed-kmh {speed:g} : attendu un nombre de km/h positif.")
    if not (math.isfinite(bend) and bend >= 1):
        raise BadInput(f"--detour {bend:g} : attendu 1 ou plus.")
    here, there, measured = place_in_metres(places, sites, crs)
    ids = (frame["id"].to_numpy(object) for frame in (places.frame, sites.frame))
    reach = CrowFly(here, there, max_min, Straight(speed, bend), *ids)
    return reach, {"times": "crow-fly", "speed_kmh": speed, "detour": bend, "crs": measured}


def _given(places: Any, sites: Any, journeys: Any) -> tuple[Any, dict[str, Any]]:
    from geo.travel import from_table

    reach = from_table(
        journeys.frame, places.frame["id"], sites.frame["id"], provenance=journeys.file
    )
    return reach, {"times": "user", "speed_kmh": None, "detour": None, "crs": None}


def _driven(found: Any) -> dict[str, Any]:
    for line in found.told:
        tell(line)
    return {"times": found.times.mode, "speed_kmh": None, "detour": None, "crs": found.crs}


def _spread(access: Any, places: Any, every: Any) -> Any:
    """The access of every line of D in order: NaN for a place on no road, which is not zero."""
    import pandas as pd

    return pd.Series(access, index=places.frame["id"]).reindex(every).to_numpy()


def _csv(ids: Any, values: Any) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["id", "access"])
    written = ("" if math.isnan(value) else repr(value) for value in values.tolist())
    rows.writerows(zip(ids.tolist(), written, strict=True))
    return text.getvalue().encode("utf-8")


def _say(report: dict[str, Any], out: Path, lines: int) -> None:
    tell(report["statement"])
    if report["times"] == "crow-fly":
        tell(
            f"Temps à vol d'oiseau (modèle) : détour {_plain(report['detour'])}, "
            f"{_plain(report['speed_kmh'])} km/h, mesurés en {report['crs']}."
        )
    lost = report["unreachable_supply_ids"]
    if lost:
        shown = ", ".join(lost[:_IDS_TOLD]) + ("…" if len(lost) > _IDS_TOLD else "")
        tell(f"Offre sans population à portée : {counted(len(lost), 'lieu', 'lieux')} ({shown}).")
    if report["demand_without_supply"]:
        places = counted(report["demand_without_supply"], "lieu", "lieux")
        tell(f"Sans offre à portée, accès 0 : {places} de demande.")
    if report["supply"] == 0:
        tell("Toutes les capacités sont à zéro : l'accès est nul partout.")
    gap = report["conservation_gap"]
    if gap is None:
        tell("Cette méthode ne conserve pas l'offre : les totaux ne se comparent pas à S.csv.")
    elif gap > _GAP_TOLD:
        tell(f"Attention : {report['conservation_rule']} n'est tenu qu'à {gap:.1e} près.")
    tell(f"Écrit : {out} ({counted(lines, 'ligne')}, {report['unit']}).")
