"""Built territories: same inputs same bytes, nothing half written, the last good state kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import store
from geo.errors import BadLayer
from geo.schema import TABLES, Layers
from tests.datasets.tables import small_layers


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    store.write(small_layers(), {"quality": {}}, "demo", tmp_path)
    layers = store.load("demo", tmp_path)
    assert layers.territory == "demo"
    assert layers.fictional
    assert set(layers.tables) == set(TABLES)
    assert layers["qpv"]["code_qp"].tolist() == ["QN09901N"]
    assert layers.geo("qpv").crs.to_epsg() == 4326


def test_same_layers_give_the_same_build_and_bytes(tmp_path: Path) -> None:
    first = store.write(small_layers(), {}, "demo", tmp_path / "a")
    second = store.write(small_layers(), {}, "demo", tmp_path / "b")
    assert first.path.name == second.path.name
    assert contents(first.path) == contents(second.path)


def test_the_manifest_describes_each_table(tmp_path: Path) -> None:
    built = store.write(small_layers(), {"parameters": {"halo_m": 1.0}}, "demo", tmp_path)
    entry = built.manifest["tables"]["qpv"]
    assert entry["rows"] == 1
    assert len(entry["sha256"]) == 64
    assert entry["sources"] == ["qpv_2024"]
    assert built.manifest["parameters"] == {"halo_m": 1.0}


def test_a_bad_table_publishes_nothing(tmp_path: Path) -> None:
    before = store.write(small_layers(), {}, "demo", tmp_path)
    broken = small_layers()
    bad = broken["qpv"].copy()
    bad["population"] = -5.0
    tables = {**broken.tables, "qpv": bad}
    with pytest.raises(BadLayer, match="population"):
        store.write(Layers("demo", tables), {}, "demo", tmp_path)
    assert store.find("demo", tmp_path).path == before.path
    assert store.load("demo", tmp_path)["qpv"]["population"].tolist() == [1200.0]


def test_only_the_build_before_is_kept(tmp_path: Path) -> None:
    builds = [
        store.write(small_layers(float(people)), {}, "demo", tmp_path).path
        for people in (1000, 2000, 3000)
    ]
    assert [path.exists() for path in builds] == [False, True, True]


def test_a_damaged_table_is_refused_by_name(tmp_path: Path) -> None:
    built = store.write(small_layers(), {}, "demo", tmp_path)
    (built.path / "qpv.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(store.DamagedBuild, match=r"qpv\.parquet"):
        store.load("demo", tmp_path)
    store.write(small_layers(), {}, "demo", tmp_path)
    assert len(store.load("demo", tmp_path)["qpv"]) == 1


@pytest.mark.parametrize("content", ["[]", "", '{"format": 0}', '"x"'])
def test_a_damaged_manifest_is_said_and_mended_by_building_again(
    content: str, tmp_path: Path
) -> None:
    built = store.write(small_layers(), {}, "demo", tmp_path)
    (built.path / "manifest.json").write_text(content)
    with pytest.raises(store.DamagedBuild, match="qpv build demo"):
        store.find("demo", tmp_path)
    assert store.list_built(tmp_path) == []
    store.write(small_layers(), {}, "demo", tmp_path)
    assert len(store.load("demo", tmp_path)["qpv"]) == 1


def test_an_unbuilt_territory_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(store.NotBuilt, match="qpv build dep:42"):
        store.load("dep-42", tmp_path)
    assert store.list_built(tmp_path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from datasets import store
from tests.datasets.tables import small_layers
written = []
real = store._write_table
def dying(name, table, path):
    written.append(name)
    if len(written) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(name, table, path)
store._write_table = dying
store.write(small_layers(9999.0), {}, "demo", Path(sys.argv[1]))
"""


def test_a_killed_build_leaves_the_previous_one(tmp_path: Path) -> None:
    store.write(small_layers(), {}, "demo", tmp_path)
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert store.load("demo", tmp_path)["qpv"]["population"].tolist() == [1200.0]
    assert list((tmp_path / "territories" / "demo").glob(".unfinished-*"))
    store.write(small_layers(3000.0), {}, "demo", tmp_path)
    assert not list((tmp_path / "territories" / "demo").glob(".unfinished-*"))
    assert store.load("demo", tmp_path)["qpv"]["population"].tolist() == [3000.0]
