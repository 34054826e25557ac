"""``qpv scenario`` and its template: before and after, two scenarios, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

from geo import Analysis
from tests.test_rank_command import run

__all__ = ["run"]


def test_two_scenarios_are_compared(run, demo_analysis: Analysis, tmp_path: Path) -> None:
    quarter = demo_analysis.qpv["code_qp"].iloc[0]
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    for path, object_, size in ((first, "cabinet", "lieux = 3"), (second, "mediateur", "etp = 1")):
        path.write_text(
            f'version = 1\ntitre = "{object_}"\n[[changement]]\naction = "ajouter"\n'
            f'objet = "{object_}"\nqpv = "{quarter}"\n{size}\n',
            encoding="utf-8",
        )
    code, out, err = run("scenario", "demo", first, "--against", second, "--json")
    assert code == 0, err
    told = json.loads(out)
    assert [one["scenario"] for one in told["scenarios"]] == ["cabinet", "mediateur"]
    assert all(one["fictional"] and one["status"] == "modelled" for one in told["scenarios"])
    own = next(row for row in told["side_by_side"] if row["code_qp"] == quarter)
    assert own["access_first"] > own["access_before"] == own["access_second"]
    assert own["residual_people_second"] < own["residual_people_first"]
    assert "3 analyses complètes" in err.replace("\u202f", " ")
    code, out, err = run("scenario", "demo", first)
    assert code == 0 and "données fictives" in out and "y gagnent" in out


def test_a_bad_file_is_refused_before_anything_is_reckoned(run, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("version = 1\ntitre = \n", encoding="utf-8")
    code, out, err = run("scenario", "demo", path)
    assert (code, out) == (1, "") and "ligne 2" in err
    code, out, err = run("scenario", "demo", tmp_path / "absent.toml")
    assert (code, out) == (1, "") and "absent" in err
