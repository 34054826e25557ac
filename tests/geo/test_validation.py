"""Validation on a hand-made region: agreement, leakage, gaps, chart, command."""

from __future__ import annotations

from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo.access.activity import FITTED_ACTIVITY, FLAT
from geo.catchments.decay import KERNELS
from geo.errors import BadInput
from geo.schema import CRS, GEOMETRY_TABLES, TABLES, Layers, empty_table, validate
from geo.times.model import CRUDE, FITTED
from geo.validation.agreement import agreement, weighted_correlation
from geo.validation.apl_comparison import compare
from geo.validation.apl_fit import fit_time_model, folds
from geo.validation.chart import validation_svg
from geo.validation.judge import validate_apl


def table(name: str, rows: list[dict], shapes: list | None = None) -> pd.DataFrame:
    columns = {}
    for column, rule in TABLES[name].columns.items():
        kind = "str" if "str" in str(rule.dtype) else str(rule.dtype)
        default = {"str": "", "float64": np.nan, "bool": False, "int64": 0}[kind]
        columns[column] = pd.Series([row.get(column, default) for row in rows], dtype=kind)
    frame = pd.DataFrame(columns)
    if name in GEOMETRY_TABLES:
        places = gpd.GeoSeries(shapes, crs="EPSG:2154").to_crs(CRS).to_numpy()
        frame = gpd.GeoDataFrame(frame, geometry=places, crs=CRS)
    return validate(name, frame)


