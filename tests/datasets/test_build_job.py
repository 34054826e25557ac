"""A build asked for by the app: told, alone on its machine, stopped without harm."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from datasets import build_job, build_worker, store
from datasets.build_events import Event, EventProgress, parse_event, without_paths
from datasets.build_job import BuildBusy
from datasets.territory_choices import fixed_choices, listed_choices, matching
from geo.errors import BadInput
from geo.territory import DEMO_DEPARTEMENT, Territory, parse_territory

DEMO = Territory("demo")
# Holds the lock as the worker does, tells one step, and never ends of itself.
SLEEPER = """
import sys, time
from filelock import FileLock
with FileLock(sys.argv[1] + "/lock"):
    print('{"kind": "plan", "total": 4}', flush=True)
    print('{"kind": "step", "words": "Communes"}', flush=True)
    print('{"kind": "file", "words": "france.json", "received": 1, "total": 2}', flush=True)
    print('{"kind": "st', end="", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def sleeping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A data folder whose builds are processes that wait."""

    def launch(territory, data_dir, origin, folder):
        with (folder / "events.jsonl").open("wb") as told:
            return subprocess.Popen(
                [sys.executable, "-c", SLEEPER, str(folder)], stdout=told, start_new_session=True
            )

    monkeypatch.setattr(build_job, "_launch", launch)
    yield tmp_path
    build_job.cancel(tmp_path)


def _until(true, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_build_is_told_step_by_step_with_its_file_and_stopped_by_anybody(sleeping):
    assert build_job.account(sleeping) is None
    build_job.start(DEMO, sleeping, "demo")
    _until(lambda: build_job.account(sleeping).file)
    now = build_job.account(sleeping)
    assert (now.running, now.step, now.file) == (True, "Communes", "france.json")
    assert now.share == pytest.approx(0.5 / 4)
    with pytest.raises(BuildBusy, match="déjà en cours"):
        build_job.start(DEMO, sleeping, "demo")
    # Another server process knows nothing of the child: the lock alone tells it.
    [child] = build_job._CHILDREN.values()
    build_job._CHILDREN.clear()
    assert build_job.account(sleeping).running
    assert build_job.cancel(sleeping)
    assert child.wait(timeout=10) != 0
    assert build_job.account(sleeping).outcome == "cancelled"
    assert not build_job.cancel(sleeping)


def test_a_process_that_vanishes_is_told_and_the_next_may_start(sleeping):
    job = build_job.start(DEMO, sleeping, "demo")
    _until(lambda: build_job.account(sleeping).file)
    build_job._CHILDREN[job.pid].kill()
    _until(lambda: not build_job.account(sleeping).running)
    assert build_job.account(sleeping).outcome == "died"
    again = build_job.start(DEMO, sleeping, "demo")
    assert again.pid != job.pid
    assert build_job.account(sleeping).running


def test_only_origins_of_this_machine_are_taken(tmp_path, monkeypatch):
    monkeypatch.delenv(build_job.SOURCES_VARIABLE, raising=False)
    assert list(build_job.origins(tmp_path)) == ["internet"]
    for typed in ("/etc", "folder", "fetched", "../.."):
        with pytest.raises(BadInput):
            build_job.start(Territory("dep", "42"), tmp_path, typed)
    mirror = tmp_path / "miroir"
    mirror.mkdir()
    monkeypatch.setenv(build_job.SOURCES_VARIABLE, str(mirror))
    words = build_job.origins(tmp_path)["folder"]
    assert "« miroir »" in words and str(tmp_path) not in words


def test_the_worker_tells_an_error_without_any_path_of_the_machine(tmp_path):
    told: list[Event] = []
    absent = tmp_path / "nulle" / "part"
    code = build_worker.run(
        Territory("dep", "42"), tmp_path / "data", from_dir=absent, emit=told.append
    )
    assert code == 1
    assert [event.kind for event in told] == ["plan", "error"]
    assert "n'existe pas" in told[-1].words and "À faire" in told[-1].words
    assert str(tmp_path) not in told[-1].words
    assert store.list_built(tmp_path / "data") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("absent du dossier /srv/qpv/raw/bpe", "absent du dossier bpe"),
        (r"lu dans C:\Users\x\qpv\bpe.zip", "lu dans bpe.zip"),
        ("page https://www.insee.fr/fr/statistiques/8217525", None),
        ("le 15/01/2025, 3 et/ou 4", None),
    ],
)
def test_paths_are_taken_away_and_addresses_are_left(text, shown):
    assert without_paths(text, {}) == (text if shown is None else shown)


def test_an_event_is_read_again_and_a_line_cut_short_is_none():
    event = Event("file", "été.csv", 3, 9)
    assert parse_event(event.line()) == event
    assert parse_event(event.line()[:-8]) is None
    assert parse_event('{"kind": "autre"}') is None
    assert parse_event("[]") is None


def test_a_download_is_told_now_and_then_not_at_each_chunk():
    told: list[Event] = []
    progress = EventProgress(told.append)
    progress.start("bpe", 10_000_000)
    for _ in range(1000):
        progress.advance(10_000)
    assert 3 <= len(told) <= 10
    assert told[-1].received == told[-1].total == 10_000_000


def test_territories_are_found_by_words_accents_case_and_codes(demo_raw):
    fixed = fixed_choices()
    assert matching("cote d or", fixed)[0].territory == "dep:21"
    assert matching("AUVERGNE rhone", fixed)[0].territory == "region:84"
    assert matching("démonstration", fixed)[0].territory == "demo"
    assert [one.territory for one in matching("42218", fixed)] == ["commune:42218"]
    assert [one.territory for one in matching("244200770", fixed)] == ["epci:244200770"]
    assert matching("  ", fixed) == matching("zzz", fixed) == []
    listed = listed_choices(demo_raw / "communes" / "france.json")
    assert {one.territory.split(":")[0] for one in listed} == {"epci", "commune"}
    one = next(choice for choice in listed if choice.territory.startswith("commune:"))
    assert one in matching(one.label.split(" (")[0], listed)


def test_no_departement_that_cannot_be_built_is_offered():
    for one in fixed_choices():
        assert str(parse_territory(one.territory)) == one.territory
        assert DEMO_DEPARTEMENT not in one.found_by.split()
