"""Statistical secrecy on the official files: nothing to hide as they are, a lot if both met."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from datasets.layers import read_layers
from datasets.raw import RawFolder
from geo import Layers
from geo.bridge import bridge
from geo.confidentiality.guard import guarded
from geo.confidentiality.households import people_of
from geo.territory import parse_territory

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def rhone(mirror: Path) -> Layers:
    layers, _ = read_layers(parse_territory("dep:69"), RawFolder(mirror))
    return layers


def test_the_sources_have_hidden_what_they_had_to(rhone):
    assert guarded(rhone).notes == ()
    assert guarded(rhone).layers is rhone
    hidden = rhone["indicators"][rhone["indicators"]["status"] == "suppressed"]
    assert set(hidden["source_id"]) == {"filosofi_iris"}
    assert hidden["value"].isna().all()


def test_figures_of_2024_beside_those_of_2015_would_hide_the_pairs_that_differ_by_few(rhone):
    """As if INSEE's 2024 figures were there: the 2015 ones stand in for them, same codes."""
    linked = bridge(rhone)
    rows = rhone["indicators"]
    carried = rows[(rows["carried_from"] != "") & rows["indicator"].isin(_TWO)]
    newer = carried.assign(perimeter="2024", carried_from="", vintage="2024", status="observed")
    both = pd.concat([rows.drop(carried.index), newer], ignore_index=True)
    layers = replace(rhone, tables={**rhone.tables, "indicators": both})
    kept = guarded(layers, None, linked).layers
    after = kept["indicators"]
    hidden = set(after.loc[
        (after["status"] == "suppressed") & (after["territory_kind"] == "qpv"), "code"
    ])  # fmt: skip
    pairs = linked[(linked["kind"] == "paire") & (linked["change"] != "INCHANGE")]
    people = people_of(layers)
    expected = set()
    for pair in pairs.itertuples():
        if ("qpv", pair.code_2024) not in people.index:
            continue
        apart = [
            (1 - pair.alpha) * people[("qpv", pair.code_2015)] / 2.5,
            (1 - pair.beta) * people[("qpv", pair.code_2024)] / 2.5,
        ]
        if not all(one >= 11 for one in apart):
            expected.add(pair.code_2015)
    assert hidden == expected
    assert len(hidden) > 5
    # Most redrawn pairs of Lyon differ by enough people to be shown.
    assert len(set(pairs["code_2015"]) - hidden) > 10


_TWO = ("poverty_share", "population")