def region(departements: tuple[str, ...] = ("01", "03"), seed: int = 5) -> Layers:
    """Forty communes a département on a grid; official figures made by the crude model + noise."""
    draw = np.random.default_rng(seed)
    communes, demand, supply, points, doors, squares = [], [], [], [], [], []
    for block, departement in enumerate(departements):
        for k in range(40):
            code = f"{departement}{k + 1:03d}"
            x = 700_000 + (k % 8) * 6_000 + block * 60_000 + draw.uniform(-900, 900)
            y = 6_500_000 + (k // 8) * 6_000 + draw.uniform(-900, 900)
            people = float(np.round(200 * np.exp(draw.normal(1.5, 1.0))))
            communes.append(
                {"code": code, "label": f"Ville {code}", "departement": departement, "region": "84",
                 "scope": "territory", "population": people, "population_status": "observed"}
            )  # fmt: skip
            squares.append(box(x - 2_500, y - 2_000, x + 2_900, y + 2_000))
            demand.append(
                {"demand_id": code, "level": "commune", "commune": code, "population": people,
                 "population_status": "observed", "standardised_population": people * 1.02,
                 "standardised_status": "modelled", "precision": "commune"}
            )  # fmt: skip
            points.append(Point(x, y))
            if draw.random() < 0.6:
                supply.append(
                    {"supply_id": f"s{code}", "profession": "medecin_generaliste",
                     "practices": float(1 + people // 1_000), "commune": code,
                     "departement": departement, "precision": "commune", "vintage": "2018"}
                )  # fmt: skip
                doors.append(Point(x, y))
    tables = {name: empty_table(name) for name in TABLES}
    tables["communes"] = table("communes", communes, squares)
    tables["demand"] = table("demand", demand, points)
    tables["supply"] = table("supply", supply, doors)
    layers = Layers("region:84", tables, fictional=True)
    tables["indicators"] = official(communes, np.ones(len(communes)))
    truth = compare(layers).access(CRUDE, FLAT, KERNELS["drees"]) * 0.7
    tables["indicators"] = official(communes, truth * draw.uniform(0.9, 1.1, len(truth)))
    return layers


def official(communes: list[dict], values: np.ndarray) -> pd.DataFrame:
    codes = sorted(row["code"] for row in communes)
    return table(
        "indicators",
        [
            {"territory_kind": "commune", "code": code, "indicator": "apl_gp", "value": value,
             "status": "observed", "vintage": "2021"}
            for code, value in zip(codes, values, strict=True)
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def layers() -> Layers:
    return region()


def test_weights_ranks_means_and_headcounts_by_hand() -> None:
    found = agreement(
        np.array([1.0, 2.0, 4.0, np.nan]),
        np.array([2.0, 3.0, 4.0, 1.0]),
        population=np.array([1_000.0, 1_000.0, 2_000.0, 1.0]),
        standardised=np.array([900.0, 1_200.0, 400.0, 1.0]),
    )
    assert found.places == 3
    assert found.spearman == pytest.approx(1.0)
    assert found.ratio == pytest.approx((900 + 2_400 + 1_600) / (1_800 + 3_600 + 1_600))
    assert found.median_error == 1.0
    assert found.same_side == pytest.approx(2 / 3)  # 2 and 3 fall on both sides of 2.5
    assert found.same_side_people == pytest.approx(3_000 / 4_000)
    x, y = np.array([1.0, 2.0, 4.0, 4.0]), np.array([2.0, 3.0, 4.0, 4.0])
    assert found.r == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_figures_that_do_not_vary_have_no_correlation() -> None:
    assert np.isnan(weighted_correlation(np.ones(3), np.arange(3.0), np.ones(3)))
    with pytest.raises(BadInput, match="3 attendus"):
        agreement(np.ones(2), np.ones(2), population=np.ones(2), standardised=np.ones(2))


def test_the_comparison_is_the_catchment_of_the_method_notes(layers: Layers) -> None:
    from geo.access.gp import gp_access
    from geo.parameters import Parameters

    found = compare(layers)
    ours = found.access(FITTED, FITTED_ACTIVITY, KERNELS["drees"])
    whole = gp_access(layers, Parameters()).demand
    of_communes = pd.Series(whole, index=layers["demand"]["commune"])
    assert ours == pytest.approx(of_communes.reindex(found.communes["code"]).to_numpy(), rel=1e-6)


def test_the_fit_never_looks_at_the_departements_left_out(layers: Layers) -> None:
    changed = Layers(layers.territory, dict(layers.tables), layers.fictional)
    indicators = layers["indicators"].copy()
    left_out = indicators["code"].str.startswith("03")
    indicators.loc[left_out, "value"] = indicators.loc[left_out, "value"].to_numpy()[::-1] * 3
    changed.tables["indicators"] = indicators  # type: ignore[index]
    one, other = (
        fit_time_model(compare(tables), ["01"], evaluations=(12, 12))
        for tables in (layers, changed)
    )
    assert one == other
    assert one.departements == ("01",)


def test_the_fit_finds_a_good_model_again_where_it_never_looked(layers: Layers) -> None:
    found = compare(layers)
    fitted = fit_time_model(found, ["01"], evaluations=(60, 40))
    ours = found.access(fitted.time, fitted.activity, KERNELS["drees"])
    held = (found.communes["departement"] == "03").to_numpy()
    assert np.corrcoef(ours[held], found.communes["official"][held])[0, 1] > 0.7


def test_too_few_communes_to_fit_are_refused(layers: Layers) -> None:
    with pytest.raises(BadInput, match="30 attendues"):
        fit_time_model(compare(layers), ["69"])
    assert folds(["03", "01", "07"], 2) == [("01", "07"), ("03",)]


def test_nothing_is_judged_where_the_ready_models_were_fitted(layers: Layers) -> None:
    found = validate_apl(layers)
    assert set(found.communes["departement"]) == {"03"}  # 01 is one of FITTED_ON
    assert {rung.agreement.places for rung in found.rungs} == {40}
    assert any("ne sont pas jugées" in note for note in found.notes)
    crude = found.rungs[0]
    assert crude.points == "seat"
    assert crude.agreement.ratio == pytest.approx(1 / 0.7, rel=0.05)
    assert {rung.points for rung in found.rungs} == {"seat", "centre"}


def test_the_largest_gaps_come_first_with_a_reason(layers: Layers) -> None:
    found = validate_apl(layers, gaps=10)
    gaps = found.gaps
    assert len(gaps) == 10
    assert gaps["gap"].abs().is_monotonic_decreasing
    assert (gaps["reason"].str.len() > 10).all()
    lone = gaps[gaps["practices"] > 0]
    assert not lone["reason"].str.contains("aucun généraliste dans la source").any()
    assert found.scale["valeur"].notna().all()


def test_a_single_departement_cannot_be_fitted_and_judged() -> None:
    with pytest.raises(BadInput, match="aucun autre ne reste"):
        validate_apl(region(("03",)), fit=True)


def test_without_official_figures_the_validation_says_what_to_do(layers: Layers) -> None:
    bare = {**layers.tables, "indicators": empty_table("indicators")}
    with pytest.raises(BadInput, match="aucun APL officiel"):
        validate_apl(Layers("region:84", bare))
    bare = {**layers.tables, "supply": empty_table("supply")}
    with pytest.raises(BadInput, match="ni offre"):
        validate_apl(Layers("region:84", bare))


def test_the_chart_stands_alone_and_speaks(layers: Layers) -> None:
    found = validate_apl(layers)
    drawn = ElementTree.fromstring(validation_svg(found))
    space = "{http://www.w3.org/2000/svg}"
    assert drawn.get("role") == "img"
    assert "données fictives" in drawn.findtext(f"{space}title", "")
    assert "40\u00a0communes" in drawn.findtext(f"{space}desc", "")
    assert len(drawn.findall(f"{space}circle")) == 40
    assert "href" not in validation_svg(found)


def test_an_overseas_territory_is_measured_in_its_own_projection(layers: Layers) -> None:
    seats = [Point(55.45, -20.88), Point(55.46, -20.88), Point(55.45, -21.34)]
    codes = ["97411", "97418", "97416"]
    far = gpd.GeoSeries(seats, crs=CRS).to_crs("EPSG:2154")
    communes = [
        {
            "code": code,
            "label": code,
            "departement": "974",
            "region": "04",
            "scope": "territory",
            "population_status": "missing",
        }
        for code in codes
    ]
    demand = [
        {"demand_id": code, "level": "commune", "commune": code, "population": 1_000.0,
         "population_status": "observed", "standardised_population": 1_000.0,
         "standardised_status": "modelled", "precision": "commune"}
        for code in codes
    ]  # fmt: skip
    supply = [
        {"supply_id": "s974", "profession": "medecin_generaliste", "practices": 1.0,
         "commune": "97411", "departement": "974", "precision": "commune"}
    ]  # fmt: skip
    parts = {
        "communes": table("communes", communes, [point.buffer(2_000) for point in far]),
        "demand": table("demand", demand, list(far)),
        "supply": table("supply", supply, [far.iloc[0]]),
        "indicators": official(communes, np.ones(3)),
    }
    joined = {name: pd.concat([layers[name], part]) for name, part in parts.items()}
    found = compare(Layers("france", {**layers.tables, **joined}))
    ours = found.access(CRUDE, FLAT, KERNELS["drees"])
    island = ours[found.communes["departement"] == "974"]
    # Two towns 1 km apart share the practice; the third, 50 km away, has none: 0, not missing.
    assert island == pytest.approx([2.7, 0.0, 2.7])
    mainland = compare(layers).access(CRUDE, FLAT, KERNELS["drees"])
    assert ours[found.communes["departement"] != "974"] == pytest.approx(mainland)
