"""Where people live: IRIS and the demand table.

The finest level that is complete wins: a commune whose every census IRIS has a contour is spread
over its IRIS; any other stays one point at its town hall. Standardised population is the commune's
population times the ratio of the official APL workbook, and is missing where that has no row.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from datasets.layers.intake import Intake, stack
from datasets.layers.places import Places
from datasets.readers.iris import read_iris_contours, read_iris_population
from geo.schema import CRS, TABLES
from geo.territory import parent_commune


def read_iris(intake: Intake, places: Places) -> gpd.GeoDataFrame:
    """Census IRIS of the kept communes, with their outline where one is known."""
    census = stack(
        intake.read("iris_population", read_iris_population, "*.zip", "*.csv"),
        [*TABLES["iris"].columns],
        numbers=("population", "population_65p", "population_75p"),
    )
    census = census[census["commune"].isin(set(places.communes["code"]))]
    contours = stack(
        intake.read("iris_contours", read_iris_contours, "*.geojson", "*.gpkg"),
        ["code_iris", "label", "commune", "type_iris", "geometry"],
    ).drop_duplicates("code_iris")
    _report_orphans(intake, census, contours)
    iris = census.sort_values("code_iris").reset_index(drop=True)
    outlines = contours.set_index("code_iris")["geometry"].reindex(iris["code_iris"])
    iris = iris.assign(source_id="iris_population")[list(TABLES["iris"].columns)]
    return gpd.GeoDataFrame(iris, geometry=gpd.GeoSeries(outlines.to_numpy(), crs=CRS))


def _report_orphans(intake: Intake, census: pd.DataFrame, contours: pd.DataFrame) -> None:
    orphans = sorted(set(contours["code_iris"]) - set(census["code_iris"]))
    if orphans and len(census):
        intake.note(
            "unmatched",
            "iris_contours",
            "IRIS avec un contour mais sans population au recensement (autre millésime) : "
            "ils ne comptent pas.",
            column="code_iris",
            value=", ".join(orphans[:12]),
            count=len(orphans),
        )


def build_demand(places: Places, iris: gpd.GeoDataFrame, apl: pd.DataFrame) -> gpd.GeoDataFrame:
    """One row per IRIS or commune where people live (schema table ``demand``)."""
    fine = iris[iris["commune"].isin(_complete_communes(iris))]
    by_iris = gpd.GeoDataFrame(
        {
            "demand_id": fine["code_iris"],
            "level": "iris",
            "commune": fine["commune"],
            "population": fine["population"],
            "population_status": fine["population_status"],
            "precision": "iris",
            "vintage": fine["vintage"],
            "source_id": "iris_population",
            "geometry": fine.geometry.representative_point(),
        },
        crs=CRS,
    )
    covered = set(fine["commune"]) | {parent_commune(code) for code in fine["commune"]}
    coarse = _commune_level(places, covered)
    demand = pd.concat([by_iris, coarse], ignore_index=True).sort_values("demand_id")
    lived_in = demand[demand["population"] > 0].reset_index(drop=True)
    return _standardise(lived_in, apl)


def _complete_communes(iris: gpd.GeoDataFrame) -> set[str]:
    """Communes cut into several IRIS, each with an outline."""
    outlined = iris.geometry.notna() & ~iris.geometry.is_empty
    by_commune = outlined.groupby(iris["commune"]).agg(["all", "size"])
    return set(by_commune.index[by_commune["all"] & (by_commune["size"] > 1)])


def _commune_level(places: Places, covered: set[str]) -> gpd.GeoDataFrame:
    communes = places.communes
    # Paris, Lyon and Marseille live in their arrondissements: counting the parent too would double.
    parents = {parent_commune(code) for code in communes["code"] if parent_commune(code) != code}
    seated = communes["seat_lon"].notna() & communes["population"].notna()
    kept = communes[seated & ~communes["code"].isin(covered | parents)]
    return gpd.GeoDataFrame(
        {
            "demand_id": kept["code"],
            "level": "commune",
            "commune": kept["code"],
            "population": kept["population"],
            "population_status": kept["population_status"],
            "precision": "commune",
            "vintage": kept["vintage"],
            "source_id": "communes",
            "geometry": gpd.points_from_xy(kept["seat_lon"], kept["seat_lat"]),
        },
        crs=CRS,
    )


def _standardise(demand: gpd.GeoDataFrame, apl: pd.DataFrame) -> gpd.GeoDataFrame:
    gp = apl[(apl["source_id"] == "apl_mg") & (apl["population"] > 0)].set_index("commune")
    ratio = gp["standardised_population"] / gp["population"]
    factor = demand["commune"].map(ratio[~ratio.index.duplicated()]).astype("float64")
    demand["standardised_population"] = demand["population"] * factor
    known = demand["standardised_population"].notna()
    demand["standardised_status"] = known.map({True: "modelled", False: "missing"}).astype("str")
    columns = [*TABLES["demand"].columns, "geometry"]
    ordered: gpd.GeoDataFrame = demand[columns]
    return ordered
