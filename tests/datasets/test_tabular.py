"""Rows as they stand in the file, and numbers as French administrations write them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.readers.tabular import (
    MISSING_MARKERS,
    SUPPRESSED_MARKERS,
    normalise_label,
    number_column,
    read_csv,
    to_number,
)
from datasets.reading import UnreadableFile
from tests.datasets.written import write_text, write_zip

NNBSP = "\u202f"


def read(data: bytes, *required: str | tuple[str, ...], **others):
    return read_csv(data, source_id="essai", file="essai.csv", required=required, **others)


@pytest.mark.parametrize("separator", [";", ",", "|", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_separator_encoding_and_line_end_gives_the_same_rows(
    separator: str, encoding: str, end: str
) -> None:
    rows = [["code", "nom"], ["01004", "Ambérieu"], ["2A004", "Évisa"]]
    text = end.join(separator.join(row) for row in rows) + end
    frame, problems = read(text.encode(encoding), "code", "nom")
    assert frame["code"].tolist() == ["01004", "2A004"]
    assert frame["nom"].tolist() == ["Ambérieu", "Évisa"]
    assert frame["line"].tolist() == [2, 3]
    assert frame.dtypes.astype(str).to_dict() == {"code": "str", "nom": "str", "line": "int64"}
    assert [problem.kind for problem in problems] == ["repaired"] * (encoding == "cp1252")


def test_cp1252_is_said_with_the_first_line_that_shows_it() -> None:
    _, problems = read("code;nom\n1;plat\n2;Évisa\n".encode("cp1252"), "code")
    assert problems[0].line == 3
    assert "Windows-1252" in problems[0].message


def test_lines_are_counted_through_blank_lines_and_quoted_line_breaks() -> None:
    frame, _ = read(b'code;nom\n\n1;"deux\nlignes"\n\n2;b\n', "code", "nom")
    assert frame["line"].tolist() == [3, 6]
    assert frame["nom"].tolist() == ["deux\nlignes", "b"]


def test_a_missing_column_is_named_with_the_file_the_columns_found_and_the_page() -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(b"code;nom\n1;a\n", "code", ("TP60", "taux"), landing_page="https://exemple.fr")
    message = str(refusal.value)
    for words in ("essai.csv", "« TP60 » ou « taux »", "code, nom", "https://exemple.fr"):
        assert words in message


def test_extra_columns_stay_out_and_nameless_ones_are_not_even_counted() -> None:
    frame, problems = read(b"code;autre; encore ;;;\n1;2;3;;;\n4;5;6\n", "code")
    assert list(frame.columns) == ["code", "line"]
    assert len(frame) == 2
    assert [(problem.kind, problem.count) for problem in problems] == [("extra", 2)]


def test_names_match_without_case_or_spaces_and_the_first_of_two_wins() -> None:
    frame, _ = read(b"Code ;\xc2\xa0NOTE;NOTE\n1;a;b\n", ("CODE", "autre"), "note")
    assert frame["CODE"].tolist() == ["1"]
    assert frame["note"].tolist() == ["a"]


def test_the_exact_case_is_preferred() -> None:
    frame, _ = read(b"c;C\nfaux;vrai\n", "C")
    assert frame["C"].tolist() == ["vrai"]


def test_a_line_of_the_wrong_width_is_listed_and_left_out() -> None:
    frame, problems = read(b"a;b;c\n1;2;3\n4;5\n6;7;8;9\n1;2;3;;\n", "a")
    assert frame["line"].tolist() == [2, 5]
    assert [problem.line for problem in problems if problem.kind == "rejected"] == [3, 4]


def test_an_optional_column_that_is_absent_is_simply_not_there() -> None:
    frame, _ = read(b"a;b\n1;2\n", "a", optional=("b", "z"))
    assert list(frame.columns) == ["a", "b", "line"]


def test_na_blanks_the_cells_asked_for_only() -> None:
    frame, _ = read(b"a;b\nnd;C\n", "a", "b", na={"nd"})
    assert frame[["a", "b"]].to_numpy().tolist() == [["", "C"]]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b"<html></html>", b"PK\x03\x04"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"essai\.csv"):
        read(data, "a")


def test_a_cell_beyond_reason_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableFile, match="ligne 3"):
        read(b'a;b\n1;2\n"' + b"x" * 200_000 + b'";2\n', "a")


def test_a_zipped_table_is_read_in_place(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "t.zip", {"t.CSV": "a\n1\n"})
    frame, _ = read_csv(path, source_id="essai", required=("a",))
    assert frame["a"].tolist() == ["1"]
    frame, _ = read_csv(write_text(tmp_path / "t.csv", "a\n2\n"), source_id="essai", required=["a"])
    assert frame["a"].tolist() == ["2"]


def french(value: float, decimals: int, mark: str, thousands: str) -> str:
    return f"{value:,.{decimals}f}".replace(",", "_").replace(".", mark).replace("_", thousands)


@given(
    value=st.integers(-(10**12), 10**12),
    decimals=st.integers(0, 4),
    mark=st.sampled_from(",."),
    thousands=st.sampled_from(["", " ", "\u00a0", "\u2009", NNBSP]),
    padding=st.sampled_from(["", " ", "\u00a0"]),
)
def test_numbers_come_back_from_every_french_spelling(
    value: int, decimals: int, mark: str, thousands: str, padding: str
) -> None:
    number = value / 10**decimals
    text = padding + french(number, decimals, mark, thousands) + padding
    values, status = to_number(pd.Series([text], dtype="str"))
    assert values[0] == float(f"{number:.{decimals}f}")
    assert status[0] == "observed"


@given(st.text(max_size=12))
def test_a_text_is_a_number_or_nothing_and_never_an_invented_zero(text: str) -> None:
    values, status = to_number(pd.Series([text], dtype="str"))
    assert (status[0] == "observed") == pd.notna(values[0])
    if values[0] == 0:
        assert "0" in text


@pytest.mark.parametrize("marker", sorted(MISSING_MARKERS | {"NS", " s ", "\u00a0"}))
def test_markers_are_never_zero(marker: str) -> None:
    values, status = to_number(pd.Series([marker], dtype="str"))
    assert pd.isna(values[0])
    expected = "suppressed" if marker.strip().lower() in SUPPRESSED_MARKERS else "missing"
    assert status[0] == expected


@pytest.mark.parametrize("text", ["12 34", "1.234,5", "1,2,3", "12 %", "1e999", "١٢", "-", "12a"])
def test_what_is_no_number_is_rejected(text: str) -> None:
    values, status = to_number(pd.Series([text], dtype="str"))
    assert pd.isna(values[0])
    assert status[0] == "rejected"


def test_absent_cells_of_pandas_are_missing() -> None:
    values, status = to_number(pd.Series([None, "\u22123,5"], dtype="str", index=[7, 9]))
    assert status.to_dict() == {7: "missing", 9: "observed"}
    assert values[9] == -3.5


def test_a_column_lists_what_it_could_not_read_with_its_line() -> None:
    frame, _ = read(b"a\n1\nbeaucoup\nns\nns\nso\n", "a")
    values, status, problems = number_column(frame, "a", source_id="essai", file="essai.csv")
    assert status.tolist() == ["observed", "missing", "suppressed", "suppressed", "missing"]
    assert values.isna().tolist() == [False, True, True, True, True]
    assert [(p.kind, p.line, p.count) for p in problems] == [
        ("rejected", 3, 1),
        ("suppressed", 0, 2),
    ]
    assert problems[0].value == "beaucoup"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cœur de Loriol", "COEUR-DE LORIOL"),
        ("Les Courbes de l’Albarine", "les courbes de l'albarine"),
        ("Évêché", "eveche "),
    ],
)
def test_labels_compare_without_case_accent_or_punctuation(one: str, other: str) -> None:
    assert normalise_label(one) == normalise_label(other)


def test_labels_that_differ_stay_different() -> None:
    assert normalise_label("Centre Ancien") != normalise_label("Centre Historique")
