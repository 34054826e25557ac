from pathlib import Path

import pytest

from datasets.override_files import (
    BadOverrides,
    read_overrides,
    write_override_template,
    write_overrides,
)
from datasets.reading import UnreadableFile
from geo.priority.overrides import Override

GOOD = Override(
    "QN04217M", "ajouter", "=Fermeture du seul cabinet, « annoncée » ; voir courrier",
    "2026-01-15", "délégué territorial",
)  # fmt: skip


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "derogations.csv"
    path.write_text("code_qp;action;motif;date;role\n" + "\n".join(lines), encoding="utf-8")
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    write_overrides(path, [GOOD])
    assert read_overrides(path, {"QN04217M"}) == [GOOD]
    # A spreadsheet must not run what looks like a formula.
    assert ";'=Fermeture" in path.read_text(encoding="utf-8-sig").replace('"', "")


def test_the_template_reads_as_no_decision(tmp_path: Path) -> None:
    path = tmp_path / "modele.csv"
    write_override_template(path)
    assert read_overrides(path) == []


def test_each_bad_line_is_named_and_nothing_is_kept(tmp_path: Path) -> None:
    good = "le cabinet du quartier ferme en juin"
    path = written(
        tmp_path,
        f"QN04217M;ajouter;{good};2026-01-15;délégué territorial",
        "QN04218M;ajouter;;2026-01-15;délégué territorial",
        f"QN04219I;garder;{good};15/01/2026;délégué territorial",
        f"QN99999X;retirer;{good};2026-01-15;délégué territorial",
        f"QN04217M;retirer;{good};2026-01-15;Jeanne Martin",
        "QN04218M;ajouter;demandé par jeanne@example.org au nom du conseil;2026-01-15;élu",
        "QN04218M;ajouter;trop de cellules;2026-01-15;élu;encore",
    )
    with pytest.raises(BadOverrides) as refused:
        read_overrides(path, {"QN04217M", "QN04218M", "QN04219I"})
    said = str(refused.value)
    for text in (
        "ligne 3, colonne « motif » : vide ; attendu : un motif écrit",
        "ligne 4, colonne « action » : « garder » reçu",
        "ligne 4, colonne « date » : « 15/01/2026 » reçu, une date AAAA-MM-JJ",
        "ligne 5, colonne « code_qp » : « QN99999X » reçu",
        "ligne 6, colonne « role » : le nom d’une personne (masqué)",
        "ligne 6 : QN04217M est déjà décidé ligne 2",
        "ligne 7, colonne « motif » : une adresse électronique (masqué)",
        "ligne 8",
        "rien n'est appliqué",
    ):
        assert text in said, text
    assert "Jeanne" not in said and "example.org" not in said


def test_a_file_without_motives_is_no_file_of_overrides(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("code_qp;action;date;role\nQN04217M;ajouter;2026-01-15;élu\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="motif"):
        read_overrides(path)
