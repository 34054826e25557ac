"""Making a territory ready to be looked at: written or fetched, built, or said why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from datasets import store
from datasets.brought.examine import write_refused_beside
from datasets.brought.fdep import FORM as FDEP
from datasets.brought.fdep import check_fdep
from datasets.brought.indicators import FORM as INDICATORS
from datasets.brought.indicators import check_indicators
from datasets.brought.practices import FORM as PRACTICES
from datasets.brought.practices import check_practices
from datasets.brought.schemes import FORM as SCHEMES
from datasets.brought.schemes import check_schemes
from datasets.brought.zoning import check_zoning
from datasets.brought.zoning_form import FORM as ZONING
from datasets.catalogue import source
from datasets.demo import write_demo
from datasets.endpoints import Endpoints
from datasets.fetch import fetch_territory
from datasets.fetch_progress import console_progress
from datasets.layers import build_territory
from datasets.mediation import write_rejected_beside
from datasets.mediation.known import CodeList
from datasets.mediation.near import communes_around
from datasets.progress import console_counting
from datasets.raw import RawFile, RawFolder
from datasets.readers.communes import read_communes
from datasets.readers.qpv import read_qpv_2024
from datasets.roads import RoadFiles
from geo.errors import BadInput, QpvError
from geo.roads.ways import OSM_SOURCE
from geo.territory import Territory

Say = Callable[[str], None]
DEMO_FOLDER = "demo-raw"
GRAPHS_FOLDER = "road-graphs"


def build(
    territory: Territory,
    data_dir: Path,
    *,
    from_dir: Path | None = None,
    mediation_files: Sequence[Path] = (),
    zoning_files: Sequence[Path] = (),
    fdep_files: Sequence[Path] = (),
    practice_files: Sequence[Path] = (),
    indicator_files: Sequence[Path] = (),
    scheme_files: Sequence[Path] = (),
    keep_good: bool = False,
    road_files: Sequence[Path] = (),
    say: Say,
    reading: Say = lambda file: None,
) -> store.BuiltTerritory:
    """Build from ``from_dir``, else from what was fetched; the demo writes its own files first.

    ``road_files``: extracts of OpenStreetMap, else those of ``osm_roads`` in the raw folder.

    With ``keep_good``, the refused lines of each brought file are written beside it, and said.
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
        mediation_files=mediation_files,
        zoning_files=zoning_files,
        fdep_files=fdep_files,
        practice_files=practice_files,
        indicator_files=indicator_files,
        scheme_files=scheme_files,
        keep_good=keep_good,
        roads=road_network(road_files or _own_extracts(raw), data_dir, say),
        say=say,
        reading=reading,
    )
    if keep_good:
        _give_back_refused(raw, mediation_files, zoning_files, fdep_files, say)
        communes, qpv = frozenset(_commune_codes(raw)) or None, frozenset(_qpv_codes(raw)) or None
        for file in practice_files:
            _give_back(
                "practices",
                file,
                lambda path: write_refused_beside(path, PRACTICES, check_practices(path, communes)),
                say,
            )
        for file in indicator_files:
            _give_back(
                "indicators",
                file,
                lambda path: write_refused_beside(path, INDICATORS, check_indicators(path, qpv)),
                say,
            )
        for file in scheme_files:
            _give_back(
                "demarches",
                file,
                lambda path: write_refused_beside(
                    path, SCHEMES, check_schemes(path, communes, qpv)
                ),
                say,
            )
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


def _give_back_refused(
    raw: RawFolder,
    mediation: Sequence[Path],
    zoning: Sequence[Path],
    fdep: Sequence[Path],
    say: Say,
) -> None:
    """Write the refused lines of each brought file beside it."""
    qpv, communes = frozenset(_qpv_codes(raw)), frozenset(_commune_codes(raw)) or None
    for file in mediation:
        _give_back("mediation", file, lambda path: write_rejected_beside(path, qpv, communes), say)
    for file in zoning:
        _give_back(
            "zonage",
            file,
            lambda path: write_refused_beside(path, ZONING, check_zoning(path, communes, qpv)),
            say,
        )
    for file in fdep:
        _give_back(
            "fdep", file, lambda path: write_refused_beside(path, FDEP, check_fdep(path, communes)),
            say,
        )  # fmt: skip


