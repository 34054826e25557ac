"""Small words of the page of a quarter: names of groups of communes, units, its contents."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from geo.compare import RANKED
from geo.portrait.elsewhere import _epci, written
from geo.practices.near import _problems
from screens import quartier_parts

COMMUNES = pd.DataFrame(
    {
        "code": ["42001", "42002", "42003", "42004"],
        "label": ["Petite", "Grande", "Moyenne", "Loin"],
        "population": [100.0, 9_000.0, 800.0, 50_000.0],
        "epci": ["200035731"] * 3 + ["200000000"],
    }
)


def test_a_group_of_communes_is_told_by_its_largest_ones_or_by_its_code():
    assert _epci(COMMUNES, "200035731") == "intercommunalité de Grande, Moyenne…"
    assert _epci(COMMUNES, "999999999") == "intercommunalité (SIREN 999999999)"


@pytest.mark.parametrize(("short", "told"), [(True, "4\u00a0min"), (False, "4 min à pied")])
def test_minutes_keep_their_unit_in_the_medians(short, told):
    assert written(4.0, "min à pied", short) == told


def test_the_ranks_of_practices_are_those_they_are_given():
    told = _problems(pd.Series({"c2s_share": 94.0, "poverty_share": 75.0, "access": 90.0}))
    assert told == {
        "droits": [
            "part de bénéficiaires de la C2S, rang 94 sur 100",
            "taux de pauvreté, rang 75 sur 100",
        ]
    }
    assert RANKED


def test_every_link_of_the_contents_has_its_heading():
    links = re.findall(r'href="#([\w-]+)"', quartier_parts.contents())
    headings = {re.search(r'id="([\w-]+)"', quartier_parts._head(name)).group(1)
                for name in quartier_parts._PARTS}  # fmt: skip
    assert len(links) == 8 and set(links) == headings
