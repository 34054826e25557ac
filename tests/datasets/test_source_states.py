"""The state of each source, told in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from datasets.source_states import note_failures, source_states, states_table
from geo.quality import quality_groups
from geo.schema import Layers

DAY = date(2026, 1, 15)


def _told(layers: Layers, raw: Path, **fetched: str):
    sources = layers["sources"].copy()
    for name, day in fetched.items():
        sources.loc[sources["source_id"] == name, "fetched_at"] = day
    real = replace(layers, fictional=False, tables={**layers.tables, "sources": sources})
    return {one.source_id: one for one in source_states(real, raw, DAY)}


def test_each_source_is_told_fetched_old_brought_unused_or_not_read(demo_layers, tmp_path):
    states = _told(demo_layers, tmp_path, apl_mg="2025-12-01", bpe="2024-06-01")
    assert (states["apl_mg"].state, states["bpe"].state) == ("fetched", "old")
    assert "593" in states["bpe"].why
    assert states["finess"].state == "brought"
    assert states["rpps"].state == "not_read"
    assert states["filosofi_200m"].state == "optional"
    assert "service_geocodage" not in states
    tables = {**demo_layers.tables, "supply": demo_layers["supply"].query("source_id != 'finess'")}
    kept = source_states(replace(demo_layers, tables=tables), tmp_path, DAY)
    assert {one.source_id: one.state for one in kept}["finess"] == "unused"


def test_a_source_that_failed_says_so_until_it_comes(demo_layers, tmp_path):
    note_failures(tmp_path, {"bpe": "le site ne répond pas.", "apl_mg": ""}, DAY)
    states = _told(demo_layers, tmp_path)
    assert states["bpe"].state == "failed"
    assert "15/01/2026" in states["bpe"].why and "ne répond pas" in states["bpe"].why
    note_failures(tmp_path, {"bpe": ""}, DAY)
    assert _told(demo_layers, tmp_path)["bpe"].state == "brought"


def test_a_file_that_the_build_did_not_read_is_unused(demo_layers, tmp_path):
    (tmp_path / "osm_roads").mkdir()
    (tmp_path / "osm_roads" / "x.osm.pbf").write_bytes(b"x")
    assert _told(demo_layers, tmp_path)["osm_roads"].state == "unused"


def test_the_demo_says_that_its_sources_are_fictional(demo_layers, tmp_path):
    table = states_table(source_states(demo_layers, tmp_path, DAY))
    own = table[table["Source"].isin(demo_layers["sources"]["title"])]
    assert set(own["État"]) == {"fictif"}
    assert not table["Ce que cela veut dire"].str.contains(str(tmp_path)).any()


def test_quality_tells_what_limits_the_figures_first_and_what_was_done_of_doubts(
    demo_layers, demo_analysis
):
    limits, doubts, others = quality_groups(demo_layers, demo_analysis)
    assert limits.heading == "Ce qui limite les chiffres"
    assert any("Population" in told for told in limits.sentences)
    problems = demo_layers["problems"]
    suspect = set(problems.loc[problems["kind"] == "suspect", "source_id"])
    assert len(doubts.sentences) == len(suspect)
    relays = next(told for told in doubts.sentences if "adultes-relais" in told)
    assert "barème" in relays and "score" in relays
    assert any("secret" in told for told in others.sentences)
    none = pd.DataFrame(problems.iloc[:0])
    clean = replace(demo_layers, tables={**demo_layers.tables, "problems": none})
    assert [group.heading for group in quality_groups(clean, demo_analysis)] == [limits.heading]


def test_figures_of_more_than_five_years_ago_are_old_however_lately_fetched(demo_layers, tmp_path):
    sources = demo_layers["sources"].copy()
    sources["fetched_at"] = "2026-01-01"
    years = {"bpe": "2018", "apl_mg": "2021", "qpv_2015": "2015", "insee_qpv": "édition 2022"}
    for name, year in years.items():
        sources.loc[sources["source_id"] == name, "vintage"] = year
    tables = {**demo_layers.tables, "sources": sources}
    real = replace(demo_layers, fictional=False, tables=tables)
    states = {one.source_id: one for one in source_states(real, tmp_path, DAY)}
    assert states["bpe"].state == "old"
    assert "Données de 2018" in states["bpe"].why and "modifiable" in states["bpe"].why
    assert "old" not in {states[name].state for name in years if name in states and name != "bpe"}
