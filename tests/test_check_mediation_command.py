"""``qpv check mediation`` with one of each fault: all listed, the good lines kept apart."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cli
from datasets import store
from datasets.mediation import read_mediation
from datasets.mediation.template import write_lines
from geo.schema import Layers

GOOD = {"structure": "Relais Santé", "type_action": "permanence", "commune": "99001"}
# (line in the file, column, what is written, words of the message)
FAULTS = (
    (3, "qpv_desservis", "QN09902I:0,8|QN09903M:0,5", "fait 1,3 au lieu de 1"),
    (4, "heure_fin", "08:00", "pas après l’heure de début"),
    (5, "etp", "7", "n’est pas possible"),
    (6, "qpv_desservis", "QN09999M", "n’est pas un QPV connu"),
    (7, "fin_convention", "31/12/2020", "avant de commencer"),
    (8, "source", "Fatima Dupont", "nom d’une personne"),
    (9, "etp", "nan", "pas un nombre"),
    (10, "commune", "99999", "aucune commune"),
)
OTHER_CELLS = {4: {"heure_debut": "09:00"}, 7: {"debut_convention": "01/01/2025"}}

Run = Callable[..., tuple[int, str]]


def _checked(
    words: tuple[str | Path, ...],
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int, str]:
    argv = ["qpv", "check", "mediation", *map(str, words), "--data", str(data)]
    monkeypatch.setattr(sys, "argv", argv)
    with pytest.raises(SystemExit) as left:
        cli.main()
    code = left.value.code
    return code if isinstance(code, int) else 0, capsys.readouterr().err


@pytest.fixture
def run(
    demo_raw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command with the demo's lists of QPV and communes in the place of the national ones."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw").symlink_to(demo_raw)

    return lambda *words: _checked(words, tmp_path / "data", monkeypatch, capsys)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "mediation.csv"
    lines = [{**GOOD, "etp": "0,5", "qpv_desservis": "QN09902I", "complet_pour": "dep:99"}]
    lines += [
        {**GOOD, **OTHER_CELLS.get(line, {}), column: value} for line, column, value, _ in FAULTS
    ]
    write_lines(path, lines)
    return path


def test_every_fault_is_listed_with_its_line_and_column(run: Run, faulty: Path) -> None:
    code, told = run(faulty)
    assert code == 1
    for line, column, _, words in FAULTS:
        [said] = [
            text for text in told.splitlines() if f"ligne {line}, colonne « {column} »" in text
        ]
        assert words in said and "Attendu : " in said
    assert "Fatima" not in told
    assert "8\u00a0lignes à corriger" in told


def test_the_good_lines_are_kept_by_an_explicit_flag_only(
    run: Run, faulty: Path, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    code, told = run(faulty, "--rejected", bad)
    assert code == 1 and not good.exists()
    code, told = run(faulty, "--keep-good", good, "--rejected", bad)
    assert code == 0
    assert "1\u00a0bonne ligne" in told and "8\u00a0lignes refusées" in told
    points = read_mediation(good).points
    assert (points["structure"].tolist(), points["complete_for"].tolist()) == (
        ["Relais Santé"],
        [""],
    )
    with bad.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [int(row["ligne_d_origine"]) for row in rows] == [line for line, *_ in FAULTS]
    assert all(row["motifs_du_refus"] for row in rows)
    assert "Fatima" not in bad.read_text(encoding="utf-8-sig")


def test_the_file_itself_is_never_written_over(run: Run, faulty: Path) -> None:
    before = faulty.read_bytes()
    code, told = run(faulty, "--keep-good", faulty)
    assert code == 1 and "nom différent" in told
    assert faulty.read_bytes() == before


def test_no_good_line_at_all_is_an_error(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    write_lines(path, [{**GOOD, "etp": "7"}])
    good = tmp_path / "good.csv"
    code, told = run(path, "--keep-good", good)
    assert code == 1 and "Aucune bonne ligne" in told and not good.exists()


@pytest.fixture
def run_built(
    demo_layers: Layers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command where a territory is built and nothing was fetched."""
    store.write(demo_layers, {}, "demo", tmp_path / "data")
    return lambda *words: _checked(words, tmp_path / "data", monkeypatch, capsys)


def test_without_a_fetched_list_the_built_territories_say_which_codes_exist(
    run_built: Run, tmp_path: Path
) -> None:
    path = tmp_path / "m.csv"
    # Nothing built says anything of the Loire: there, a code is not said to be false.
    codes = ("QN09999M", "QN09902I", "QN04299M")
    lines = [{**GOOD, "identifiant": code, "qpv_desservis": code} for code in codes]
    lines += [{**GOOD, "commune": code} for code in ("99999", "42999")]
    write_lines(path, lines)
    code, told = run_built(path)
    assert code == 1
    assert [text.split("ligne ")[1][:2] for text in told.splitlines() if "À corriger" in text] == [
        "2,", "5,"
    ]  # fmt: skip
    assert "QN09999M n’est pas un QPV connu" in told and "99999 n’est le code d’aucune" in told
    assert "territoires construits (départements 99)" in told
    assert "Aucune liste" not in told


def test_with_nothing_at_hand_only_the_form_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.csv"
    write_lines(path, [{**GOOD, "qpv_desservis": "QN09999M"}])
    code, told = _checked((path,), tmp_path / "nothing", monkeypatch, capsys)
    assert code == 0 and "Aucune liste de QPV" in told
