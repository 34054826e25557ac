"""``qpv explain``: the paragraph of the analysis, each figure with its cell, for one code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from datasets.lookup import slug_with_quarter
from datasets.store import NotBuilt
from geo.errors import BadInput
from geo.explain import explain
from geo.portrait import portrait
from geo.portrait.printed import quarter_pdf


def test_json_is_the_paragraph_of_the_analysis(demo_data: Path, demo_analysis, demo_layers) -> None:
    code = str(demo_analysis.qpv["code_qp"].iloc[0])
    shown = CliRunner().invoke(app, ["explain", code.lower(), "--json", "--data", str(demo_data)])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    expected = explain(demo_analysis, demo_layers, code)
    assert told["text"] == expected.text
    assert [fact["written"] for fact in told["facts"]] == [f.written for f in expected.facts]
    assert told["fictional"] is True


def test_a_person_reads_the_paragraph_then_where_each_figure_is(demo_data: Path, demo_analysis):
    code = str(demo_analysis.qpv["code_qp"].iloc[0])
    shown = CliRunner().invoke(app, ["explain", code, "--data", str(demo_data)])
    assert shown.exit_code == 0, shown.output
    assert "Données fictives" in shown.stdout
    assert f"qpv[{code}].access" in shown.stdout.replace("\n", " ")


def test_the_sheet_is_that_of_the_page(demo_data: Path, demo_analysis, demo_layers, tmp_path):
    code, out = str(demo_analysis.qpv["code_qp"].iloc[0]), tmp_path / "fiche.pdf"
    shown = CliRunner().invoke(
        app, ["explain", code, "--pdf", str(out), "--json", "--data", str(demo_data)]
    )
    assert shown.exit_code == 0, shown.output
    assert str(out) in shown.stderr.replace("\n", "")
    assert json.loads(shown.stdout)["code_qp"] == code
    told = portrait(demo_analysis, demo_layers, code)
    assert out.read_bytes() == quarter_pdf(demo_analysis, told)
    assert [path.name for path in tmp_path.iterdir()] == ["fiche.pdf"]


def test_a_quarter_that_no_territory_holds_says_what_to_build(demo_data: Path) -> None:
    with pytest.raises(NotBuilt, match="qpv build dep:42"):
        slug_with_quarter("QN04217M", demo_data)
    with pytest.raises(NotBuilt, match="qpv build dep:974"):
        slug_with_quarter("QN97401M", demo_data)
    with pytest.raises(NotBuilt, match=r"qpv build demo$"):
        slug_with_quarter("QN09999M", demo_data)
    with pytest.raises(NotBuilt, match="« 990 » n'est pas un département") as refused:
        slug_with_quarter("QN99001M", demo_data)
    assert "qpv build" not in str(refused.value)


def test_a_code_that_is_none_is_refused(demo_data: Path) -> None:
    with pytest.raises(BadInput, match="QP042001"):
        slug_with_quarter("QP042001", demo_data)
