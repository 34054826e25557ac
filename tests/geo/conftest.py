"""A small hand-made territory: two regions, several precisions, suppressed and missing data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo.schema import CRS, GEOMETRY_TABLES, TABLES, Layers, empty_table, validate

# One speed, one detour and one activity everywhere: what is easy to reckon by hand.
CRUDE = {
    "speed_kmh": 45.0,
    "speed_sparse": 1.0,
    "speed_dense": 1.0,
    "start_min": 0.0,
    "detour": 1.3,
    "detour_near": 0.0,
    "consultations_per_practice": 5400.0,
    "activity_sparse": 1.0,
    "activity_dense": 1.0,
}
# Lambert-93 metres of the town halls; region 84 is a town A with three communes, region 76 is far.
SEATS = {
    "42218": (808_000.0, 6_480_000.0),
    "42207": (814_000.0, 6_484_000.0),
    "42184": (848_000.0, 6_500_000.0),
    "31555": (574_000.0, 6_279_000.0),
}
QUARTERS = {
    # code: (commune, dx_m, dy_m, side_m, region, population)
    "QN04201M": ("42218", 0.0, 0.0, 600.0, "84", 4000.0),
    "QN04202M": ("42218", 3000.0, 0.0, 500.0, "84", 2000.0),
    "QN04203I": ("42207", 0.0, 500.0, 500.0, "84", 1500.0),
    "QN04204N": ("42184", 0.0, 0.0, 500.0, "84", np.nan),
    "QN04205M": ("42184", 2000.0, 0.0, 500.0, "84", 1000.0),
    "QN03101M": ("31555", 0.0, 0.0, 600.0, "76", 5000.0),
    "QN03102M": ("31555", 2000.0, 0.0, 600.0, "76", 3000.0),
    "QN03103M": ("31555", 4000.0, 0.0, 600.0, "76", 2500.0),
}
POVERTY = [0.48, 0.40, 0.30, np.nan, 0.20, 0.50, 0.35, 0.25]


def _lonlat(points: list[Any]) -> gpd.GeoSeries:
    return gpd.GeoSeries(points, crs="EPSG:2154").to_crs(CRS)


def frame(name: str, rows: list[dict[str, Any]], points: list[Any] | None = None) -> pd.DataFrame:
    """A valid canonical table from partial rows: absent texts are "", absent numbers NaN."""
    if not rows:
        return empty_table(name)
    columns = {}
    for column, rule in TABLES[name].columns.items():
        kind = str(rule.dtype)
        kind = "str" if "str" in kind else kind
        default = {"str": "", "bool": False, "float64": np.nan, "int64": 0}[kind]
        columns[column] = pd.Series([row.get(column, default) for row in rows], dtype=kind)
    table = pd.DataFrame(columns)
    if name in GEOMETRY_TABLES:
        table = gpd.GeoDataFrame(
            table, geometry=_lonlat(points or [None] * len(rows)).to_numpy(), crs=CRS
        )
    return validate(name, table)


def quarters_table(scope: dict[str, str]) -> pd.DataFrame:
    rows, shapes = [], []
    for code, (commune, dx, dy, side, region, population) in QUARTERS.items():
        x, y = SEATS[commune][0] + dx, SEATS[commune][1] + dy
        shapes.append(box(x - side / 2, y - side / 2, x + side / 2, y + side / 2))
        known = not np.isnan(population)
        rows.append(
            {
                "code_qp": code,
                "label": f"Quartier {code[-3:]}",
                "perimeter": "2024",
                "commune": commune,
                "communes": commune,
                "commune_label": f"Ville {commune}",
                "departement": commune[:2],
                "region": region,
                "scope": scope.get(code, "territory"),
                "population": population,
                "population_status": "modelled" if known else "missing",
                "population_perimeter": "2015" if known else "",
                "population_vintage": "2022" if known else "",
                "area_m2": side * side,
                "source_id": "qpv_2024",
                "vintage": "2024",
            }
        )
    return frame("qpv", rows, shapes)


def indicators_table() -> pd.DataFrame:
    rows = []
    for rank, (code, poverty) in enumerate(zip(QUARTERS, POVERTY, strict=True)):
        values = {
            "poverty_share": poverty,
            "c2s_share": poverty / 2,
            "age60_share": 0.2 + 0.01 * rank,
            "one_person_share": 0.4,
            "single_parent_share": 0.3 - 0.02 * rank,
            "population": QUARTERS[code][5],
            "job_seekers": 100.0 + 10 * rank,
        }
        for name, value in values.items():
            status = "modelled"
            if code == "QN04204N":
                value, status = np.nan, "missing"
            if code == "QN04205M" and name == "age60_share":
                value, status = np.nan, "suppressed"
            rows.append(
                {
                    "territory_kind": "qpv",
                    "code": code,
                    "indicator": name,
                    "value": value,
                    "unit": "part",
                    "status": status,
                    "vintage": "2022",
                    "perimeter": "2015",
                    "source_id": "insee_qpv",
                    "carried_from": "" if code == "QN04204N" else f"QP0{code[2:5]}{rank:02d}",
                }
            )
    for commune, value in (("42218", 4.23), ("31555", 4.9)):
        rows.append(
            {
                "territory_kind": "commune",
                "code": commune,
                "indicator": "apl_gp",
                "value": value,
                "unit": "consultations/an/hab. standardisé",
                "status": "observed",
                "vintage": "2021",
                "source_id": "apl_mg",
            }
        )
    for iris, value in (("422180101", 130.0), ("422180102", 90.0)):
        rows.append(
            {
                "territory_kind": "iris",
                "code": iris,
                "indicator": "digital_fragility_region_ref",
                "value": value,
                "unit": "indice",
                "status": "observed",
                "vintage": "2020",
                "source_id": "ifn",
            }
        )
    return frame("indicators", rows)


def iris_table() -> pd.DataFrame:
    x, y = SEATS["42218"]
    rows = [
        {
            "code_iris": code,
            "commune": "42218",
            "population": people,
            "population_status": "observed",
        }
        for code, people in (("422180101", 3000.0), ("422180102", 1000.0))
    ]
    shapes = [
        box(x - 1500, y - 1500, x + 1500, y + 1500),
        box(x + 1500, y - 1500, x + 4500, y + 1500),
    ]
    return frame("iris", rows, shapes)


def demand_table() -> pd.DataFrame:
    rows, points = [], []
    for commune, (x, y) in SEATS.items():
        people = {"42218": 170_000.0, "42207": 35_000.0, "42184": 15_000.0, "31555": 480_000.0}[
            commune
        ]
        rows.append(
            {
                "demand_id": commune,
                "level": "commune",
                "commune": commune,
                "population": people,
                "population_status": "observed",
                "standardised_population": people * 1.02,
                "standardised_status": "modelled",
                "precision": "commune",
            }
        )
        points.append(Point(x, y))
    return frame("demand", rows, points)


# (id, commune, dx, dy, practices, precision, code_qp)
SUPPLIES = [
    ("s1", "42218", 100.0, 0.0, 3.0, "coordinates", ""),
    ("s2", "42218", 3500.0, 0.0, 2.0, "coordinates", ""),
    ("s3", "42207", 0.0, 0.0, 20.0, "commune", ""),
    ("s4", "42184", 2000.0, 900.0, 4.0, "coordinates", ""),
    ("s5", "31555", 0.0, 400.0, 300.0, "address", ""),
    ("s6", "31555", 9000.0, 0.0, 5.0, "coordinates", "QN03102M"),
]


def supply_table() -> pd.DataFrame:
    rows, points = [], []
    for name, commune, dx, dy, practices, precision, code_qp in SUPPLIES:
        rows.append(
            {
                "supply_id": name,
                "profession": "medecin_generaliste",
                "practices": practices,
                "commune": commune,
                "departement": commune[:2],
                "code_qp": code_qp,
                "precision": precision,
                "vintage": "2024",
                "source_id": "bpe",
            }
        )
        points.append(Point(SEATS[commune][0] + dx, SEATS[commune][1] + dy))
    return frame("supply", rows, points)


def mediation_rows() -> tuple[list[dict[str, Any]], list[Any], list[dict[str, Any]]]:
    x, y = SEATS["42218"]
    posts = [
        {
            "mediation_id": "m1",
            "structure": "Association A",
            "kind": "permanence",
            "weekdays": "lundi",
            "commune": "42218",
            "fte": 0.4,
            "fte_status": "observed",
            "people_status": "missing",
            "precision": "coordinates",
            "origin": "user",
            "vintage": "2024",
        },
        {
            "mediation_id": "m2",
            "structure": "Association A",
            "kind": "aller-vers",
            "commune": "31555",
            "fte": 1.0,
            "fte_status": "observed",
            "people_status": "missing",
            "precision": "commune",
            "origin": "user",
            "vintage": "2024",
        },
    ]
    shares = [
        {"mediation_id": "m1", "code_qp": "QN04201M", "share": 0.5},
        {"mediation_id": "m1", "code_qp": "QN04202M", "share": 0.5},
        {"mediation_id": "m2", "code_qp": "QN03101M", "share": 1.0},
    ]
    return posts, [Point(x + 50, y), Point(*SEATS["31555"])], shares


@pytest.fixture(scope="session")
def make_layers() -> Callable[..., Layers]:
    """Build layers: ``without`` empties tables, ``scope`` sets QPV scopes, ``replace`` swaps."""

    def build(
        *,
        without: tuple[str, ...] = (),
        scope: dict[str, str] | None = None,
        replace: dict[str, pd.DataFrame] | None = None,
        territory: str = "france",
    ) -> Layers:
        posts, points, shares = mediation_rows()
        places = [
            {
                "code": commune,
                "label": f"Ville {commune}",
                "departement": commune[:2],
                "region": "84" if commune[:2] == "42" else "76",
                "scope": "territory",
                "population": 1000.0,
                "population_status": "observed",
            }
            for commune in SEATS
        ]
        helps = [
            {
                "help_id": f"h{rank}",
                "kind": "france_services",
                "commune": "42218",
                "departement": "42",
                "fixed": fixed,
                "precision": precision,
            }
            for rank, (fixed, precision) in enumerate(
                [(True, "address"), (False, "address"), (True, "commune")]
            )
        ]
        x, y = SEATS["42218"]
        made = {
            "qpv": quarters_table(scope or {}),
            "communes": frame("communes", places, [None] * len(places)),
            "iris": iris_table(),
            "demand": demand_table(),
            "supply": supply_table(),
            "mediation": frame("mediation", posts, points),
            "mediation_qpv": frame("mediation_qpv", shares),
            "help_points": frame("help_points", helps, [Point(x + 500, y)] * 3),
            "indicators": indicators_table(),
        }
        tables = {name: made.get(name, empty_table(name)) for name in TABLES} | (replace or {})
        tables |= {name: empty_table(name) for name in without}
        return Layers(territory, tables, fictional=True)

    return build
