"""The fictional island: whole, valid, the same at each run, and readable as the official files."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from datasets.demo import NOTICE, names, write_demo
from datasets.demo.mediation_file import COLUMNS
from datasets.mediation import TEMPLATE_COLUMNS, read_mediation
from datasets.readers.apl import read_apl
from datasets.readers.bpe import read_bpe
from datasets.readers.communes import read_communes
from datasets.readers.correspondence import read_correspondence
from datasets.readers.establishments import read_finess, read_hospitals
from datasets.readers.filosofi import read_filosofi_iris
from datasets.readers.help_points import read_conseillers_numeriques, read_france_services
from datasets.readers.ifn import read_ifn
from datasets.readers.insee_qpv import read_insee_qpv
from datasets.readers.iris import read_iris_contours, read_iris_population
from datasets.readers.qpv import read_qpv_2015, read_qpv_2024
from datasets.readers.schemes import read_adultes_relais
from datasets.reading import Reading
from geo.schema import QPV_2015_CODE, QPV_2024_CODE

METRES = 2154
# Written by the issue: the island must stay in this box, in open sea.
BOX = shapely.box(-4.6, 45.6, -3.6, 46.4)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


@pytest.fixture(scope="module")
def communes(demo: Path) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(read_communes(demo / "communes/departement-99.geojson").frame)


@pytest.fixture(scope="module")
def qpv(demo: Path) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(read_qpv_2024(demo / "qpv_2024/qpv-2024-geojson.zip").frame)


@pytest.fixture(scope="module")
def iris(demo: Path) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(read_iris_contours(demo / "iris_contours/iris-99.geojson").frame)


@pytest.fixture(scope="module")
def practices(demo: Path) -> pd.DataFrame:
    return read_bpe(demo / "bpe/BPE21.zip").frame


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_runs_give_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    write_demo(tmp_path / "again")
    first, second = digests(demo), digests(tmp_path / "again")
    assert len(first) > 40
    assert first == second


def test_writing_over_a_former_demo_changes_nothing(demo: Path) -> None:
    before = digests(demo)
    write_demo(demo)
    assert digests(demo) == before


def test_totals(communes: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame) -> None:
    assert len(communes) == 60
    assert communes["population"].sum() == 640_000
    assert len(qpv) == 18
    towns = communes.set_index("label")["population"]
    assert towns.nlargest(3).to_dict() == {
        names.MAIN: 210_000,
        names.NORTH: 58_000,
        names.SOUTH: 41_000,
    }
    assert (communes["population"] > 500).all()


def test_codes_are_those_of_the_fictional_departement(
    communes: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame
) -> None:
    assert sorted(communes["code"]) == [f"99{rank:03d}" for rank in range(1, 61)]
    assert set(communes["departement"]) == set(communes["region"]) == {"99"}
    assert communes["label"].is_unique
    assert qpv["code_qp"].str.fullmatch(QPV_2024_CODE).all()
    assert qpv["code_qp"].str.startswith("QN099").all()


def test_every_part_of_the_island_is_in_open_sea(communes: gpd.GeoDataFrame) -> None:
    assert communes.within(BOX).all()


def test_communes_partition_the_island(communes: gpd.GeoDataFrame) -> None:
    outlines = communes.geometry
    assert outlines.is_valid.all()
    assert shapely.coverage_is_valid(outlines.to_numpy())
    land = communes.to_crs(METRES)
    assert land.area.sum() == pytest.approx(land.union_all().area, rel=1e-6)
    # One main island and three islets, no hole between two communes.
    parts = shapely.get_parts(land.union_all())
    assert len(parts) == 4
    assert sum(len(part.interiors) for part in parts) == 0


def test_seats_are_inside_their_commune(communes: gpd.GeoDataFrame) -> None:
    seats = gpd.points_from_xy(communes["seat_lon"], communes["seat_lat"])
    assert communes.contains(gpd.GeoSeries(seats, crs=4326, index=communes.index)).all()


def test_both_commune_lists_agree(demo: Path, communes: gpd.GeoDataFrame) -> None:
    listed = read_communes(demo / "communes/france.json").frame
    columns = ["code", "label", "population", "epci", "seat_lon", "seat_lat"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(communes[columns]), pd.DataFrame(listed[columns]), check_dtype=False
    )


def test_qpv_are_small_apart_and_inside_their_communes(
    communes: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame
) -> None:
    measured = qpv.to_crs(METRES)
    land = communes.to_crs(METRES).set_index("code").geometry
    assert measured.area.between(150_000, 1_000_000).all()
    gaps = [
        one.distance(two)
        for rank, one in enumerate(measured.geometry)
        for two in measured.geometry.iloc[rank + 1 :]
    ]
    assert min(gaps) > 100
    for quarter in measured.itertuples():
        codes = quarter.communes.split(";")
        home = shapely.union_all(land.loc[codes].to_numpy())
        assert home.buffer(1).contains(quarter.geometry)
        for code in codes:
            assert land[code].intersection(quarter.geometry).area > 0.2 * quarter.geometry.area


def test_some_qpv_are_new_and_one_of_them_straddles_two_communes(
    demo: Path, qpv: gpd.GeoDataFrame
) -> None:
    new = qpv[qpv["code_qp"].str.endswith("N")]
    assert len(new) >= 2
    assert new["communes"].str.contains(";").sum() == 1
    assert set(qpv["code_qp"].str[-1]) == {"N", "M", "I"}
    links = read_correspondence(
        demo / "qpv_2015_2024/liste-correspondance-qp2024-qp2015.csv"
    ).frame.set_index("code_2024")
    assert list(links.index) == list(qpv["code_qp"])
    without = links.index[links["code_2015"] == ""]
    assert sorted(without) == sorted(new["code_qp"])
    assert not links["suspect"].any()


def test_the_two_generations_of_a_qpv_overlap(demo: Path, qpv: gpd.GeoDataFrame) -> None:
    old = gpd.GeoDataFrame(read_qpv_2015(demo / "qpv_2015/qpv2015_demo.geojson").frame)
    assert old["code_qp"].str.fullmatch(QPV_2015_CODE).all()
    former = old.to_crs(METRES).set_index("code_qp").geometry
    links = read_correspondence(
        demo / "qpv_2015_2024/liste-correspondance-qp2024-qp2015.csv"
    ).frame.set_index("code_2024")["code_2015"]
    shared = {}
    for code, outline in qpv.to_crs(METRES).set_index("code_qp").geometry.items():
        if links[code]:
            before = former[links[code]]
            shared[code] = outline.intersection(before).area / outline.union(before).area
    assert len(shared) == 15
    unchanged = {code: share for code, share in shared.items() if code.endswith("I")}
    redrawn = {code: share for code, share in shared.items() if code.endswith("M")}
    assert min(unchanged.values()) > 0.999
    assert min(redrawn.values()) > 0.3 and max(redrawn.values()) < 0.98


def test_iris_partition_the_three_towns(communes: gpd.GeoDataFrame, iris: gpd.GeoDataFrame) -> None:
    assert len(iris) == 80
    assert iris.is_valid.all()
    land = communes.to_crs(METRES).set_index("code").geometry
    for code, group in iris.to_crs(METRES).groupby("commune"):
        town = land[str(code)]
        union = group.union_all()
        assert group.area.sum() == pytest.approx(union.area, rel=1e-5)
        assert union.symmetric_difference(town).area < 1e-4 * town.area


def test_census_counts_add_up_to_the_communes(demo: Path, communes: gpd.GeoDataFrame) -> None:
    counts = read_iris_population(
        demo / "iris_population/base-ic-evol-struct-pop-2022_csv.zip"
    ).frame
    by_commune = counts.groupby("commune")["population"].sum()
    assert by_commune.to_dict() == communes.set_index("code")["population"].to_dict()
    assert (counts["population_75p"] <= counts["population_65p"]).all()
    assert (counts["population_65p"] <= counts["population"]).all()
    assert (counts["population"] == 0).sum() == 1


def test_qpv_statistics_are_of_2015_and_leave_blanks(demo: Path) -> None:
    frames = [
        read_insee_qpv(demo / f"insee_qpv/{edition}_2022.csv").frame
        for edition in ("REVN", "DEMO", "IPRO")
    ]
    values = pd.concat(frames)
    assert set(values["perimeter"]) == {"2015"}
    assert values["code_qp"].nunique() == 16
    shares = values[values["unit"] == "part"]
    assert shares["value"].dropna().between(0, 1).all()
    assert values["value"].isna().sum() > 5
    wide = values.pivot_table(index="code_qp", columns="indicator", values="value")
    # Poorer quarters have more C2S and fewer in employment.
    assert wide["poverty_share"].corr(wide["c2s_share"]) > 0.8
    assert wide["poverty_share"].corr(wide["employment_share"]) < -0.6
    assert wide["poverty_share"].corr(wide["median_income_eur"]) < -0.95
    assert wide["population"].sum() > 50_000


def test_the_official_traps_are_in_the_statistics(demo: Path) -> None:
    raw = (demo / "insee_qpv/DEMO_2022.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in raw
    text = raw.decode("utf-8-sig")
    assert re.search("\\d\u202f\\d{3}", text)
    assert text.splitlines()[0].endswith(";;;;")
    assert re.search(r";\d+,\d;", text)


def test_practices_follow_the_gradients(
    practices: pd.DataFrame, communes: gpd.GeoDataFrame
) -> None:
    doctors = practices[practices["profession"] == "medecin_generaliste"]
    assert len(doctors) / 640_000 * 100_000 == pytest.approx(95, abs=1)
    assert set(practices["profession"]) == {
        "medecin_generaliste",
        "infirmier",
        "chirurgien_dentiste",
        "sage_femme",
        "masseur_kinesitherapeute",
        "pharmacie",
    }
    counts = doctors.groupby("commune").size()
    rate = counts.reindex(communes["code"]).fillna(0).to_numpy() / communes["population"]
    rate.index = communes["label"]
    small = communes["population"].to_numpy() < 2_000
    assert rate[names.MAIN] > 1.2 * rate[names.NORTH] > 3 * rate[names.MILL]
    assert (rate[small] == 0).sum() > 5
    quality = practices["precision"].value_counts(normalize=True)
    assert quality["coordinates"] > 0.7
    assert 0.01 < quality["commune"] < 0.15


def test_practices_stand_in_their_commune(
    practices: pd.DataFrame, communes: gpd.GeoDataFrame
) -> None:
    known = practices[practices["lon"].notna()]
    land = communes.set_index("code").geometry
    points = gpd.GeoSeries.from_xy(known["lon"], known["lat"], crs=4326)
    homes = gpd.GeoSeries(land.loc[known["commune"]].to_numpy(), index=points.index, crs=4326)
    # 5 decimals of a commune outline are about a metre.
    assert points.to_crs(METRES).distance(homes.to_crs(METRES)).max() < 2


def test_the_hand_set_stories_hold(
    demo: Path, practices: pd.DataFrame, qpv: gpd.GeoDataFrame
) -> None:
    doctors = practices[practices["profession"] == "medecin_generaliste"].dropna(subset="lon")
    points = gpd.points_from_xy(doctors["lon"], doctors["lat"])
    inside = {
        quarter.code_qp: int(shapely.contains(quarter.geometry, points).sum())
        for quarter in qpv.itertuples()
    }
    access = read_apl(demo / "apl_mg/apl_medecins_generalistes.xlsx").frame.set_index("label")
    poverty = (
        read_insee_qpv(demo / "insee_qpv/REVN_2022.csv")
        .frame.query("indicator == 'poverty_share'")
        .set_index("code_qp")["value"]
    )
    served = {
        code for served in _mediation_rows(demo) for code in re.findall(r"QN\d{5}[NMI]", served)
    }
    # Practitioners inside, high need, nobody to accompany.
    assert inside["QN09901M"] == 6
    assert poverty["QP099001"] > 0.5
    assert "QN09901M" not in served
    # A true desert with high need.
    assert inside["QN09918M"] == 0
    assert access.loc[names.MILL, "apl"] < 1.5
    assert poverty["QP099015"] == poverty.max()
    assert "QN09918M" not in served
    # A calm one.
    assert inside["QN09916M"] == 3
    assert access.loc[names.SOUTH, "apl"] > 4
    assert poverty["QP099013"] < 0.35


def _mediation_rows(demo: Path) -> list[str]:
    text = (demo / "mediation/mediation_demo.csv").read_text(encoding="utf-8-sig")
    return [row["qpv_desservis"] for row in csv.DictReader(io.StringIO(text), delimiter=";")]


def test_accessibility_looks_like_the_series(demo: Path) -> None:
    figures = read_apl(demo / "apl_mg/apl_medecins_generalistes.xlsx").frame
    assert len(figures) == 60
    assert set(figures["year"]) == {"2023"}
    weight = figures["standardised_population"]
    mean = (figures["apl"] * weight).sum() / weight.sum()
    assert 3 < mean < 4
    assert (figures["apl_65"] <= figures["apl"]).all()
    desert = figures.loc[figures["apl"] < 2.5, "population"].sum() / figures["population"].sum()
    assert 0.1 < desert < 0.4
    nurses = read_apl(demo / "apl_infirmiers/data_apl_infirmiers.xlsx").frame
    assert nurses["apl"].between(5, 400).all()


def test_mediation_lines_are_accepted_and_their_shares_sum_to_one(
    demo: Path, qpv: gpd.GeoDataFrame
) -> None:
    assert COLUMNS.split(";") == list(TEMPLATE_COLUMNS)
    reading = read_mediation(demo / "mediation/mediation_demo.csv", known_qpv=set(qpv["code_qp"]))
    assert len(reading.points) == 14
    assert not [problem for problem in reading.problems if problem.kind == "rejected"]
    assert set(reading.points["kind"]) == {
        "permanence",
        "aller-vers",
        "action collective",
        "coordination",
    }
    for table in (reading.qpv, reading.funders):
        # A sole funder may come without a share.
        written = table.dropna(subset="share").groupby("mediation_id")["share"].sum()
        assert len(written) >= 9
        assert written.to_numpy() == pytest.approx(1)
    assert len(reading.qpv["code_qp"].unique()) < 18
    assert set(reading.points["complete_for"]) == {"dep:99"}
    ended = reading.points["convention_end"].between("2000-01-01", "2025-12-31")
    assert ended.sum() >= 2
    assert reading.points["fte"].isna().sum() == 1
    # One day a week for 9,200 inhabitants.
    posts = reading.qpv.merge(reading.points, on="mediation_id").query("code_qp == 'QN09903M'")
    weekly = posts[posts["kind"] == "permanence"]
    assert list(weekly["fte"]) == [0.2]


READERS: list[tuple[Callable[[Path], Reading], str, int]] = [
    (read_qpv_2024, "qpv_2024/qpv-2024-geojson.zip", 18),
    (read_qpv_2015, "qpv_2015/qpv2015_demo.geojson", 16),
    (read_correspondence, "qpv_2015_2024/liste-correspondance-qp2024-qp2015.csv", 18),
    (read_insee_qpv, "insee_qpv/REVN_2022.csv", 16),
    (read_insee_qpv, "insee_qpv/DEMO_2022.csv", 16),
    (read_insee_qpv, "insee_qpv/IPRO_2022.csv", 16),
    (read_communes, "communes/departement-99.geojson", 60),
    (read_communes, "communes/france.json", 60),
    (read_iris_contours, "iris_contours/iris-99.geojson", 80),
    (read_iris_population, "iris_population/base-ic-evol-struct-pop-2022_csv.zip", 137),
    (read_filosofi_iris, "filosofi_iris/BASE_TD_FILO_IRIS_2021_DISP_CSV.zip", 80),
    (read_ifn, "ifn/ifn2020_iris_demo.csv.gz", 137),
    (read_bpe, "bpe/BPE21.zip", 2973),
    (read_apl, "apl_mg/apl_medecins_generalistes.xlsx", 60),
    (read_apl, "apl_infirmiers/data_apl_infirmiers.xlsx", 60),
    (read_france_services, "france_services/liste-fs-20240801.csv", 14),
    (read_conseillers_numeriques, "conseillers_numeriques/cnfs.json", 10),
    (read_adultes_relais, "adultes_relais/adulte-relais-2024.json", 4),
    (read_hospitals, "hospitals/FR.csv", 3),
    (read_finess, "finess/finess_demo.csv", 8),
]


@pytest.mark.parametrize(("read", "file", "rows"), READERS, ids=[row[1] for row in READERS])
def test_each_reader_takes_its_file_without_refusing_a_row(
    demo: Path, read: Callable[[Path], Reading], file: str, rows: int
) -> None:
    reading = read(demo / file)
    keys = ("code_qp", "code") if "indicator" in reading.frame else ()
    key = next((name for name in keys if name in reading.frame), None)
    assert (reading.frame[key].nunique() if key else len(reading.frame)) == rows
    refused = [one for one in reading.problems if one.kind in ("rejected", "repaired")]
    assert refused == []


def test_contracts_and_posts_join(demo: Path) -> None:
    folder = demo / "adultes_relais"
    reading = read_adultes_relais(
        folder / "adulte-relais-2024.json", folder / "geom_cv_ctr_2024.json"
    )
    assert reading.frame["posts"].sum() == 31
    assert reading.frame["geometry"].notna().all()


def test_everything_says_that_it_is_fictional(demo: Path) -> None:
    assert "inventé" in (demo / NOTICE).read_text(encoding="utf-8")
    files = [path for path in demo.glob("*/*") if not path.name.endswith(".provenance.json")]
    assert len(files) == 25
    for path in files:
        provenance = json.loads(
            path.with_name(path.name + ".provenance.json").read_text(encoding="utf-8")
        )
        data = path.read_bytes()
        assert provenance["publisher"] == provenance["licence"] == "Données fictives"
        assert provenance["vintage"] == "données fictives"
        assert provenance["source_id"] == path.parent.name
        assert provenance["size"] == len(data)
        assert provenance["sha256"] == hashlib.sha256(data).hexdigest()


PHONE_OR_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<![\d.,-])0[1-9](?:[ .]\d{2}){4}(?!\d)")


def test_no_phone_no_mail_anywhere(demo: Path) -> None:
    assert PHONE_OR_MAIL.search("04 70 00 00 00") and PHONE_OR_MAIL.search("a@b.fr")
    for path in demo.rglob("*"):
        if path.suffix in (".json", ".csv", ".geojson", ".txt"):
            assert not PHONE_OR_MAIL.search(path.read_text(encoding="utf-8")), path.name


def test_archives_carry_no_date_of_the_run(demo: Path) -> None:
    dates = {
        entry.date_time
        for path in demo.rglob("*.zip")
        for entry in zipfile.ZipFile(path).infolist()
    }
    assert dates == {(2024, 1, 1, 0, 0, 0)}
    packed = (demo / "ifn/ifn2020_iris_demo.csv.gz").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed).startswith(b"Libcom,")
