"""Local schemes: three states, lists that say they are complete, bad lines, the command."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pandas as pd
import pytest

import cli
from datasets.brought.examine import RefusedForm
from datasets.brought.schemes import check_schemes, read_schemes
from geo.local_schemes import (
    NATIONAL,
    counts_in_words,
    scheme_coverage,
    schemes_in_words,
    share_in_words,
    without_scheme,
)
from geo.schema import empty_table

HEADER = "type;nom;territoire;debut;fin;complet_pour;lien;source\n"


@pytest.fixture
def run(monkeypatch, capsys, demo_data):
    def command(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qpv", *map(str, words), "--data", str(demo_data)])
        monkeypatch.setenv("COLUMNS", "220")
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def listed(tmp_path, lines: str) -> pd.DataFrame:
    path = tmp_path / "demarches.csv"
    path.write_text(HEADER + lines, encoding="utf-8")
    return read_schemes(path).table


def covered(demo_analysis, demo_layers, table, year=""):
    layers = replace(demo_layers, tables={**demo_layers.tables, "local_schemes": table})
    return scheme_coverage(demo_analysis, layers, year)


def test_without_a_list_nothing_is_known(demo_analysis, demo_layers):
    found = covered(demo_analysis, demo_layers, empty_table("local_schemes"))
    assert found.quarters["coordination"].eq("non connu").all()
    assert without_scheme(found).empty
    assert found.counts["unknown"].eq(len(demo_analysis.qpv)).all()
    assert share_in_words(found).startswith("Aucune liste")


def test_a_place_covers_its_quarters_and_only_a_complete_list_tells_an_absence(
    tmp_path, demo_analysis, demo_layers
):
    quarters = demo_analysis.qpv.set_index("code_qp")
    one, other = quarters.index[0], quarters.index[1]
    commune = quarters.loc[other, "communes"].split(";")[0]
    table = listed(
        tmp_path,
        f"cls;Contrat;qpv:{one};2022;2024;;;\nASV;Atelier;commune:{commune};;;dep:99;;\n"
        "Conseil local de santé mentale;Conseil;dep:99;2018;;;;\n",
    )
    found = covered(demo_analysis, demo_layers, table)
    states = found.quarters.set_index("code_qp")
    assert states.loc[one, "CLS"] == "couvert"
    assert set(states.drop(one)["CLS"]) == {"non connu"}
    assert states.loc[other, "ASV"] == "couvert"
    assert set(states["ASV"]) == {"couvert", "sans"}
    assert set(states["CLSM"]) == set(states["coordination"]) == {"couvert"}
    assert "CLS (contrat local de santé) : Contrat (2022-2024)." in schemes_in_words(found, one)
    later = covered(demo_analysis, demo_layers, table, "2025").quarters.set_index("code_qp")
    assert later.loc[one, "CLS"] == "non connu"


def test_a_quarter_is_without_a_scheme_only_when_all_three_lists_are_complete(
    tmp_path, demo_analysis, demo_layers
):
    commune = demo_analysis.qpv["communes"].iloc[0].split(";")[0]
    lines = "".join(f"{kind};X;commune:{commune};;;dep:99;;\n" for kind in ("CLS", "ASV", "CLSM"))
    found = covered(demo_analysis, demo_layers, listed(tmp_path, lines))
    own = demo_analysis.qpv["communes"].str.split(";").map(lambda codes: commune in codes)
    expected = demo_analysis.qpv.loc[~own, "code_qp"]
    assert sorted(without_scheme(found)["code_qp"]) == sorted(expected)
    counts = found.counts.set_index("kind").loc["CLS, ASV ou CLSM"]
    assert (counts["covered"], counts["without"], counts["unknown"]) == (own.sum(), (~own).sum(), 0)
    people = demo_analysis.qpv.loc[own, "population"]
    assert counts["people_covered"] == people.sum()
    assert counts["people_known"] == people.notna().sum()


def test_every_fault_is_listed_with_its_line_and_column(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text(
        HEADER + "CLSS;A;dep:42;;;;;\nCLS;B;pays:3;;;;;\nCLS;C;commune:26210;2024;2020;;;\n"
        "CLS;D;qpv:QP042005;;;;;\nCLS;E;dep:42;;;;javascript:alert(1);\nCLS;;dep:42;;;;;\n"
        "CLS;F;dep:42;deux mille;;;;\nCLS;G;dep:42;;;partout;;\nCLS;H;dep:42;;;;;ecrire a x@y.fr\n"
        "CLS;I;dep:42;;;;;\nCLS;I;dep:42;;;;;\n",
        encoding="utf-8",
    )
    found = check_schemes(path)
    faults = {(problem.line, problem.column) for problem in found.refused}
    assert faults == {
        (2, "type"), (3, "territoire"), (4, "fin"), (5, "territoire"), (6, "lien"), (7, "nom"),
        (8, "debut"), (9, "complet_pour"), (10, "source"),
    }  # fmt: skip
    assert [problem.kind for problem in found.problems if problem.line == 12] == ["extra"]
    with pytest.raises(RefusedForm):
        read_schemes(path)
    assert len(read_schemes(path, keep_good=True).table) == 2


def test_the_demo_has_its_fictional_schemes_and_the_command_tells_them(run, demo_layers):
    assert len(demo_layers["local_schemes"]) == 5
    code, out, told = run("schemes", "demo")
    assert code == 0, told
    assert "données fictives" in out
    for figure in NATIONAL:
        assert figure.year in told
    assert "14 lieux ou bus France services" in " ".join(told.split())
    code, out, told = run("schemes", "demo", "--json", "--year", "2026")
    assert code == 0, told
    record = json.loads(out)
    assert record["fictional"] is True
    cls = next(row for row in record["counts"] if row["kind"] == "CLS")
    assert cls["unknown"] == 0 < cls["covered"]
    # Their places are known; whom they are meant for is not.
    assert (record["france_services_places"], record["france_services_vintage"][:4]) == (14, "2024")
    assert run("schemes", "demo", "--year", "26")[0] == 1


def test_counts_say_when_a_population_is_lacking(demo_analysis, demo_layers):
    found = scheme_coverage(demo_analysis, demo_layers)
    assert len(counts_in_words(found)) == 6
    counts = found.counts.assign(people_known=found.counts["covered"] - 1)
    assert "au moins" in counts_in_words(replace(found, counts=counts))[0]
