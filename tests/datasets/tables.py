"""Small valid layers, made by hand, for the tests of what stores and reads them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from geo.schema import CRS, TABLES, Layers, empty_table


def one_qpv(population: float = 1200.0, label: str = "Les Essais") -> gpd.GeoDataFrame:
    """A ``qpv`` table of one row."""
    row = {
        "code_qp": "QN09901N",
        "label": label,
        "perimeter": "2024",
        "commune": "99001",
        "communes": "99001",
        "commune_label": "Essai",
        "departement": "99",
        "region": "99",
        "epci": "",
        "scope": "territory",
        "population": population,
        "population_status": "observed",
        "population_perimeter": "2024",
        "population_vintage": "2022",
        "population_source": "insee_qpv",
        "area_m2": 1000.0,
        "repaired": False,
        "source_id": "qpv_2024",
        "vintage": "2024",
    }
    return gpd.GeoDataFrame(pd.DataFrame([row]), geometry=[box(-4.01, 46.0, -4.0, 46.01)], crs=CRS)


def small_layers(population: float = 1200.0) -> Layers:
    """Every canonical table, empty but for one QPV."""
    tables = {name: empty_table(name) for name in TABLES}
    tables["qpv"] = one_qpv(population)
    return Layers("demo", tables, fictional=True)
