"""Figures that nobody means: a French refusal, never the error of a division or a database."""

from __future__ import annotations

import json
import sys

import pytest

from datasets.outreach.plan_file import read_plan
from datasets.reading import UnreadableFile
from datasets.workspace import NotInWorkspace, open_workspace, restore
from datasets.workspace.errors import BadWorkspace
from geo.errors import BadInput
from geo.outreach.assumptions import Assumptions
from geo.words import number


@pytest.mark.parametrize("value", [1e-320, 1e-300, -1.0, 0.0, 1e308, float("inf"), float("nan")])
@pytest.mark.parametrize(
    "name", ["own_pace", "people_per_dwelling", "people_per_door", "months", "block_side_m"]
)
def test_a_setting_of_a_round_out_of_its_range_is_refused_by_name(name, value):
    with pytest.raises(BadInput, match=f"{name} : .* attendu"):
        Assumptions(**{name: value})


@pytest.mark.parametrize("counts", [(10**400, 541), (253, 10**400), (10**400, -(10**400))])
def test_counts_of_hundreds_of_digits_are_refused_shortly(counts):
    with pytest.raises(BadInput) as refused:
        Assumptions(*counts)
    assert "1\u202f000\u202f000 reçu" in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("value", [1e26, sys.float_info.max, -sys.float_info.max, 5e-324])
def test_any_float_can_be_written(value):
    told = number(value, 1).replace("\u202f", "").replace(",", ".")
    assert float(told) == pytest.approx(value, rel=1e-12, abs=0.05)


def test_a_plan_with_an_infinite_count_is_no_plan(tmp_path):
    plan = {
        "code_qp": "QN09901M",
        "round": {"stops": []},
        "rate": {"met": "INFINITE", "visited": 541},
        "assumptions": [{"name": "people_per_door", "value": 1.0}],
    }
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan).replace('"INFINITE"', "1e999"), "utf-8")
    with pytest.raises(UnreadableFile, match="pas un plan"):
        read_plan(path)


@pytest.mark.parametrize("line", [10**23, -(10**23), 2**31, 0])
def test_no_line_of_history_has_such_a_number(line, tmp_path):
    with pytest.raises(NotInWorkspace, match="Aucune ligne"):
        restore(open_workspace(str(tmp_path / "espace.db")), line, "cheffe de projet")


def test_an_address_with_a_null_character_is_refused():
    with pytest.raises(BadWorkspace, match="illisible"):
        open_workspace("espace\0.db")
