"""Making a territory ready to be looked at: written or fetched, built, or said why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from datasets import store
from datasets.brought.own_files import NO_FILES, OwnFiles
from datasets.catalogue import source
from datasets.demo import write_demo
from datasets.endpoints import Endpoints
from datasets.fetch import fetch_territory
from datasets.fetch_progress import console_progress
from datasets.layers import build_territory
from datasets.progress import console_counting
from datasets.raw import DEMO_FOLDER, RawFile, RawFolder
from datasets.refused_lines import give_back_refused
from datasets.roads import RoadFiles
from geo.errors import BadInput, QpvError
from geo.roads.ways import OSM_SOURCE
from geo.territory import Territory

Say = Callable[[str], None]
GRAPHS_FOLDER = "road-graphs"


def build(
    territory: Territory,
    data_dir: Path,
    *,
    from_dir: Path | None = None,
    own: OwnFiles = NO_FILES,
    road_files: Sequence[Path] = (),
    say: Say,
    reading: Say = lambda file: None,
) -> store.BuiltTerritory:
    """Build from ``from_dir``, else from what was fetched; the demo writes its own files first.

    ``road_files``: extracts of OpenStreetMap, else those of ``osm_roads`` in the raw folder.

    With ``own.keep_good``, the refused lines of each brought file are written beside it, and said.
    ``reading`` gets the name of each file as it is read.
    """
    if from_dir is None:
        from_dir = data_dir / (DEMO_FOLDER if territory.is_demo else "raw")
        if territory.is_demo:
            say("Écriture des fichiers du territoire de démonstration (données fictives)")
            write_demo(from_dir)
    raw = RawFolder(from_dir)
    built = build_territory(
        territory,
        raw,
        data_dir,
        own=own,
        roads=road_network(road_files or _own_extracts(raw), data_dir, say),
        say=say,
        reading=reading,
    )
    if own.keep_good:
        give_back_refused(raw, own, say)
    return built


def road_network(paths: Sequence[Path], data_dir: Path, say: Say) -> RoadFiles | None:
    """The extracts as one network, its graphs kept under ``data_dir``; None without any."""
    if not paths:
        return None
    absent = [str(path) for path in paths if not path.is_file()]
    if absent:
        raise BadInput(
            f"Extrait de routes introuvable : {', '.join(absent)}. Attendu : un fichier .osm.pbf."
        )
    files = tuple(RawFile(OSM_SOURCE, path) for path in dict.fromkeys(paths))
    return RoadFiles(files, data_dir / GRAPHS_FOLDER, say, console_counting())


def _own_extracts(raw: RawFolder) -> list[Path]:
    return [file.path for file in raw.files(source(OSM_SOURCE).folder, "*.osm.pbf")]


def make_ready(
    territory: Territory, data_dir: Path, *, say: Say, endpoints: Endpoints | None = None
) -> None:
    """Fetch and build what is asked; on failure say which source, and what can be served anyway.

    The demo is rebuilt only when it is not there. Raises nothing for a source out of reach: the
    app then serves the territories already built, or the demo.
    """
    try:
        if territory.is_demo:
            _ensure_demo(data_dir, say)
            return
        say(f"Téléchargement des fichiers officiels de {territory}")
        report = fetch_territory(
            territory, data_dir, endpoints=endpoints, progress=console_progress()
        )
        say(report.summary())
        if report.failed:
            names = ", ".join(outcome.source_id for outcome in report.failed)
            say(f"Sources injoignables : {names}. Le détail : qpv fetch {territory}")
        build(territory, data_dir, say=say)
    except QpvError as error:
        ready = [built.territory for built in store.list_built(data_dir)]
        if str(territory) in ready:
            say(f"{territory}, construit auparavant, est servi tel quel.")
            return
        say(f"{territory} n'a pas pu être construit : {error}")
        if not ready:
            say("Rien d'autre n'est construit : la démonstration (données fictives) est servie.")
            _ensure_demo(data_dir, say)
        else:
            say(f"Territoires servis, construits auparavant : {', '.join(ready)}.")


def _ensure_demo(data_dir: Path, say: Say) -> None:
    demo = Territory("demo")
    try:
        store.check(demo.slug, data_dir)
    except QpvError:
        build(demo, data_dir, say=say)
