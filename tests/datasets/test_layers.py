"""Canonical tables of the demo: scopes, populations, placement, and what is listed."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from datasets.layers import read_layers
from datasets.raw import RawFolder
from geo import Layers
from geo.errors import BadInput, BadTerritory
from geo.schema import CRS, TABLES, validate
from geo.territory import parse_territory


def test_every_table_obeys_its_schema(demo_layers: Layers) -> None:
    for name in TABLES:
        validate(name, demo_layers[name])
    assert demo_layers.fictional


def test_demand_counts_every_inhabitant_once(demo_layers: Layers) -> None:
    demand = demo_layers["demand"]
    assert set(demand["level"]) == {"iris", "commune"}
    assert demand["population"].sum() == pytest.approx(640_000, rel=0.001)
    by_iris = set(demand.loc[demand["level"] == "iris", "commune"])
    assert by_iris.isdisjoint(demand.loc[demand["level"] == "commune", "commune"])


def test_unplaced_practices_say_their_precision(demo_layers: Layers) -> None:
    supply = demo_layers.geo("supply")
    assert supply.geometry.notna().all()
    assert {"coordinates", "iris"} <= set(supply["precision"])
    assert supply["supply_id"].is_unique


def test_a_fictional_territory_never_receives_real_schemes(demo_layers: Layers) -> None:
    assert set(demo_layers["mediation"]["origin"]) == {"user"}


def test_a_commune_is_compared_with_its_region(demo_raw: Path, demo_layers: Layers) -> None:
    whole = demo_layers["qpv"]
    commune = whole["commune"].mode()[0]
    layers, details = read_layers(parse_territory(f"commune:{commune}"), RawFolder(demo_raw))
    assert layers.fictional
    assert set(layers["qpv"]["scope"]) == {"territory", "comparator"}
    assert sorted(layers["qpv"]["code_qp"]) == sorted(whole["code_qp"])
    inside = layers["qpv"].query("scope == 'territory'")
    assert all(commune in codes.split(";") for codes in inside["communes"])
    assert details["qpv_in_territory"] == len(inside) < len(whole)


def test_a_straddling_qpv_belongs_to_each_of_its_communes(
    demo_raw: Path, demo_layers: Layers
) -> None:
    straddling = demo_layers["qpv"].query("communes.str.contains(';')").iloc[0]
    for commune in straddling["communes"].split(";"):
        layers, _ = read_layers(parse_territory(f"commune:{commune}"), RawFolder(demo_raw))
        inside = layers["qpv"].query("scope == 'territory'")
        assert straddling["code_qp"] in set(inside["code_qp"])


def test_a_territory_without_qpv_or_commune_is_refused(demo_raw: Path, demo_layers: Layers) -> None:
    with_qpv = {code for codes in demo_layers["qpv"]["communes"] for code in codes.split(";")}
    quiet = sorted(set(demo_layers["communes"]["code"]) - with_qpv)[0]
    with pytest.raises(BadTerritory, match="Aucun QPV"):
        read_layers(parse_territory(f"commune:{quiet}"), RawFolder(demo_raw))
    with pytest.raises(BadTerritory, match="Aucune commune"):
        read_layers(parse_territory("dep:42"), RawFolder(demo_raw))


def test_new_qpv_have_explicit_missing_rows(demo_layers: Layers) -> None:
    links = demo_layers["correspondence"]
    new = set(links.loc[links["change"] == "NOUVEAU", "code_2024"])
    rows = demo_layers["indicators"].query("code in @new")
    assert new == set(rows["code"])
    assert set(rows["status"]) == {"missing"}


def test_absent_sources_are_listed_and_only_the_two_bases_are_needed(
    demo_raw: Path, tmp_path: Path
) -> None:
    for name in ("qpv_2024", "communes"):
        shutil.copytree(demo_raw / name, tmp_path / name)
    layers, details = read_layers(parse_territory("dep:99"), RawFolder(tmp_path))
    assert layers["qpv"]["population"].isna().all()
    assert set(layers["qpv"]["population_status"]) == {"missing"}
    assert {"bpe", "insee_qpv", "apl_mg"} <= set(details["quality"]["missing"])
    shutil.rmtree(tmp_path / "communes")
    with pytest.raises(BadInput, match="communes"):
        read_layers(parse_territory("dep:99"), RawFolder(tmp_path))


def test_a_territory_without_outlines_is_known_by_its_town_halls(
    demo_raw: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(demo_raw, raw)
    for path in (raw / "communes").glob("departement-*.geojson*"):
        path.unlink()
    layers, details = read_layers(parse_territory("demo"), RawFolder(raw))
    assert layers.geo("communes").geometry.isna().all()
    assert layers["communes"]["seat_lon"].notna().all()
    assert details["quality"]["missing"]["communes"] >= 1


@pytest.mark.parametrize("source_id", ["france_services", "insee_qpv", "bpe"])
def test_a_file_with_a_header_alone_is_refused_not_read_as_zero(
    source_id: str, demo_raw: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(demo_raw, raw)
    for path in (raw / source_id).glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8-sig").splitlines()[0] + "\n")
    for path in (raw / source_id).glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            name = archive.namelist()[0]
            header = archive.read(name).splitlines()[0]
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, header + b"\n")
    with pytest.raises(BadInput):
        read_layers(parse_territory("demo"), RawFolder(raw))


def test_a_town_hall_out_of_its_commune_is_replaced_and_listed(
    demo_raw: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(demo_raw, raw)
    astray = {"99002": (-4.9, 45.2), "99003": (2.35, 48.85)}  # 50 km off, then in Paris
    for name in ("france.json", "departement-99.geojson"):
        path = raw / "communes" / name
        content = json.loads(path.read_text(encoding="utf-8"))
        features = content["features"] if isinstance(content, dict) else content
        for feature in features:
            facts = feature.get("properties", feature)
            if facts["code"] in astray:
                facts["mairie"]["coordinates"] = list(astray[facts["code"]])
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    layers, _ = read_layers(parse_territory("demo"), RawFolder(raw))
    communes = layers.geo("communes").set_index("code")
    for code in astray:
        seat = Point(communes.loc[code, "seat_lon"], communes.loc[code, "seat_lat"])
        assert communes.geometry[code].distance(seat) < 0.01
    suspect = layers["problems"].query("kind == 'suspect' and source_id == 'communes'")
    assert set(astray) <= set(suspect["value"])


def test_fiction_does_not_hang_on_one_file(demo_raw: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(demo_raw, raw)
    (raw / "LISEZMOI-DONNEES-FICTIVES.txt").unlink()
    layers, _ = read_layers(parse_territory("dep:99"), RawFolder(raw))
    assert layers.fictional
    assert set(layers["mediation"]["origin"]) == {"user"}


def test_provenance_reaches_the_sources_table(demo_raw: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(demo_raw, raw)
    beside = raw / "qpv_2024" / "qpv-2024-geojson.zip.provenance.json"
    told = json.loads(beside.read_text(encoding="utf-8"))
    beside.write_text(json.dumps({**told, "fetched_at": "2026-03-04T05:06:07+00:00"}))
    layers, _ = read_layers(parse_territory("demo"), RawFolder(raw))
    row = layers["sources"].set_index("source_id").loc["qpv_2024"]
    assert row["fetched_at"] == "2026-03-04"
    assert row["licence"] == "Données fictives"


def _squares_of(outline: BaseGeometry, people: float) -> pd.DataFrame:
    """The 200 m squares centred in an outline (degrees), their people adding up to ``people``."""
    shape = gpd.GeoSeries([outline], crs=CRS).to_crs(3035).iloc[0]
    west, south, east, north = (int(side // 200) * 200 for side in shape.bounds)
    corners = [
        (x, y)
        for x in range(west, east + 200, 200)
        for y in range(south, north + 200, 200)
        if shape.contains(Point(x + 100, y + 100))
    ]
    ids = [f"CRS3035RES200mN{y}E{x}" for x, y in corners]
    imputed = [int(rank % 4 == 0) for rank in range(len(ids))]
    return pd.DataFrame({"idcar_200m": ids, "i_est_200": imputed, "ind": people / len(ids)})


def _with_grid(demo_raw: Path, folder: Path, table: pd.DataFrame) -> Layers:
    shutil.copytree(demo_raw, folder)
    (folder / "filosofi_200m").mkdir()
    table.to_csv(folder / "filosofi_200m" / "Filosofi2021_carreaux_200m.csv", index=False)
    return read_layers(parse_territory("demo"), RawFolder(folder))[0]


def _irised(demo_layers: Layers) -> str:
    by_iris = demo_layers["demand"].query("level == 'iris'")["commune"]
    outlined = demo_layers.geo("communes").set_index("code").geometry.dropna()
    return sorted(set(by_iris) & set(outlined.index))[0]


def test_a_grid_replaces_the_iris_of_its_communes_and_nothing_else(
    demo_raw: Path, demo_layers: Layers, tmp_path: Path
) -> None:
    commune = _irised(demo_layers)
    places = demo_layers.geo("communes").set_index("code")
    people = float(places.loc[commune, "population"])
    table = _squares_of(places.loc[commune].geometry, people * 0.97).assign(lcog_geo=commune)
    layers = _with_grid(demo_raw, tmp_path / "raw", table)
    before, after = demo_layers["demand"], layers["demand"]
    own = after[after["commune"] == commune]
    assert set(own["level"]) == set(own["precision"]) == {"cell"}
    assert own["population"].sum() == pytest.approx(people * 0.97)
    assert own["population_status"].value_counts().to_dict() == {
        "modelled": int(table["i_est_200"].sum()),
        "observed": int((1 - table["i_est_200"]).sum()),
    }
    ratio = before[before["commune"] == commune]
    ratio = ratio["standardised_population"].sum() / ratio["population"].sum()
    assert own["standardised_population"].sum() == pytest.approx(people * 0.97 * ratio)
    others = before[before["commune"] != commune].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        pd.DataFrame(after[after["commune"] != commune].reset_index(drop=True)),
        pd.DataFrame(others),
    )
    assert "filosofi_200m" in set(layers["sources"]["source_id"])
    suspect = layers["problems"].query("source_id == 'filosofi_200m' and kind == 'suspect'")
    assert suspect["count"].tolist() == [table["i_est_200"].sum()]


def test_a_square_of_two_communes_goes_where_its_centre_is(
    demo_raw: Path, demo_layers: Layers, tmp_path: Path
) -> None:
    commune = _irised(demo_layers)
    places = demo_layers.geo("communes").set_index("code")
    other = next(code for code in places.index if code != commune)
    people = float(places.loc[commune, "population"])
    table = _squares_of(places.loc[commune].geometry, people)
    layers = _with_grid(demo_raw, tmp_path / "raw", table.assign(lcog_geo=other + commune))
    cells = layers["demand"].query("level == 'cell'")
    assert set(cells["commune"]) == {commune}
    assert cells["population"].sum() == pytest.approx(people)


def test_squares_that_hold_too_few_people_do_not_count(
    demo_raw: Path, demo_layers: Layers, tmp_path: Path
) -> None:
    commune = _irised(demo_layers)
    places = demo_layers.geo("communes").set_index("code")
    people = float(places.loc[commune, "population"])
    table = _squares_of(places.loc[commune].geometry, people * 0.5).assign(lcog_geo=commune)
    layers = _with_grid(demo_raw, tmp_path / "raw", table)
    pd.testing.assert_frame_equal(
        pd.DataFrame(layers["demand"]), pd.DataFrame(demo_layers["demand"])
    )
    told = layers["problems"].query("source_id == 'filosofi_200m'")["message"]
    assert any("moins de 80" in message for message in told)
