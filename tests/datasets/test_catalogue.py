"""The catalogue is whole: every source has its fields, every reader named exists."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from urllib.parse import urlsplit

import pytest

from datasets import catalogue as module
from datasets.catalogue import (
    NOT_READ,
    BadCatalogue,
    Source,
    UnknownSource,
    as_records,
    by_folder,
    catalogue,
    needed_sources,
    source,
)

SOURCES_IN_THE_RAW_FOLDER = [
    "qpv_2024",
    "qpv_2015",
    "qpv_2015_2024",
    "insee_qpv",
    "communes",
    "bpe",
    "iris_population",
    "filosofi_iris",
    "iris_contours",
    "apl_mg",
    "apl_infirmiers",
    "france_services",
    "conseillers_numeriques",
    "adultes_relais",
    "hospitals",
    "finess",
    "ifn",
    "mediation",
]
KEYS = {
    "datagouv": ("resource_id", "slug"),
    "insee": ("page_id",),
    "drees": ("dataset", "attachment_pattern"),
    "ign_wfs": ("type_name", "sort_by"),
    "url": ("endpoint", "path"),
}

each_source = pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.id)


@each_source
def test_every_field_says_something(entry: Source) -> None:
    for name in ("title", "publisher", "licence", "how", "vintage", "scope", "file"):
        assert getattr(entry, name).strip(), name
    assert urlsplit(entry.landing_page).scheme == "https"
    assert re.fullmatch(r"[a-z0-9_]+", entry.id)
    assert re.fullmatch(r"[a-z0-9_]+", entry.folder)
    assert "/" not in entry.file
    assert "\\" not in entry.file
    assert not entry.file.startswith(".")


@each_source
def test_the_resolver_has_what_its_kind_needs(entry: Source) -> None:
    spec = entry.resolver
    keys = KEYS.get(spec.kind, ())
    if spec.kind == "datagouv":
        assert spec.resource_id or (spec.slug and spec.title_pattern)
    else:
        assert all(getattr(spec, key) for key in keys)
    for pattern in (spec.title_pattern, spec.link_pattern, spec.attachment_pattern):
        re.compile(pattern)
    assert spec.per_departement == ("{departement}" in entry.file)


@each_source
def test_the_reader_named_exists(entry: Source) -> None:
    if entry.reader == NOT_READ:
        assert not entry.is_read
        return
    path, _, function = entry.reader.rpartition(".")
    assert callable(getattr(importlib.import_module(path), function))


def test_ids_are_unique_and_no_two_sources_write_the_same_file() -> None:
    assert len({entry.id for entry in catalogue()}) == len(catalogue())
    written = [(entry.folder, entry.file) for entry in catalogue()]
    assert len(set(written)) == len(written)


@pytest.mark.parametrize("folder", SOURCES_IN_THE_RAW_FOLDER)
def test_every_folder_of_the_raw_layout_has_its_own_entry(folder: str) -> None:
    assert source(folder) in by_folder(folder)
    assert source(folder).needed
    assert source(folder).is_read


def test_what_is_needed_is_read_or_would_be_fetched_for_nothing() -> None:
    assert [entry.id for entry in needed_sources() if not entry.is_read] == []


def test_an_unknown_id_is_refused_with_the_list_of_those_known() -> None:
    with pytest.raises(UnknownSource, match=r"« qvp_2024 » inconnue.*qpv_2024.*qpv sources"):
        source("qvp_2024")
    with pytest.raises(UnknownSource, match=r"« nulle_part ».*qpv_2024"):
        by_folder("nulle_part")


def test_one_folder_may_hold_several_sources() -> None:
    assert {entry.id for entry in by_folder("insee_qpv")} >= {"insee_qpv", "insee_qpv_c2s_2025"}


def test_the_catalogue_as_plain_records() -> None:
    records = json.loads(json.dumps(as_records()))
    assert [record["id"] for record in records] == [entry.id for entry in catalogue()]
    assert set(records[0]) == set(Source.__dataclass_fields__)


def test_a_name_per_departement() -> None:
    assert source("communes").file_for("2A") == "departement-2A.geojson"
    assert source("bpe").file_for("2A") == "BPE23.zip"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"licence": None}, "licence"),
        ({"colour": "red"}, "colour"),
        ({"content": "pdf"}, "pdf"),
        ({"resolver": {"kind": "guess"}}, "guess"),
        ({"resolver": {"kind": "insee", "pageid": "1"}}, "pageid"),
    ],
)
def test_a_broken_entry_is_named(change: dict[str, object], words: str) -> None:
    entry: dict[str, object] = {
        name: getattr(source("bpe"), name) for name in Source.__dataclass_fields__
    }
    entry["resolver"] = {"kind": "manual"}
    entry.update(change)
    entry = {name: value for name, value in entry.items() if value is not None}
    with pytest.raises(BadCatalogue, match=f"bpe.*{words}"):
        module._source(entry)
