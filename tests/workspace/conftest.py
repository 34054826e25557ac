"""The same workspace tests on a SQLite file and on a real PostgreSQL server."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datasets.workspace import Workspace, open_workspace, upgrade_workspace
from datasets.workspace.where import find_workspace
from tests.workspace.postgresql import Cluster, binaries

DATABASES = ("sqlite", "postgresql")


class Clock:
    """A clock that tests set; one second passes at each reading."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.time += dt.timedelta(seconds=1)
        return self.time


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    found = binaries()
    if found is None:
        message = "no PostgreSQL server on this machine: install it (apt-get install postgresql)"
        if os.environ.get("REQUIRE_POSTGRESQL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    started = Cluster(found)
    yield started
    started.stop()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_address(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes the address of an empty base, of the kind of this run of the test."""
    made = iter(range(100))
    if database == "sqlite":
        return lambda: str(tmp_path / f"espace-{next(made)}.db")
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.url


@pytest.fixture
def address(new_address: Callable[[], str]) -> str:
    return new_address()


@pytest.fixture
def workspace(address: str) -> Workspace:
    """An empty workspace whose clock is set."""
    upgrade_workspace(find_workspace(address))
    return open_workspace(address, clock=Clock())
