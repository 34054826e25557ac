"""Where people live: 200 m cells, IRIS and the demand table.

The finest level that is complete wins, commune by commune: 200 m cells where they hold the people
of the commune, else IRIS where every census IRIS has a contour, else one point at the town hall.
Each commune is at one level only, so that nobody is counted twice. Standardised population is the
commune's population times the ratio of the official APL workbook, and is missing where that has no
row.
"""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import pandas as pd

from datasets.layers.intake import Intake, stack
from datasets.layers.places import Places
from datasets.readers.grid_200m import read_grid_200m
from datasets.readers.iris import read_iris_contours, read_iris_population
from geo.schema import CRS, TABLES
from geo.territory import parent_commune
from geo.words import percent

# Of the commune's municipal population, what its cells must hold for it to be complete: the grid
# leaves out people outside ordinary households, a file cut short leaves out whole districts
# [assumption].
MIN_CELL_SHARE = 0.8
# Cells lie around the town halls of their communes: some kilometres on each side (degrees).
_BOX_MARGIN = 0.25


def read_census(intake: Intake) -> pd.DataFrame:
    """The census by IRIS, all of it: sums over larger places need more than the territory."""
    return stack(
        intake.read("iris_population", read_iris_population, "*.zip", "*.csv"),
        [*TABLES["iris"].columns],
        numbers=("population", "population_65p", "population_75p"),
    )


def read_iris(intake: Intake, places: Places, census: pd.DataFrame) -> gpd.GeoDataFrame:
    """Census IRIS of the kept communes, with their outline where one is known."""
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


def read_cells(intake: Intake, places: Places) -> gpd.GeoDataFrame:
    """Inhabited 200 m cells with the one commune each belongs to; empty when there is no grid.

    The file names the commune(s) of a cell; where it names several, or one that is unknown here,
    or a city counted by arrondissement, the outline that holds the cell's centre decides, else
    the first one named.
    """
    if not intake.raw.files("filosofi_200m", "*.zip", "*.csv"):
        return gpd.GeoDataFrame({"commune": pd.Series(dtype="str")}, geometry=[], crs=CRS)
    seats = places.seats()
    box = (
        float(seats["seat_lon"].min()) - _BOX_MARGIN,
        float(seats["seat_lat"].min()) - _BOX_MARGIN,
        float(seats["seat_lon"].max()) + _BOX_MARGIN,
        float(seats["seat_lat"].max()) + _BOX_MARGIN,
    )
    reader = partial(read_grid_200m, bbox=box)
    frames = intake.read("filosofi_200m", reader, "*.zip", "*.csv")
    cells = pd.concat(frames, ignore_index=True).drop_duplicates("cell_id", ignore_index=True)
    cells = gpd.GeoDataFrame(cells[cells["population"] > 0].reset_index(drop=True), crs=CRS)
    cells["commune"] = _commune_of_cells(cells, places.communes)
    cells = cells[cells["commune"].isin(_held_by_cells(intake, cells, places.communes))]
    return cells.reset_index(drop=True)


def _held_by_cells(intake: Intake, cells: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> set[str]:
    """Communes whose cells hold their people; the others are listed and keep a coarser level."""
    held = cells[cells["commune"] != ""].groupby("commune")["population"].sum()
    counted = communes.set_index("code")["population"].reindex(held.index)
    short = held < MIN_CELL_SHARE * counted
    if short.any():
        intake.note(
            "suspect",
            "filosofi_200m",
            f"Communes dont les carreaux portent moins de {percent(MIN_CELL_SHARE, 0)} des "
            "habitants : leurs carreaux ne comptent pas.",
            column="ind",
            value=", ".join(held.index[short][:12]),
            count=int(short.sum()),
        )
    return set(held.index[~short])


def _commune_of_cells(cells: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> pd.Series:
    cities = {parent_commune(code) for code in communes["code"] if parent_commune(code) != code}
    known = set(communes["code"]) - cities
    named = cells["communes"].str.split(";")
    alone = named.str.len() == 1
    first = named.str[0].where(named.str[0].isin(set(communes["code"])), "")
    doubtful = ~(alone & first.isin(known))
    outlined = communes[communes.geometry.notna() & communes["code"].isin(known)]
    found = gpd.sjoin(
        cells.loc[doubtful, ["geometry"]], outlined[["code", "geometry"]], predicate="within"
    )["code"]
    found = found[~found.index.duplicated()].reindex(cells.index)
    commune: pd.Series = found.fillna(first).astype("str")
    return commune


def build_demand(
    places: Places,
    iris: gpd.GeoDataFrame,
    apl: pd.DataFrame,
    cells: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """One row per cell, IRIS or commune where people live (schema table ``demand``)."""
    by_cell = _cell_level(cells)
    gridded = set(by_cell["commune"]) if by_cell is not None else set()
    fine = iris[iris["commune"].isin(_complete_communes(iris))]
    fine = fine[
        ~(fine["commune"].isin(gridded) | fine["commune"].map(parent_commune).isin(gridded))
    ]
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
    covered = set(fine["commune"]) | gridded
    covered |= {parent_commune(code) for code in covered}
    # Cells of a whole city hold the people of its arrondissements.
    coarse = _commune_level(places, covered, gridded)
    levels = [by_iris, coarse] if by_cell is None else [by_cell, by_iris, coarse]
    demand = pd.concat(levels, ignore_index=True).sort_values("demand_id")
    lived_in = demand[demand["population"] > 0].reset_index(drop=True)
    return _standardise(lived_in, apl)


def _cell_level(cells: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """The cells as demand places; None without any."""
    if cells is None or cells.empty:
        return None
    return gpd.GeoDataFrame(
        {
            "demand_id": cells["cell_id"],
            "level": "cell",
            "commune": cells["commune"],
            "population": cells["population"],
            "population_status": cells["population_status"],
            "precision": "cell",
            "vintage": cells["vintage"],
            "source_id": "filosofi_200m",
            "geometry": cells.geometry,
        },
        crs=CRS,
    )


def _complete_communes(iris: gpd.GeoDataFrame) -> set[str]:
    """Communes cut into several IRIS, each with an outline."""
    outlined = iris.geometry.notna() & ~iris.geometry.is_empty
    by_commune = outlined.groupby(iris["commune"]).agg(["all", "size"])
    return set(by_commune.index[by_commune["all"] & (by_commune["size"] > 1)])


def _commune_level(places: Places, covered: set[str], gridded: set[str]) -> gpd.GeoDataFrame:
    communes = places.communes
    # Paris, Lyon and Marseille live in their arrondissements: counting the parent too would double.
    parents = {parent_commune(code) for code in communes["code"] if parent_commune(code) != code}
    seated = communes["seat_lon"].notna() & communes["population"].notna()
    in_city = communes["code"].map(parent_commune).isin(gridded)
    kept = communes[seated & ~in_city & ~communes["code"].isin(covered | parents)]
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
