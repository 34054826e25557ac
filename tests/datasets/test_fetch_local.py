"""The raw folder filled from another one, without network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datasets.fetch_local import fetch_from
from datasets.layers import read_layers
from datasets.raw import RawFolder
from geo.errors import BadInput
from geo.territory import Territory

HERE = Territory("dep", "99")


def test_a_folder_is_brought_whole_and_builds_the_same(demo_raw: Path, tmp_path: Path) -> None:
    told: list[str] = []
    report = fetch_from(demo_raw, HERE, tmp_path, say=told.append)
    assert report.failed == ()
    assert any(line.startswith("qpv_2024 — téléchargée") for line in told)
    brought, _ = read_layers(HERE, RawFolder(tmp_path / "raw"))
    direct, _ = read_layers(HERE, RawFolder(demo_raw))
    assert brought["qpv"].equals(direct["qpv"])
    assert brought["sources"].equals(direct["sources"])
    again = fetch_from(demo_raw, HERE, tmp_path)
    assert {one.status for one in again.outcomes} <= {"unchanged", "manual"}


def test_a_bad_file_is_reported_and_the_good_one_in_place_stays(
    demo_raw: Path, tmp_path: Path
) -> None:
    fetch_from(demo_raw, HERE, tmp_path / "data")
    bad = tmp_path / "bad"
    shutil.copytree(demo_raw, bad)
    (bad / "qpv_2024" / "qpv-2024-geojson.zip").write_text("<!DOCTYPE html><html></html>")
    report = fetch_from(bad, HERE, tmp_path / "data")
    assert [one.source_id for one in report.failed] == ["qpv_2024"]
    assert "HTML" in report.failed[0].reason
    kept = tmp_path / "data" / "raw" / "qpv_2024" / "qpv-2024-geojson.zip"
    assert kept.read_bytes() == (demo_raw / "qpv_2024" / kept.name).read_bytes()


def test_only_some_sources_and_a_folder_that_is_not_there(demo_raw: Path, tmp_path: Path) -> None:
    report = fetch_from(demo_raw, HERE, tmp_path, only=["bpe"])
    assert [one.source_id for one in report.outcomes] == ["bpe"]
    with pytest.raises(BadInput, match="n'existe pas"):
        fetch_from(tmp_path / "nowhere", HERE, tmp_path)
