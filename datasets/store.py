"""Built territories on disk: GeoParquet tables and a manifest, published atomically.

Layout: ``<data>/territories/<slug>/builds/<build>/{table}.parquet``, ``travel-{mode}.parquet`` and
``streets-{QPV}.npz`` when roads were read, and ``manifest.json``, plus ``<slug>/current``, one
line naming the build that readers should use. A build is written aside, flushed, moved into place,
and only then named in ``current`` (atomic replace): a killed run leaves the previous build in use.
``build`` is a hash of the content, so the same inputs give the same name and the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from filelock import FileLock
from platformdirs import user_data_path

from datasets.files import flush, sha256_of
from datasets.streets_store import StoredStreets, write_streets
from datasets.travel_store import DamagedBuild, StoredTravel, damaged, write_travel
from geo.errors import QpvError
from geo.schema import GEOMETRY_TABLES, TABLES, Layers, empty_table, validate

__all__ = [
    "BuiltTerritory",
    "DamagedBuild",
    "NotBuilt",
    "check",
    "default_data_dir",
    "find",
    "list_built",
    "load",
    "manifest",
    "write",
]

FORMAT = 1
_MANIFEST = "manifest.json"
_CURRENT = "current"
_KEPT_BUILDS = 2  # the current one and the one before: a reader may still be on it


class NotBuilt(QpvError, LookupError):
    """A territory was asked for that nobody has built in this data folder."""


@dataclass(frozen=True)
class BuiltTerritory:
    """One territory that can be opened: its name, folder name, current build and manifest."""

    territory: str
    slug: str
    path: Path
    manifest: dict[str, Any]


def default_data_dir() -> Path:
    """Where built territories live: ``QPV_DATA`` when set, else the user's data folder."""
    chosen = os.environ.get("QPV_DATA", "")
    return Path(chosen) if chosen else user_data_path("qpv-acces-sante", appauthor=False)


def write(layers: Layers, details: Mapping[str, Any], slug: str, data_dir: Path) -> BuiltTerritory:
    """Validate every table, write them aside, and publish them as the current build.

    ``details`` is added to the manifest as it is (parameters, quality …). Raises ``BadLayer``
    before anything is published when a table breaks its schema.
    """
    home = data_dir / "territories" / slug
    builds = home / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    with _locked(home):
        _sweep_unfinished(home)
        aside = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=home))
        tables = {
            name: _write_table(name, validate(name, layers[name]), aside / f"{name}.parquet")
            for name in TABLES
        }
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "territory": layers.territory,
            "fictional": layers.fictional,
            "tables": tables,
            "travel": write_travel(layers.travel, aside),
            "streets": write_streets(layers.streets, aside),
            **details,
        }
        body = _json(manifest)
        build = hashlib.sha256(body.encode()).hexdigest()[:16]
        manifest = {"build": build, **manifest}
        _write_text(aside / _MANIFEST, _json(manifest))
        target = builds / build
        if _is_whole(target):
            shutil.rmtree(aside)
        else:
            shutil.rmtree(target, ignore_errors=True)
            aside.chmod(0o755)
            aside.replace(target)
            flush(builds)
        _write_text(home / _CURRENT, build + "\n")
        _forget_old(builds, build)
    return BuiltTerritory(layers.territory, slug, target, manifest)


def list_built(data_dir: Path) -> list[BuiltTerritory]:
    """Every territory that has a current build, by slug. An unreadable one is left out."""
    found = []
    for current in sorted((data_dir / "territories").glob(f"*/{_CURRENT}")):
        try:
            found.append(find(current.parent.name, data_dir))
        except QpvError:
            continue
    return found


def find(slug: str, data_dir: Path) -> BuiltTerritory:
    """The current build of one territory, without reading its tables."""
    home = data_dir / "territories" / slug
    try:
        build = (home / _CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise NotBuilt(
            f"Le territoire « {slug} » n'est pas construit dans {data_dir}. "
            f"À faire : qpv build {slug.replace('-', ':', 1)} --data {data_dir}"
        ) from None
    path = home / "builds" / build
    try:
        content = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedBuild(damaged(slug, f"{path.name}/{_MANIFEST}")) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DamagedBuild(damaged(slug, f"{path.name}/{_MANIFEST}"))
    return BuiltTerritory(content["territory"], slug, path, content)


def check(slug: str, data_dir: Path) -> None:
    """Raise ``NotBuilt`` or ``DamagedBuild`` unless the current build is whole; reads no table."""
    built = find(slug, data_dir)
    if not _is_whole(built.path):
        raise DamagedBuild(damaged(slug, built.path.name))


def manifest(slug: str, data_dir: Path) -> dict[str, Any]:
    """The manifest of the current build of one territory."""
    return find(slug, data_dir).manifest


def load(slug: str, data_dir: Path) -> Layers:
    """Every table of the current build, each checked against the sha256 of its manifest.

    Travel times are checked and read when first used (``datasets.travel_store``), the streets
    around a quarter each time they are (``datasets.streets_store``).
    """
    built = find(slug, data_dir)
    # A table that this program learnt to build since then is one that nobody filled.
    tables = {name: empty_table(name) for name in TABLES}
    for name, entry in built.manifest["tables"].items():
        path = built.path / f"{name}.parquet"
        if not path.is_file() or sha256_of(path) != entry["sha256"]:
            raise DamagedBuild(damaged(slug, path.name))
        tables[name] = gpd.read_parquet(path) if name in GEOMETRY_TABLES else pd.read_parquet(path)
    fictional = bool(built.manifest["fictional"])
    streets = StoredStreets(built.path, built.manifest.get("streets", {}), slug)
    return Layers(built.territory, tables, fictional, _travel(built), streets)


def _travel(built: BuiltTerritory) -> StoredTravel:
    """The travel times of a build, still on disk."""
    entries = built.manifest.get("travel", {})
    for entry in entries.values():
        if not (built.path / entry["file"]).is_file():
            raise DamagedBuild(damaged(built.slug, entry["file"]))
    return StoredTravel(built.path, entries, built.slug)


def _write_table(name: str, table: pd.DataFrame, path: Path) -> dict[str, Any]:
    ordered = table.reset_index(drop=True)
    if isinstance(ordered, gpd.GeoDataFrame):
        ordered.to_parquet(path, index=False, compression="zstd")
    else:
        ordered.to_parquet(path, index=False, compression="zstd", engine="pyarrow")
    flush(path)
    sources = sorted(set(ordered["source_id"])) if "source_id" in ordered else []
    return {"rows": len(ordered), "sha256": sha256_of(path), "sources": sources}


def _is_whole(build: Path) -> bool:
    try:
        content = json.loads((build / _MANIFEST).read_text(encoding="utf-8"))
        files = {f"{name}.parquet": entry for name, entry in content["tables"].items()}
        for kind in ("travel", "streets"):
            files |= {entry["file"]: entry for entry in content.get(kind, {}).values()}
        return all(sha256_of(build / name) == entry["sha256"] for name, entry in files.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _forget_old(builds: Path, current: str) -> None:
    others = [path for path in builds.iterdir() if path.is_dir() and path.name != current]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[_KEPT_BUILDS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _sweep_unfinished(home: Path) -> None:
    for path in home.glob(".unfinished-*"):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with FileLock(home / ".lock"):
        yield


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write_text(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8")
    flush(aside)
    aside.replace(path)
    flush(path.parent)
