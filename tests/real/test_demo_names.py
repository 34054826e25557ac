"""The island's communes bear no name and no code of a real one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datasets.demo import names
from datasets.readers.tabular import normalise_label

pytestmark = pytest.mark.real


def test_no_commune_of_the_island_exists(mirror: Path) -> None:
    real = json.loads((mirror / "communes" / "france.json").read_text(encoding="utf-8"))
    invented = {normalise_label(name) for name in names.VILLAGES}
    invented |= {normalise_label(place.name) for place in names.PLACES}
    assert len(invented) == 60
    assert invented & {normalise_label(commune["nom"]) for commune in real} == set()
    assert not [commune for commune in real if commune["code"].startswith(names.DEPARTEMENT)]
