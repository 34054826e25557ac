"""The QPV of both generations, and the table that links them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from datasets.layers.intake import Intake, stack
from datasets.layers.places import Places
from datasets.mediation.known import CodeList
from datasets.mediation.near import communes_around
from datasets.readers.correspondence import read_correspondence
from datasets.readers.qpv import read_qpv_2015, read_qpv_2024
from geo.errors import BadTerritory
from geo.schema import CRS, empty_table
from geo.territory import Territory, departement_of_qpv, projected_crs


def read_qpv(intake: Intake, territory: Territory, places: Places) -> gpd.GeoDataFrame:
    """QPV 2024 of the territory and of its region(s), without their population (added later)."""
    frames = intake.need("qpv_2024", read_qpv_2024, "*.zip", "*.geojson")
    located = _locate(frames[-1], places, perimeter="2024", source_id="qpv_2024")
    inside = _in_territory(located, territory, places)
    compared = located["region"].isin(places.regions)
    located["scope"] = inside.map({True: "territory", False: "comparator"})
    kept = located[inside | compared].sort_values("code_qp").reset_index(drop=True)
    if not inside.any():
        raise BadTerritory(
            f"Aucun QPV de 2024 dans {territory}. À faire : choisissez un territoire plus grand "
            "(le département ou la région), ou vérifiez le code."
        )
    return kept


def read_earlier_qpv(intake: Intake, places: Places) -> gpd.GeoDataFrame:
    """The QPV 2015 polygons at hand in the same region(s); often only part of them exist."""
    frames = intake.read("qpv_2015", read_qpv_2015, "*.geojson", "*.zip")
    if not frames:
        return gpd.GeoDataFrame(empty_table("qpv_2015"))
    located = _locate(stack(frames, []), places, perimeter="2015", source_id="qpv_2015")
    located["scope"] = "comparator"
    kept = located[located["region"].isin(places.regions)]
    return kept.sort_values("code_qp").reset_index(drop=True)


def read_links(intake: Intake, qpv: pd.DataFrame) -> pd.DataFrame:
    """The 2015 → 2024 correspondence of these QPV."""
    frames = intake.read("qpv_2015_2024", read_correspondence, "*.csv")
    if not frames:
        return empty_table("correspondence")
    links = stack(frames, [])
    return links[links["code_2024"].isin(set(qpv["code_qp"]))].reset_index(drop=True)


def all_quarters(intake: Intake, places: Places) -> CodeList:
    """Every QPV 2024 of France: a mediation post may serve one outside the territory.

    What is near each is said where the list of communes is that of the whole country.
    """
    files = intake.raw.files("qpv_2024", "*.zip", "*.geojson")
    if not files:
        return CodeList(frozenset())
    quarters = read_qpv_2024(files[-1].path).frame
    whole = intake.raw.files("communes", "france.json")
    around = communes_around(quarters, places.national) if whole else {}
    return CodeList(frozenset(quarters["code_qp"]), None, around)


def with_population(qpv: gpd.GeoDataFrame, indicators: pd.DataFrame) -> gpd.GeoDataFrame:
    """Fill the population columns from the indicators, with status, perimeter and edition."""
    population = (
        indicators[indicators["indicator"] == "population"]
        .drop_duplicates("code")
        .set_index("code")
    )
    known = population[population["value"].notna()].reindex(qpv["code_qp"])
    hidden = population[population["value"].isna()].reindex(qpv["code_qp"])["status"]
    filled = qpv.copy()
    filled["population"] = known["value"].to_numpy(dtype="float64")
    status = known["status"].where(known["value"].notna(), hidden)
    filled["population_status"] = status.fillna("missing").to_numpy(dtype="str")
    for column, origin in (
        ("population_perimeter", "perimeter"),
        ("population_vintage", "vintage"),
        ("population_source", "source_id"),
    ):
        filled[column] = known[origin].fillna("").to_numpy(dtype="str")
    return filled


def _locate(
    frame: pd.DataFrame, places: Places, *, perimeter: str, source_id: str
) -> gpd.GeoDataFrame:
    """Add first commune, département, region, EPCI and area to polygons as the reader gave them."""
    located = gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS).reset_index(drop=True)
    located["commune"] = located["communes"].str.split(";").str[0].fillna("").astype("str")
    located["departement"] = located["departement"].where(
        located["departement"] != "", located["code_qp"].map(departement_of_qpv)
    )
    region_of = places.national.drop_duplicates("departement").set_index("departement")["region"]
    located["region"] = located["departement"].map(region_of).fillna("")
    epci_of = places.national.set_index("code")["epci"]
    listed = located["commune"].map(epci_of).fillna("")
    located["epci"] = listed.where(listed != "", located["epci"])
    located["perimeter"] = perimeter
    located["vintage"] = perimeter
    located["source_id"] = source_id
    located["area_m2"] = _areas(located)
    located["population"] = float("nan")
    located["population_status"] = "missing"
    for column in ("population_perimeter", "population_vintage", "population_source"):
        located[column] = ""
    return located


def _areas(located: gpd.GeoDataFrame) -> pd.Series:
    areas = pd.Series(float("nan"), index=located.index)
    for crs, group in located.groupby(located["departement"].map(projected_crs)):
        areas[group.index] = group.geometry.to_crs(crs).area
    return areas


def _in_territory(located: pd.DataFrame, territory: Territory, places: Places) -> pd.Series:
    """A QPV belongs to a territory when any of its communes does (149 QPV straddle several)."""
    if territory.kind in ("france", "demo"):
        return pd.Series(True, index=located.index)
    inside = set(places.communes.loc[places.communes["scope"] == "territory", "code"])
    by_commune = located["communes"].map(
        lambda codes: any(code in inside for code in codes.split(";"))
    )
    if territory.kind == "dep":
        # 93059 and the overseas collectivities are absent from commune lists: trust the QPV file.
        return by_commune | (located["departement"] == territory.code)
    return by_commune.astype(bool)
