"""Tables of demand, supply and times: read as they are, or refused with names and lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from datasets.access_errors import (
    SHOWN,
    BadCounts,
    BadLines,
    BadMinutes,
    BadPosition,
    DuplicateIds,
    DuplicatePairs,
    EmptySupply,
    EmptyTable,
    MissingCrs,
    UnknownIds,
)
from datasets.access_files import Places, read_all, read_demand, read_supply, read_times
from datasets.access_places import place_in_metres
from datasets.access_quick import plain_times
from datasets.collected import BadTables
from datasets.readers.cells import to_number
from datasets.readers.tabular import read_csv
from datasets.reading import UnreadableFile
from geo import checks
from geo.errors import BadInput


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def demand(tmp_path: Path) -> Places:
    text = "id,population\nA,1\nB,2\n"
    return read_demand(written(tmp_path, "D.csv", text), positions=False)


@pytest.fixture
def supply(tmp_path: Path) -> Places:
    return read_supply(written(tmp_path, "S.csv", "id,capacity\nU,1\n"), positions=False)


def places(folder: Path, name: str, *rows: tuple[float, float], axes: str = "lon,lat") -> Places:
    lines = [f"P{row},{east},{north},1" for row, (east, north) in enumerate(rows)]
    count, read = ("population", read_demand) if name == "D.csv" else ("capacity", read_supply)
    text = "\n".join([f"id,{axes},{count}", *lines, ""])
    return read(written(folder, name, text), positions=True)


def metres_in(
    folder: Path, here: tuple[float, float], there: tuple[float, float], crs: str = ""
) -> tuple[float, str]:
    """Crow-fly metres between two places given in degrees, and the system they are measured in."""
    start, end, name = place_in_metres(
        places(folder, "D.csv", here), places(folder, "S.csv", there), crs
    )
    return float(np.hypot(*(start[0] - end[0]))), name


def test_values_and_lines_are_kept(tmp_path: Path) -> None:
    text = "population;extra;ID;Latitude;longitude\n\n1 200,5;x;01;45,75;4,85\n0;y; 02 ;45,8;4,9\n"
    read = read_demand(written(tmp_path, "D.csv", text), positions=True)
    assert read.frame["id"].tolist() == ["01", "02"]
    assert read.frame["population"].tolist() == [1200.5, 0.0]
    assert read.frame["east"].tolist() == [4.85, 4.9]
    assert read.frame["line"].tolist() == [3, 4]
    assert read.axes == "lonlat"
    assert [problem.kind for problem in read.problems] == ["extra"]


def test_positions_are_not_asked_when_times_are_given(tmp_path: Path) -> None:
    text = "id,lon,lat,population\nA,partout,45,1\n"
    read = read_demand(written(tmp_path, "D.csv", text), positions=False)
    assert read.axes == ""
    with pytest.raises(BadPosition, match="partout"):
        read_demand(written(tmp_path, "D.csv", text), positions=True)


def test_every_error_is_also_the_one_of_the_core() -> None:
    for ours, core in (
        (DuplicateIds, checks.DuplicateIds),
        (DuplicatePairs, checks.DuplicatePairs),
        (BadMinutes, checks.BadMinutes),
        (BadCounts, checks.BadCounts),
        (UnknownIds, checks.UnknownIds),
        (EmptySupply, checks.EmptySupply),
    ):
        assert issubclass(ours, core)
        assert issubclass(ours, BadInput)


def test_the_first_offenders_are_carried_by_the_error(tmp_path: Path) -> None:
    rows = "".join(f"P{row},{-row}\n" for row in range(10))
    with pytest.raises(BadCounts) as refused:
        read_supply(written(tmp_path, "S.csv", "id,capacity\n" + rows), positions=False)
    error = refused.value
    assert (error.file, error.column, error.count) == ("S.csv", "capacity", 9)
    assert [offender.line for offender in error.offenders] == [3, 4, 5, 6, 7]
    assert len(error.offenders) == SHOWN


def test_an_empty_supply_has_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(EmptySupply):
        read_supply(written(tmp_path, "S.csv", "id,capacity\n"), positions=False)
    with pytest.raises(EmptyTable) as refused:
        read_demand(written(tmp_path, "D.csv", "id,population\n"), positions=False)
    assert not isinstance(refused.value, EmptySupply)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ("A,U,-0.5\n", BadMinutes),
        ("A,U,nan\n", BadMinutes),
        ("A,U,\n", BadMinutes),
        ("A,U,1e999\n", BadMinutes),
        ("a,U,1\n", UnknownIds),
        ("A,u,1\n", UnknownIds),
        ("A,U,1\nA,U,1\n", DuplicatePairs),
        ("A,,1\n", BadLines),
        ("A,U\n", BadLines),
        ("", EmptyTable),
    ],
)
def test_bad_times_have_a_name(
    tmp_path: Path, demand: Places, supply: Places, rows: str, error: type[BadInput]
) -> None:
    table = written(tmp_path, "T.csv", "demand_id,supply_id,minutes\n" + rows)
    with pytest.raises(error, match=r"T\.csv"):
        read_times(table, demand, supply)


def test_zero_minutes_is_a_time(tmp_path: Path, demand: Places, supply: Places) -> None:
    table = written(tmp_path, "T.csv", "demand_id,supply_id,minutes\nA,U,0\n")
    assert read_times(table, demand, supply).frame["minutes"].tolist() == [0.0]


def test_a_table_that_is_no_table(tmp_path: Path, demand: Places, supply: Places) -> None:
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_times(tmp_path / "T.csv", demand, supply)
    (tmp_path / "T.csv").write_bytes(b"\x00\x01\x02")
    with pytest.raises(UnreadableFile, match="octets nuls"):
        read_times(tmp_path / "T.csv", demand, supply)


COLUMNS = ("demand_id", "supply_id", "minutes")
NAMES = st.text("AZaz09éœ-_. '", min_size=1, max_size=6).map(str.strip).filter(bool)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(NAMES, NAMES, st.floats(0, 1e4)), min_size=1, max_size=8),
    separator=st.sampled_from(";,\t|"),
    ending=st.sampled_from(["\n", "\r\n"]),
    start=st.sampled_from(["", "\ufeff"]),
)
def test_the_quick_way_reads_what_the_careful_one_reads(
    rows: list[tuple[str, str, float]], separator: str, ending: str, start: str
) -> None:
    lines = [("minutes", "note", "supply_id", "demand_id")]
    lines += [(repr(minutes), "", to, of) for of, to, minutes in rows]
    data = (start + "".join(separator.join(line) + ending for line in lines)).encode()
    quick = plain_times(data, COLUMNS)
    careful, _ = read_csv(data, source_id="", file="T.csv", required=COLUMNS)
    assert quick is not None
    minutes, _ = to_number(careful["minutes"])
    assert quick["minutes"].tolist() == minutes.tolist() == [row[2] for row in rows]
    pd.testing.assert_frame_equal(quick.drop(columns="minutes"), careful.drop(columns="minutes"))


UNUSUAL = [
    "A,U,1,5\n",  # a decimal comma is one cell too many
    'A,"U",1\n',
    "A,U,1\n\nA,V,1\n",
    "A,U,1 200\n",
    "A,U,-1\n",
    "A,U,nan\n",
    "A,U,inf\n",
    "A,U,\n",
    "A,,1\n",
    "A,U\n",
]


@pytest.mark.parametrize("rows", UNUSUAL)
def test_the_quick_way_leaves_the_unusual_to_the_careful_one(rows: str) -> None:
    assert plain_times(b"demand_id,supply_id,minutes\n" + rows.encode(), COLUMNS) is None
    latin = "demand_id,supply_id,minutes\né,U,1\n".encode("cp1252")
    assert plain_times(latin, COLUMNS) is None


# One degree of latitude is about 111 km anywhere: a wrong system would be far from it.
ZONES = [
    ((4.85, 45.75), "EPSG:2154"),
    ((9.1, 42.1), "EPSG:2154"),
    ((-61.5, 16.2), "EPSG:5490"),
    ((-61.0, 14.6), "EPSG:5490"),
    ((-52.3, 4.9), "EPSG:2972"),
    ((55.5, -21.1), "EPSG:2975"),
    ((45.2, -12.8), "EPSG:4471"),
    ((-56.2, 46.8), "EPSG:4467"),
    ((166.4, -22.2), "EPSG:3163"),
    ((-149.5, -17.6), "EPSG:3297"),
    ((-176.2, -13.3), "EPSG:8903"),
    ((-73.6, 45.5), "EPSG:32618"),
    ((28.0, -26.2), "EPSG:32735"),
    ((179.9, 60.0), "EPSG:32660"),
]


@pytest.mark.parametrize(("place", "crs"), ZONES, ids=[crs for _, crs in ZONES])
def test_degrees_are_measured_where_they_are(
    tmp_path: Path, place: tuple[float, float], crs: str
) -> None:
    lon, lat = place
    metres, name = metres_in(tmp_path, place, (lon, lat + 0.1))
    assert name.startswith(f"{crs} (")
    assert metres == pytest.approx(11_100, rel=0.01)


def test_places_on_both_sides_of_the_date_line(tmp_path: Path) -> None:
    metres, name = metres_in(tmp_path, (179.95, 60.0), (-179.95, 60.0))
    assert metres == pytest.approx(5_580, rel=0.01)
    assert name.startswith("EPSG:326")


def test_x_and_y_in_their_own_system_are_left_as_they_are(tmp_path: Path) -> None:
    here = places(tmp_path, "D.csv", (842_000.0, 6_519_000.0), axes="x,y")
    there = places(tmp_path, "S.csv", (843_000.0, 6_519_000.0), axes="x,y")
    start, end, _ = place_in_metres(here, there, "EPSG:2154")
    assert start.tolist() == [[842_000.0, 6_519_000.0]]
    assert end.tolist() == [[843_000.0, 6_519_000.0]]


def test_feet_become_metres(tmp_path: Path) -> None:
    here = places(tmp_path, "D.csv", (980_000.0, 200_000.0), axes="x,y")
    there = places(tmp_path, "S.csv", (981_000.0, 200_000.0), axes="x,y")
    start, end, _ = place_in_metres(here, there, "EPSG:2263")  # New York, US survey feet
    assert end[0][0] - start[0][0] == pytest.approx(304.8, abs=0.01)


def test_web_mercator_is_never_measured_in(tmp_path: Path) -> None:
    to_web = Transformer.from_crs(4326, 3857, always_xy=True)
    here = places(tmp_path, "D.csv", to_web.transform(4.85, 45.75), axes="x,y")
    there = places(tmp_path, "S.csv", to_web.transform(4.85, 45.85), axes="x,y")
    start, end, name = place_in_metres(here, there, "EPSG:3857")
    assert name.startswith("EPSG:2154")
    assert np.hypot(*(start[0] - end[0])) == pytest.approx(11_100, rel=0.01)


def test_degrees_and_metres_may_be_mixed_between_tables(tmp_path: Path) -> None:
    to_lambert = Transformer.from_crs(4326, 2154, always_xy=True)
    here = places(tmp_path, "D.csv", (4.85, 45.75))
    there = places(tmp_path, "S.csv", to_lambert.transform(4.85, 45.75), axes="x,y")
    start, end, _ = place_in_metres(here, there, "EPSG:2154")
    assert start == pytest.approx(end, abs=1e-3)
    with pytest.raises(MissingCrs, match=r"S\.csv"):
        place_in_metres(here, there)


def test_degrees_may_be_measured_in_a_chosen_system(tmp_path: Path) -> None:
    assert metres_in(tmp_path, (4.85, 45.75), (4.9, 45.8), "EPSG:32631")[1].startswith("EPSG:32631")
    assert metres_in(tmp_path, (4.85, 45.75), (4.9, 45.8), "EPSG:4326")[1].startswith("EPSG:2154")
    with pytest.raises(BadPosition, match="hors de la zone"):
        metres_in(tmp_path, (55.5, -21.1), (55.5, -21.2), "EPSG:2154")


REFUSED = [
    ((181.0, 45.0), "ne sont pas des degrés"),
    ((4.85, 91.0), "ne sont pas des degrés"),
    ((45.75, 4.85), "inversées"),
    ((0.0, 89.0), "pôle"),
]


@pytest.mark.parametrize(("place", "words"), REFUSED)
def test_impossible_degrees_are_refused(
    tmp_path: Path, place: tuple[float, float], words: str
) -> None:
    with pytest.raises(BadPosition, match=words) as refused:
        metres_in(tmp_path, place, place)
    assert [offender.line for offender in refused.value.offenders] == [2]


def test_places_of_several_zones_are_refused_by_line(tmp_path: Path) -> None:
    here = places(tmp_path, "D.csv", (4.85, 45.75), (4.9, 45.8))
    there = places(tmp_path, "S.csv", (4.85, 45.75), (-61.5, 16.2), (55.5, -21.1))
    with pytest.raises(BadPosition, match="chaque zone à part") as refused:
        place_in_metres(here, there)
    assert refused.value.file == "S.csv"
    assert [offender.line for offender in refused.value.offenders] == [3, 4]


@settings(deadline=None)
@given(lon=st.floats(-179, 179), lat=st.floats(-70, 70), dx=st.floats(-1, 1), dy=st.floats(-1, 1))
def test_measured_distances_are_near_the_true_ones(
    tmp_path_factory: pytest.TempPathFactory, lon: float, lat: float, dx: float, dy: float
) -> None:
    from datasets.navigation_checks import metres_between

    here, there = (lon, lat), (lon + dx, lat + dy)
    try:
        metres, _ = metres_in(tmp_path_factory.mktemp("world"), here, there)
    except BadPosition as refused:
        assert "inversées" in str(refused)
        return
    assert metres == pytest.approx(metres_between(here, there), rel=0.01, abs=1.0)


def test_every_fault_of_every_table_is_told_at_once(tmp_path: Path) -> None:
    demand = written(tmp_path, "D.csv", "id,population\nA,-1\nB,x\nB,2\n")
    supply = written(tmp_path, "S.csv", "id,capacity\nU,beaucoup\nU,1\n")
    rows = "Z,U,1\nA,W,1\nA,U,-2\nA,U,3\n"
    times = written(tmp_path, "T.csv", "demand_id,supply_id,minutes\n" + rows)
    with pytest.raises(BadTables) as refused:
        read_all(demand, supply, times)
    found = [(type(error), error.file, error.column) for error in refused.value.errors]
    assert found == [
        (DuplicateIds, "D.csv", "id"),
        (BadCounts, "D.csv", "population"),
        (DuplicateIds, "S.csv", "id"),
        (BadCounts, "S.csv", "capacity"),
        (BadMinutes, "T.csv", "minutes"),
        (UnknownIds, "T.csv", "demand_id"),
        (UnknownIds, "T.csv", "supply_id"),
        (DuplicatePairs, "T.csv", "demand_id, supply_id"),
    ]
    told = str(refused.value)
    for words in ("« -1 », négatif", "« x », pas un nombre", "ligne 2 (« Z »)", "ligne 3 (« W »)"):
        assert words in told
    assert told.count("Attendu :") == 8


def test_a_torn_line_does_not_accuse_the_times_nor_hide_the_rest(tmp_path: Path) -> None:
    demand = written(tmp_path, "D.csv", "id,population\nA\n,4\nB,-2\n")
    supply = written(tmp_path, "S.csv", "id,capacity\nU,1\n")
    times = written(tmp_path, "T.csv", "demand_id,supply_id,minutes\nA,U,1\nB,W,1\n")
    with pytest.raises(BadTables) as refused:
        read_all(demand, supply, times)
    found = [(type(error), error.file) for error in refused.value.errors]
    assert found == [
        (BadLines, "D.csv"), (BadLines, "D.csv"), (BadCounts, "D.csv"), (UnknownIds, "T.csv"),
    ]  # fmt: skip


def test_one_fault_keeps_its_own_name(tmp_path: Path) -> None:
    demand = written(tmp_path, "D.csv", "id,population\nA,1\n")
    supply = written(tmp_path, "S.csv", "id,capacity\nU,1\n")
    with pytest.raises(UnreadableFile, match="introuvable"):
        read_all(demand, supply, tmp_path / "T.csv")
    with pytest.raises(UnreadableFile, match="dossier"):
        read_all(Path(), supply, written(tmp_path, "T.csv", "demand_id,supply_id,minutes\nA,U,1\n"))


@pytest.mark.parametrize("value", ["1e308", "1.1e12", "1e-300"])
def test_a_count_that_nobody_counts_is_refused(tmp_path: Path, value: str) -> None:
    for name, column, read in (("D", "population", read_demand), ("S", "capacity", read_supply)):
        with pytest.raises(BadCounts, match="trop proche" if "-" in value else "plus de"):
            read(written(tmp_path, f"{name}.csv", f"id,{column}\nA,{value}\n"), positions=False)
        kept = written(tmp_path, f"{name}.csv", f"id,{column}\nA,1e12\nB,0\n")
        assert read(kept, positions=False).frame[column].tolist() == [1e12, 0]


def test_minutes_of_years_are_refused(tmp_path: Path, demand: Places, supply: Places) -> None:
    head = "demand_id,supply_id,minutes\n"
    with pytest.raises(BadMinutes, match="plus de"):
        read_times(written(tmp_path, "T.csv", head + "A,U,1000001\n"), demand, supply)
    assert len(read_times(written(tmp_path, "T.csv", head + "A,U,1e6\n"), demand, supply).frame)