def _give_back(name: str, file: Path, write: Callable[[Path], Path | None], say: Say) -> None:
    try:
        out = write(file)
    except OSError:
        say(
            f"Les lignes refusées de {file.name} n'ont pas pu être écrites dans son dossier. "
            f"À faire : listez-les avec « qpv check {name} {file} »."
        )
        return
    if out is not None:
        say(f"Lignes refusées de {file.name}, à corriger : {out}")


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


def known_qpv_codes(data_dir: Path) -> frozenset[str] | None:
    """QPV codes a brought file may name, or None when no national list was fetched.

    The codes of a built territory are those of its region only, and the demo's are fictional:
    neither can say that a code does not exist. The demo's codes are added to the national list.
    """
    codes = [set(quarters["code_qp"]) for _, quarters in _quarter_lists(data_dir)]
    return frozenset().union(*codes) or None


def known_quarters(data_dir: Path) -> CodeList | None:
    """``known_qpv_codes`` with the communes near each quarter, where the list of them is whole."""
    codes: set[str] = set()
    around: dict[str, frozenset[str]] = {}
    for raw, quarters in _quarter_lists(data_dir):
        codes |= set(quarters["code_qp"])
        for file in raw.files("communes", "france.json"):
            around |= communes_around(quarters, read_communes(file.path).frame)
    return CodeList(frozenset(codes), None, around) if codes else None


def _quarter_lists(data_dir: Path) -> Iterator[tuple[RawFolder, pd.DataFrame]]:
    if not (data_dir / "raw" / "qpv_2024").is_dir():
        return
    for folder in ("raw", DEMO_FOLDER):
        if (data_dir / folder).is_dir():
            raw = RawFolder(data_dir / folder)
            for file in raw.files("qpv_2024", "*.zip", "*.geojson"):
                yield raw, read_qpv_2024(file.path).frame


def known_commune_codes(data_dir: Path) -> frozenset[str] | None:
    """Commune codes a brought file may name, or None when no national list was fetched."""
    if not (data_dir / "raw").is_dir():
        return None
    codes = _commune_codes(RawFolder(data_dir / "raw"))
    if codes and (data_dir / DEMO_FOLDER).is_dir():
        codes |= _commune_codes(RawFolder(data_dir / DEMO_FOLDER))
    return frozenset(codes) or None


def known_communes(data_dir: Path) -> pd.DataFrame:
    """Communes at hand (code, label, departement): of what was fetched, else of what is built."""
    tables = []
    for folder in ("raw", DEMO_FOLDER):
        if (data_dir / folder).is_dir():
            files = RawFolder(data_dir / folder).files("communes", "france.json")
            tables += [read_communes(file.path).frame for file in files]
    if not tables:
        tables = [
            store.load(built.slug, data_dir)["communes"] for built in store.list_built(data_dir)
        ]
    columns = ["code", "label", "departement"]
    found = [pd.DataFrame(table)[columns] for table in tables]
    if not found:
        return pd.DataFrame(columns=columns, dtype="str")
    return pd.concat(found, ignore_index=True).drop_duplicates("code")


def _commune_codes(raw: RawFolder) -> set[str]:
    files = raw.files("communes", "france.json")
    return {code for file in files for code in read_communes(file.path).frame["code"]}


def _qpv_codes(raw: RawFolder) -> set[str]:
    files = raw.files("qpv_2024", "*.zip", "*.geojson")
    return {code for file in files for code in read_qpv_2024(file.path).frame["code_qp"]}
