"""A whole build told event by event: what ``qpv build --events`` runs, in a process of its own."""

from __future__ import annotations

import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from datasets import prepare
from datasets.build_events import Emit, Event, EventProgress, without_paths
from datasets.catalogue import needed_sources
from datasets.fetch import fetch_territory
from geo.errors import QpvError
from geo.territory import Territory

JOB_FOLDER = ".build"
LOCK = "lock"
DATA_WORDS, ORIGIN_WORDS = "le dossier des données", "le dossier préparé"
BUILD_STEPS = 6  # sentences of ``build_territory``; the demo also writes its files
# Whoever looks whether a build runs holds the lock for an instant.
_LOCK_WAIT_S = 10.0
_WARNING = "Attention"
_STOPPED = "Construction arrêtée. Ce qui était construit n'a pas changé."
_UNEXPECTED = (
    "La construction s'est arrêtée sur une erreur imprévue ; ce qui était construit n'a pas "
    "changé. À faire : prévenez la personne qui administre l'outil (son journal dit le détail)."
)


def run(
    territory: Territory,
    data_dir: Path,
    *,
    from_dir: Path | None = None,
    fetch: bool = False,
    emit: Emit | None = None,
) -> int:
    """Fetch when asked, build, and tell each step on standard output; 0 when it was published.

    One at a time in a data folder: the lock is freed by the system if this process is killed.
    """
    data_dir = data_dir.resolve()
    say = _scrubbed(emit or _print, data_dir, from_dir)
    folder = data_dir / JOB_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with FileLock(folder / LOCK, timeout=_LOCK_WAIT_S):
            _make(territory, data_dir, from_dir, fetch, say)
    except Timeout:
        say(Event("error", "Une autre construction est en cours sur cette machine."))
    except (QpvError, OSError) as error:
        say(Event("error", str(error)))
    except KeyboardInterrupt:
        say(Event("error", _STOPPED))
    except Exception:  # told to the person, and kept whole for the administrator
        traceback.print_exc(file=sys.stderr)
        say(Event("error", _UNEXPECTED))
    else:
        return 0
    return 1


def _make(
    territory: Territory, data_dir: Path, from_dir: Path | None, fetch: bool, emit: Emit
) -> None:
    wanted = len(needed_sources()) if fetch else 0
    emit(Event("plan", total=BUILD_STEPS + wanted + 1 + (1 if territory.is_demo else 0)))
    if fetch:
        emit(Event("step", "Téléchargement des fichiers officiels"))
        report = fetch_territory(
            territory,
            data_dir,
            progress=EventProgress(emit),
            say=lambda line: emit(Event("step", line)),
        )
        emit(Event("said", report.summary()))
    built = prepare.build(
        territory,
        data_dir,
        from_dir=from_dir,
        say=lambda line: emit(Event("said" if line.startswith(_WARNING) else "step", line)),
        reading=lambda name: emit(Event("file", name)),
    )
    emit(Event("done", str(territory), build=str(built.manifest["build"])))


def _scrubbed(emit: Emit, data_dir: Path, from_dir: Path | None) -> Emit:
    folders = {data_dir: DATA_WORDS}
    if from_dir is not None:
        folders[from_dir] = ORIGIN_WORDS

    def tell(event: Event) -> None:
        emit(replace(event, words=without_paths(event.words, folders)))

    return tell


def _print(event: Event) -> None:
    sys.stdout.write(event.line())
    sys.stdout.flush()


def _interrupt(number: int, frame: object) -> None:
    del number, frame
    raise KeyboardInterrupt
