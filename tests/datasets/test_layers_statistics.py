"""Statistics of larger places and of split QPV, from files written here in the official layouts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from datasets.layers import read_layers
from datasets.raw import RawFolder
from datasets.readers.insee_communes import has_communes, only_communes, read_insee_communes
from datasets.readers.insee_qpv import read_insee_qpv
from geo import Layers, analyse
from geo.bridge import bridge
from geo.indicators import INDICATORS
from geo.need import comparison
from geo.territory import parse_territory
from tests.datasets.written import write_text, write_zip

COMMUNES = "CODGEO;LIBGEO;C;C_C2SNP;C_C2SP\r\n"
QPV_24 = "CODGEO;LIBGEO;C;C_C2SNP;C_C2SP\r\nQN04217M;Bourgogne;1 000;300;100\r\n"


def test_the_commune_table_of_an_archive_is_read_beside_that_of_the_qpv(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "beneficiaires_CNAM_01-01-2025_QP24_csv.zip",
        {
            "data_CNAM2025_COM.csv": (
                COMMUNES
                + "42187;Roanne;30 000;5 000;1 000\r\n2A004;Ajaccio;s;10;5\r\nX;?;1;1;1\r\n"
            ),
            "data_CNAM2025_QP.csv": QPV_24,
        },
    )
    assert has_communes(path) and not only_communes(path)
    reading = read_insee_communes(path)
    told = reading.frame.set_index(["code", "indicator"])
    assert told.loc[("42187", "c2s_beneficiaries"), "value"] == 6000
    assert told.loc[("2A004", "covered_cnam"), "status"] == "suppressed"
    assert pd.isna(told.loc[("2A004", "covered_cnam"), "value"])
    assert set(reading.frame["vintage"]) == {"01/01/2025"}
    assert [each.line for each in reading.problems if each.kind == "rejected"] == [4]
    own = read_insee_qpv(path).frame.set_index("indicator")
    assert own.loc["c2s_beneficiaries", "value"] == 400
    assert set(own["perimeter"]) == {"2024"}


@pytest.mark.parametrize(
    ("name", "header", "row", "expected"),
    [
        ("REVN_2024.csv", "CODGEO;LIBGEO;TP60;DISP_Q2", "QN04217M;B;43,5;14 180",
         {"poverty_share": 0.435, "median_income_eur": 14180}),
        ("DEMO_2025.csv", "CODGEO;LIBGEO;POP_MUN;TX_TOT_60ETPLUS;TX_TOT_MEN1;TX_TOT_ET;A;AM",
         "QN04217M;B;1 669;32,0;61,0;20,5;600;120",
         {"population": 1669, "age60_share": 0.32, "one_person_share": 0.61,
          "foreign_share": 0.205, "single_parent_share": 0.2}),
        ("IPRO_2024.csv", "CODGEO;LIBGEO;TX_TOT_EMPL;ABC", "QN04217M;B;40,1;300",
         {"employment_share": 0.401, "job_seekers": 300}),
    ],
)  # fmt: skip
def test_editions_on_the_2024_perimeter_are_read_when_brought_by_hand(
    tmp_path: Path, name: str, header: str, row: str, expected: dict[str, float]
) -> None:
    frame = read_insee_qpv(write_text(tmp_path / name, f"{header}\r\n{row}\r\n")).frame
    assert frame.set_index("indicator")["value"].to_dict() == pytest.approx(expected)
    assert set(frame["perimeter"]) == {"2024"} and set(frame["status"]) == {"observed"}


def _copy(demo_raw: Path, folder: Path) -> Path:
    shutil.copytree(demo_raw, folder)
    return folder


def _read(folder: Path) -> Layers:
    return read_layers(parse_territory("demo"), RawFolder(folder))[0]


def test_counts_of_communes_give_the_rate_of_larger_places(
    demo_raw: Path, demo_layers: Layers, tmp_path: Path
) -> None:
    folder = _copy(demo_raw, tmp_path / "raw")
    codes = sorted(demo_layers["communes"]["code"])
    rows = "".join(f"{code};x;1 000;{200 + rank % 2};50\r\n" for rank, code in enumerate(codes))
    write_text(folder / "insee_qpv" / "data_CNAM_01-01-2025_COM.csv", COMMUNES + rows)
    layers = _read(folder)
    table = comparison(layers, str(layers["qpv"]["code_qp"].iloc[0]))
    own = table[table["indicator"] == "c2s_share"].set_index("level")
    total = sum(250 + rank % 2 for rank in range(len(codes)))
    assert own.loc["departement", "value"] == pytest.approx(total / (1000 * len(codes)))
    assert own.loc["departement", "status"] == "observed"
    assert own.loc["commune", "value"] in (0.25, 0.251)
    # Half of the communes hold too few people for the département to be told.
    half = "".join(f"{code};x;1 000;200;50\r\n" for code in codes[: len(codes) // 3])
    write_text(folder / "insee_qpv" / "data_CNAM_01-01-2025_COM.csv", COMMUNES + half)
    short = comparison(_read(folder), str(layers["qpv"]["code_qp"].iloc[0]))
    told = short[(short["indicator"] == "c2s_share") & (short["level"] == "departement")].iloc[0]
    assert told["status"] == "missing" and told["why_missing"]


def test_a_split_quarter_shares_its_people_by_the_outlines(
    demo_raw: Path, demo_layers: Layers, tmp_path: Path
) -> None:
    whole = demo_layers
    links = whole["correspondence"]
    paired = links[links["change"] == "MODIFIE"].iloc[0]
    heir = links[links["change"] == "NOUVEAU"].iloc[0]
    folder = _copy(demo_raw, tmp_path / "raw")
    [path] = list((folder / "qpv_2015_2024").glob("*.csv"))
    text = path.read_bytes().decode("utf-8-sig")
    lines = text.splitlines(keepends=True)
    separator = ";" if ";" in lines[0] else ","
    for place, line in enumerate(lines):
        cells = line.rstrip("\r\n").split(separator)
        if cells[0] == heir["code_2024"]:
            cells[2:5] = ["MODIFIE", paired["code_2015"], "Ancien"]
            lines[place] = separator.join(cells) + "\r\n"
    path.write_bytes("".join(lines).encode("utf-8-sig"))
    rows = _read(folder)["indicators"].query("territory_kind == 'qpv'")
    rows = rows.set_index(["code", "indicator"])
    before = whole["indicators"].query("territory_kind == 'qpv'").set_index(["code", "indicator"])
    kept = rows.loc[(paired["code_2024"], "population")]
    published = before.loc[(paired["code_2015"], "population"), "value"]
    assert kept["status"] == "modelled" and kept["perimeter"] == "2015"
    # The new heir lies elsewhere: the outlines give it none of these people, and say so.
    assert 0 < kept["value"] <= published
    assert rows.loc[(heir["code_2024"], "population"), "status"] == "missing"
    # A rate goes to both heirs as it is, never by a share.
    rate = before.loc[(paired["code_2015"], "poverty_share"), "value"]
    for code in (paired["code_2024"], heir["code_2024"]):
        assert rows.loc[(code, "poverty_share"), "value"] == rate
        assert rows.loc[(code, "poverty_share"), "status"] == "modelled"


def test_a_median_goes_only_to_an_unchanged_quarter(demo_layers: Layers) -> None:
    rows = demo_layers["indicators"].query("indicator == 'median_income_eur'")
    known = set(rows.loc[rows["code"].str.startswith("QN") & rows["value"].notna(), "code"])
    links = demo_layers["correspondence"]
    assert known <= set(links.loc[links["change"] == "INCHANGE", "code_2024"])


def _by_place(layers: Layers) -> pd.DataFrame:
    rows = layers["indicators"].query("territory_kind == 'qpv'")
    return rows.set_index(["code", "indicator"])


def _summable(rows: pd.DataFrame, code: str) -> list[str]:
    names = rows.loc[code].index
    return [str(name) for name in names if INDICATORS[str(name)].summable]


def test_counts_of_a_redrawn_quarter_are_the_part_of_the_outline_that_stayed(
    demo_layers: Layers,
) -> None:
    rows, links = _by_place(demo_layers), demo_layers["correspondence"]
    pairs = bridge(demo_layers).query("kind == 'paire' and linked and change == 'MODIFIE'")
    redrawn = pairs[pairs["alpha"] < 0.99]
    assert len(redrawn)
    for pair in redrawn.itertuples():
        names = _summable(rows, pair.code_2015)
        assert "population" in names
        for name in names:
            whole, carried = rows.loc[(pair.code_2015, name)], rows.loc[(pair.code_2024, name)]
            assert carried["value"] == pytest.approx(pair.alpha * whole["value"], nan_ok=True)
            assert carried["status"] in ("modelled", "missing", "suppressed")
            assert carried["perimeter"] == "2015"
        rate = "poverty_share"
        assert (
            rows.loc[(pair.code_2024, rate), "value"] == rows.loc[(pair.code_2015, rate), "value"]
        )
    for link in links[links["change"] == "INCHANGE"].itertuples():
        for name in _summable(rows, link.code_2015_by_label):
            whole = rows.loc[(link.code_2015_by_label, name), "value"]
            assert rows.loc[(link.code_2024, name), "value"] == pytest.approx(whole, nan_ok=True)


def test_without_an_outline_counts_stay_whole_and_the_overlap_is_said_not_measured(
    demo_raw: Path, demo_layers: Layers, tmp_path: Path
) -> None:
    folder = _copy(demo_raw, tmp_path / "raw")
    shutil.rmtree(folder / "qpv_2015")
    layers = _read(folder)
    rows, links = _by_place(layers), layers["correspondence"]
    modified = links[links["change"] == "MODIFIE"]
    assert len(modified)
    for link in modified.itertuples():
        whole = rows.loc[(link.code_2015_by_label, "population"), "value"]
        assert rows.loc[(link.code_2024, "population"), "value"] == whole
    said = layers["problems"]
    said = said[said["message"].str.contains("recouvrement non mesuré")]
    assert said["value"].tolist() == [", ".join(sorted(modified["code_2024"]))]
    qpv = analyse(layers).qpv.set_index("code_qp")
    assert set(qpv.loc[modified["code_2024"], "need_overlap_method"]) == {"non mesuré"}
    assert not demo_layers["problems"]["message"].str.contains("recouvrement non mesuré").any()
