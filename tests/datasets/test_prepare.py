"""Making a territory ready: the demo, a real one from its sources, or what can be served."""

from __future__ import annotations

import shutil
import socket
from functools import partial
from pathlib import Path

import pytest

from datasets import download, fetch, known_places, prepare, store
from datasets.built_codes import codes_of
from datasets.endpoints import Endpoints
from geo.territory import Territory


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> Endpoints:
    """Addresses of this machine where no server listens, and no waiting between tries."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setattr(fetch, "Client", partial(download.Client, sleep=lambda _: None))
    return Endpoints(nowhere, nowhere, nowhere, nowhere, nowhere, nowhere)


def test_the_demo_is_built_once(tmp_path: Path) -> None:
    told: list[str] = []
    prepare.make_ready(Territory("demo"), tmp_path, say=told.append)
    first = store.find("demo", tmp_path).path
    assert any("fictives" in line for line in told)
    told.clear()
    prepare.make_ready(Territory("demo"), tmp_path, say=told.append)
    assert told == []
    assert store.find("demo", tmp_path).path == first


def test_sources_out_of_reach_are_named_and_the_demo_is_served(
    tmp_path: Path, nobody_answers: Endpoints
) -> None:
    told: list[str] = []
    prepare.make_ready(Territory("dep", "42"), tmp_path, say=told.append, endpoints=nobody_answers)
    text = "\n".join(told)
    assert "Sources injoignables : qpv_2024" in text
    assert "dep:42 n'a pas pu être construit" in text
    assert "la démonstration (données fictives) est servie" in text
    assert [built.territory for built in store.list_built(tmp_path)] == ["demo"]


def test_what_was_built_before_stays_served(
    tmp_path: Path, demo_data: Path, nobody_answers: Endpoints
) -> None:
    shutil.copytree(demo_data, tmp_path, dirs_exist_ok=True)
    told: list[str] = []
    prepare.make_ready(
        Territory("region", "84"), tmp_path, say=told.append, endpoints=nobody_answers
    )
    assert told[-1] == "Territoires servis, construits auparavant : demo."


def test_a_territory_already_built_is_served_without_alarm(
    tmp_path: Path, demo_raw: Path, nobody_answers: Endpoints
) -> None:
    prepare.build(Territory("dep", "99"), tmp_path, from_dir=demo_raw, say=lambda _: None)
    told: list[str] = []
    prepare.make_ready(Territory("dep", "99"), tmp_path, say=told.append, endpoints=nobody_answers)
    assert told[-1] == "dep:99, construit auparavant, est servi tel quel."
    assert not any("n'a pas pu" in line for line in told)


def test_files_brought_by_hand_are_built_without_network(
    tmp_path: Path, demo_raw: Path, nobody_answers: Endpoints
) -> None:
    shutil.copytree(demo_raw, tmp_path / "raw")
    told: list[str] = []
    prepare.make_ready(Territory("dep", "99"), tmp_path, say=told.append, endpoints=nobody_answers)
    assert "n'a pas pu" not in "\n".join(told)
    assert len(store.load("dep-99", tmp_path)["qpv"]) == 18


def test_only_a_national_list_can_say_that_a_code_does_not_exist(
    tmp_path: Path, demo_raw: Path, demo_data: Path
) -> None:
    assert known_places.known_qpv_codes(tmp_path) is None
    assert known_places.known_qpv_codes(demo_data) is None
    shutil.copytree(demo_raw / "qpv_2024", tmp_path / "raw" / "qpv_2024")
    codes = known_places.known_qpv_codes(tmp_path)
    assert codes is not None
    assert len(codes) == 18
    unplaced = known_places.known_quarters(tmp_path)
    assert unplaced is not None and (unplaced.codes, unplaced.around) == (codes, {})
    shutil.copytree(demo_raw / "communes", tmp_path / "raw" / "communes")
    placed = known_places.known_quarters(tmp_path)
    assert placed is not None and placed.codes == codes
    assert placed.around == codes_of(store.load("demo", demo_data)).qpv.around
