"""The pairing of the two generations: swapped rows are found, renamed ones left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.readers.correspondence import read_correspondence
from datasets.reading import UnreadableFile
from geo.schema import TABLES, validate
from tests.datasets.written import write_text

HEADER = "qp2024,label_qp2024,statut,qp2015_1,label_qp2015_1\n"


def read(tmp_path: Path, body: str, header: str = HEADER):
    return read_correspondence(write_text(tmp_path / "liens.csv", header + body))


def test_rows_obey_the_canonical_table(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "QN04201M,Le Parc,MODIFIE,QP042001,Le Parc\n"
        "QN04202I,Bourgogne,INCHANGE,QP042002,Bourgogne\n"
        "QN04220N,Le Mayollet,NOUVEAU,,\n",
    )
    frame = validate("correspondence", reading.frame)
    assert list(frame.columns) == list(TABLES["correspondence"].columns)
    assert frame["code_2015"].tolist() == ["QP042001", "QP042002", ""]
    assert frame["code_2015_by_label"].tolist() == ["QP042001", "QP042002", ""]
    assert not frame["suspect"].any()
    assert reading.problems == ()


def test_two_rows_paired_crosswise_are_found_by_their_names(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "QN04201M,Cœur de Ville,MODIFIE,QP042002,Beau Site\n"
        "QN04202M,Beau-Site,MODIFIE,QP042001,COEUR DE VILLE\n"
        "QN04203M,Le Parc,MODIFIE,QP042003,Le Parc\n",
    )
    assert reading.frame["suspect"].tolist() == [True, True, False]
    assert reading.frame["code_2015"].tolist() == ["QP042002", "QP042001", "QP042003"]
    assert reading.frame["code_2015_by_label"].tolist() == ["QP042001", "QP042002", "QP042003"]
    assert [(p.kind, p.line, p.expected) for p in reading.problems] == [
        ("suspect", 2, "QP042001"),
        ("suspect", 3, "QP042002"),
    ]


def test_a_round_of_three_is_found_too(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "QN04201M,Montchovet,MODIFIE,QP042002,Beau Site\n"
        "QN04202M,Beau Site,MODIFIE,QP042003,Le Parc\n"
        "QN04203M,Le Parc,MODIFIE,QP042001,Montchovet\n",
    )
    assert reading.frame["code_2015_by_label"].tolist() == ["QP042001", "QP042002", "QP042003"]


@pytest.mark.parametrize(
    "body",
    [
        # Renamed, no other row bears the name.
        "QN04201M,Ici,MODIFIE,QP042001,Mayollet\nQN04202M,Le Parc,MODIFIE,QP042002,Le Parc\n",
        # Renamed after a name that another, rightly paired, row bears.
        "QN04201M,Thiers,MODIFIE,QP042001,Centre\nQN04202M,Centre,MODIFIE,QP042002,Centre\n",
        # The right name stands on a doubted row, but the exchange does not close.
        "QN04201M,Le Parc,MODIFIE,QP042001,Beau Site\nQN04202M,Mayollet,MODIFIE,QP042002,Le Parc\n",
        # Crosswise, but in two départements.
        "QN04201M,Le Parc,MODIFIE,QP042001,Mayollet\nQN06901M,Mayollet,MODIFIE,QP069001,Le Parc\n",
        # No name to compare.
        "QN04201M,,MODIFIE,QP042001,\nQN04202M,,MODIFIE,QP042002,\n",
    ],
)
def test_a_new_name_alone_is_no_suspicion(tmp_path: Path, body: str) -> None:
    reading = read(tmp_path, body)
    assert not reading.frame["suspect"].any()
    assert (reading.frame["code_2015"] == reading.frame["code_2015_by_label"]).all()


def test_a_merge_gives_one_row_per_ancestor(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        "QN04201M;Le Parc;MODIFIÉ;QP042001;Le Parc;QP042002;Parc sud\n",
        "code_qp2024;lib_qp2024;Statut;code_qp2015;lib_qp2015;qp2015_2;label_qp2015_2\n",
    )
    assert reading.frame["code_2024"].tolist() == ["QN04201M"] * 2
    assert reading.frame["code_2015"].tolist() == ["QP042001", "QP042002"]
    assert reading.frame["label_2015"].tolist() == ["Le Parc", "Parc sud"]
    assert set(reading.frame["change"]) == {"MODIFIE"}


@pytest.mark.parametrize(
    ("row", "rows_kept", "kind", "column"),
    [
        ("QN4201,Le Parc,MODIFIE,QP042001,Le Parc", 1, "rejected", "qp2024"),
        ("QN04201M,Le Parc,MODIFIE,QP42001,Le Parc", 2, "rejected", "qp2015_1"),
        ("QN04201M,Le Parc,REFONDU,QP042001,Le Parc", 2, "rejected", "statut"),
        ("QN04201M,Le Parc,NOUVEAU,QP042001,Le Parc", 2, "suspect", "statut"),
        ("QN04201M,Le Parc,INCHANGE,,", 2, "suspect", "statut"),
        ("QN04209M,Autre,MODIFIE,QP042009,Autre", 1, "rejected", "qp2015_1"),
    ],
)
def test_a_doubtful_row_is_listed_with_its_line(
    tmp_path: Path, row: str, rows_kept: int, kind: str, column: str
) -> None:
    reading = read(tmp_path, f"QN04209M,Autre,MODIFIE,QP042009,Autre\n{row}\n")
    assert len(reading.frame) == rows_kept
    first = reading.problems[0]
    assert (first.kind, first.line, first.column) == (kind, 3, column)


def test_corsican_codes_are_codes(tmp_path: Path) -> None:
    reading = read(tmp_path, "QN02A01M,Pifano,MODIFIE,QP02A001,Pifano\n")
    assert reading.frame["code_2015"].tolist() == ["QP02A001"]
    assert reading.problems == ()


def test_files_that_pair_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="« qp2015_1 » ou"):
        read(tmp_path, "QN04201M,Le Parc\n", "qp2024,label_qp2024\n")
    with pytest.raises(UnreadableFile, match="aucune ligne utilisable"):
        read(tmp_path, "")
