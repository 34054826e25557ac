"""The build that the app runs for its visitors: one at a time, in a process of its own.

It lives on without the page that asked for it, every session reads the same account of it, and
killing it leaves what was built as it was (``datasets.store`` publishes at the very end). The
account lies in ``<data>/.build``: ``job.json``, ``events.jsonl`` and a lock that the process holds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from datasets.build_events import Event, parse_event
from datasets.build_worker import JOB_FOLDER, LOCK
from datasets.files import write_atomically
from geo.errors import BadInput, QpvError
from geo.territory import Territory

SOURCES_VARIABLE = "QPV_SOURCES"
_JOB, _EVENTS, _LOG, _CANCELLED = "job.json", "events.jsonl", "log.txt", "cancelled"
_START_S = 60.0  # a slow disk may take this long to start Python
_KIND_S, _HARD_S = 3.0, 5.0  # to stop of itself, then to be gone once killed
_PROBES, _PROBE_WAIT_S = 4, 0.03
_ORIGINS = ("internet", "fetched", "folder", "demo")
# Children of this very process, to be waited for: a dead one stays in the system's list till then.
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


class BuildBusy(QpvError, BlockingIOError):
    """A build is already running on this machine."""


@dataclass(frozen=True)
class Job:
    """A build asked for: territory, where its files come from, when (ISO 8601 UTC), process."""

    territory: str
    origin: str
    started_at: str
    pid: int


@dataclass(frozen=True)
class Account:
    """Where a build stands. ``share`` is 0..1; ``outcome`` is "" while it runs.

    ``outcome``: ``done``, ``error``, ``cancelled``, or ``died`` when its process vanished.
    """

    job: Job
    outcome: str
    share: float
    step: str
    file: str
    said: tuple[str, ...]
    message: str

    @property
    def running(self) -> bool:
        return not self.outcome


def prepared_folder() -> Path | None:
    """The folder of official files that the administrator names (``QPV_SOURCES``), if any."""
    chosen = os.environ.get(SOURCES_VARIABLE, "")
    return Path(chosen).resolve() if chosen and Path(chosen).is_dir() else None


def origins(data_dir: Path) -> dict[str, str]:
    """Where files may be read from here, and how to say it; never a path typed by a visitor."""
    found = {"internet": "les télécharger maintenant (internet)"}
    if (data_dir / "raw").is_dir():
        found["fetched"] = "ceux déjà téléchargés sur ce serveur"
    folder = prepared_folder()
    if folder is not None:
        found["folder"] = f"ceux du dossier préparé sur ce serveur (« {folder.name} »)"
    return found


def start(territory: Territory, data_dir: Path, origin: str) -> Job:
    """Start building in a new process.

    Raises
    ------
    BuildBusy
        When a build runs.
    BadInput
        For an origin that this machine does not offer.
    """
    origin = "demo" if territory.is_demo else origin
    if origin not in _ORIGINS or (origin != "demo" and origin not in origins(data_dir)):
        raise BadInput("Choisissez d'où viennent les fichiers parmi les propositions.")
    folder = data_dir / JOB_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "start"):
        now = account(data_dir)
        if now is not None and now.running:
            raise BuildBusy(
                f"Une construction est déjà en cours ({now.job.territory}). À faire : attendez "
                "qu'elle finisse, ou arrêtez-la."
            )
        for name in (_CANCELLED, _EVENTS):
            (folder / name).unlink(missing_ok=True)
        child = _launch(territory, data_dir.resolve(), origin, folder)
        _CHILDREN[child.pid] = child
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        job = Job(str(territory), origin, moment, child.pid)
        write_atomically(folder / _JOB, json.dumps(asdict(job)).encode("utf-8"))
    return job


def account(data_dir: Path) -> Account | None:
    """The account of the last build asked for from the app; None when there never was one."""
    folder = data_dir / JOB_FOLDER
    try:
        job = Job(**json.loads((folder / _JOB).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    events = _events(folder)
    last = events[-1] if events else None
    outcome = last.kind if last is not None and last.kind in ("done", "error") else ""
    if (folder / _CANCELLED).exists() and outcome != "done":
        outcome = "cancelled"
    if not outcome and not _alive(job, folder, begun=bool(events)):
        again = _events(folder)  # it may have ended between the two looks
        outcome = again[-1].kind if again and again[-1].kind in ("done", "error") else "died"
        events, last = again, again[-1] if again else None
    return _told(job, outcome, events)


def cancel(data_dir: Path) -> bool:
    """Stop the running build, kindly then for good; False when none was running."""
    now, folder = account(data_dir), data_dir / JOB_FOLDER
    if now is None or not now.running:
        return False
    write_atomically(folder / _CANCELLED, b"")
    for send, wait_s in ((signal.SIGTERM, _KIND_S), (_KILL, _HARD_S)):
        _send(now.job.pid, send)
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            if not _alive(now.job, folder, begun=True):
                return True
            time.sleep(0.05)
    return True


_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def _launch(
    territory: Territory, data_dir: Path, origin: str, folder: Path
) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "cli", "build", str(territory), "--data", str(data_dir),
               "--events"]  # fmt: skip
    if origin == "internet":
        command.append("--fetch")
    source = prepared_folder()
    if origin == "folder" and source is not None:
        command += ["--from", str(source)]
    with (folder / _EVENTS).open("wb") as told, (folder / _LOG).open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own program, a territory parsed beforehand
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=told, stderr=log,
            start_new_session=True,
        )  # fmt: skip


def _events(folder: Path) -> list[Event]:
    try:
        text = (folder / _EVENTS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [event for line in text.splitlines() if (event := parse_event(line)) is not None]


def _alive(job: Job, folder: Path, *, begun: bool) -> bool:
    child = _CHILDREN.get(job.pid)
    if child is not None:
        if child.poll() is None:
            return True
        del _CHILDREN[job.pid]
        return False
    if _held(folder):
        return True
    age = datetime.now(UTC) - datetime.fromisoformat(job.started_at)
    return not begun and age.total_seconds() < _START_S


def _held(folder: Path) -> bool:
    """Whether the process of the build holds its lock (another look may, for an instant)."""
    for _ in range(_PROBES):
        lock = FileLock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            time.sleep(_PROBE_WAIT_S)
            continue
        lock.release()
        return False
    return True


def _send(pid: int, number: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except OSError:  # already gone
        return


def _told(job: Job, outcome: str, events: list[Event]) -> Account:
    planned = next((event.total for event in events if event.kind == "plan"), 0)
    steps = [event.words for event in events if event.kind == "step"]
    after = [event for event in events if event.kind in ("step", "file")]
    file = after[-1] if after and after[-1].kind == "file" else None
    part = file.received / file.total if file is not None and file.total else 0.0
    share = min((max(len(steps) - 1, 0) + min(part, 1.0)) / planned, 1.0) if planned else 0.0
    return Account(
        job,
        outcome,
        1.0 if outcome == "done" else share,
        steps[-1] if steps else "",
        file.words if file is not None else "",
        tuple(event.words for event in events if event.kind == "said"),
        events[-1].words if events and events[-1].kind == "error" else "",
    )
