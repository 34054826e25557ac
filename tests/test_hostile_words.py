"""What the machine or a hostile option would make a command say, said in French instead."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from datasets.files import write_atomically
from datasets.system_errors import place_of, system_fr
from geo.errors import BadInput
from geo.monitoring.counters import months_between, months_in_words
from geo.territory import parent_commune

RUNNER = CliRunner()


def _refusal(*words: str) -> str:
    done = RUNNER.invoke(app, [*words])
    assert isinstance(done.exception, BadInput), done.output
    return str(done.exception)


@pytest.mark.parametrize("name", ["ENOENT", "EISDIR", "EACCES", "ENOSPC", "ENOTDIR", "EROFS"])
def test_the_words_of_the_system_are_ours(name):
    number = getattr(errno, name)
    told = system_fr(OSError(number, os.strerror(number), "suivi.csv"))
    assert told and os.strerror(number) not in told and "n°" not in told


def test_an_error_without_words_of_ours_has_its_number():
    assert system_fr(OSError(errno.ELOOP, "x")) == f"erreur du système n° {errno.ELOOP}"
    assert (system_fr(OSError("x")), place_of(OSError("x"))) == ("erreur du système", "?")


def test_the_file_that_is_told_is_the_one_that_was_meant(tmp_path: Path):
    folder = tmp_path / "sortie.csv"
    folder.mkdir()
    with pytest.raises(OSError) as refused:
        write_atomically(folder, b"x")
    assert place_of(refused.value) == str(folder)
    assert system_fr(refused.value) == "c'est un dossier"
    aside = OSError(errno.EACCES, "x", str(tmp_path / ".suivi.csv.ab_1cd2e"))
    assert place_of(aside) == str(tmp_path / "suivi.csv")


def test_a_year_and_a_quarter_are_judged_before_anything_is_read():
    assert "attendu AAAA" in _refusal("schemes", "demo", "--year", "٢٠٢٦")
    assert "« zz »" in _refusal("practices", "--near", "zz")
    assert "finit par .csv" in _refusal("monitor", "suivi.csv", "--out", "x.pdf")
    assert parent_commune("²") == "²"


def test_a_helpful_word_between_brackets_is_not_lost():
    told = " ".join(
        RUNNER.invoke(app, ["outreach", "--help"], env={"COLUMNS": "200"}).output.split()
    )
    assert told.count("(hypothèse)") == 2


def test_more_than_a_year_of_months_is_told_as_a_span():
    months = months_between("1990-01", "2026-03")
    assert months_in_words(months) == "de janvier 1990 à mars 2026"
    assert months_in_words(["2026-01", "2026-03"]) == "janvier 2026, mars 2026"
