"""Who gives care or help, and where: practices, centres, mediation points, help points, schemes.

A practice known only by IRIS or by commune is placed at the IRIS point or at the commune's town
hall, and its ``precision`` says so. One whose commune is in no list of today (merged since) keeps
its count, has no position, and is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from datasets.layers.intake import Intake, stack
from datasets.layers.places import Places, unit_sphere
from datasets.mediation import packaged_schemes, read_mediation
from datasets.mediation.known import CodeList
from datasets.raw import RawFile
from datasets.readers.bpe import read_bpe
from datasets.readers.establishments import read_finess, read_hospitals
from datasets.readers.help_points import read_conseillers_numeriques, read_france_services
from datasets.readers.schemes import read_adultes_relais
from geo.schema import CRS, TABLES, empty_table


def read_supply(intake: Intake, places: Places, iris: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Practices and centres of the kept communes (schema table ``supply``)."""
    parts = []
    for source_id, reader, patterns in (
        ("bpe", read_bpe, ("*.zip", "*.csv")),
        ("finess", read_finess, ("*.csv",)),
        ("hospitals", read_hospitals, ("*.csv",)),
    ):
        frames = intake.read(source_id, reader, *patterns)
        if frames:
            # Editions of one source are never added: only the latest file counts.
            latest = max(frames, key=lambda frame: str(frame["vintage"].max()))
            named = {} if "label" in latest else {"label": ""}  # a practice has no name here
            parts.append(latest.assign(source_id=source_id, **named))
    if not parts:
        return gpd.GeoDataFrame(empty_table("supply"))
    supply = _count_once(stack(parts, []).reset_index(drop=True))
    supply = _attach_commune(supply, places)
    supply = _keep_near(intake, supply, places)
    supply = _place(supply, places, iris)
    order = ["source_id", "profession", "commune", "code_iris", "lon", "lat", "label"]
    supply = supply.sort_values(order, kind="stable").reset_index(drop=True)
    supply["supply_id"] = (
        supply["source_id"] + "-" + supply.groupby("source_id").cumcount().map("{:06d}".format)
    )
    located = np.isfinite(supply["lon"].to_numpy()) & np.isfinite(supply["lat"].to_numpy())
    points = gpd.GeoSeries(gpd.points_from_xy(supply["lon"], supply["lat"]), crs=CRS)
    points[~located] = None
    columns = list(TABLES["supply"].columns)
    return gpd.GeoDataFrame(supply[columns], geometry=points, crs=CRS)


def _count_once(supply: pd.DataFrame) -> pd.DataFrame:
    """Drop what two sources both list: FINESS names establishments better than the others do.

    A BPE centre or pharmacy goes where FINESS covers its département; a hospital of the European
    list goes where FINESS has the same number. General practitioners come from the BPE alone.
    """
    in_finess = supply["source_id"] == "finess"
    named = {"centre_de_sante", "maison_de_sante", "pharmacie"}
    covered = set(supply.loc[in_finess, "departement"])
    numbers = set(supply.loc[in_finess, "finess"]) if "finess" in supply else set()
    twice = (
        (supply["source_id"] == "bpe")
        & supply["profession"].isin(named)
        & supply["departement"].isin(covered)
    )
    if numbers:
        twice |= (supply["source_id"] == "hospitals") & supply["finess"].isin(numbers)
    return supply[~twice].reset_index(drop=True)


def _attach_commune(supply: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Nearest town hall for a place that has coordinates but no commune: keeps it or drops it.

    The commune column itself stays empty: a nearest town hall is not an address.
    """
    nearest = supply["commune"].copy()
    orphan = (supply["commune"] == "") & supply["lon"].notna()
    if orphan.any():
        seats = places.national.dropna(subset=["seat_lon", "seat_lat"])
        tree = cKDTree(unit_sphere(seats["seat_lon"].to_numpy(), seats["seat_lat"].to_numpy()))
        points = unit_sphere(
            supply.loc[orphan, "lon"].to_numpy(), supply.loc[orphan, "lat"].to_numpy()
        )
        nearest[orphan] = seats["code"].to_numpy()[tree.query(points)[1]]
    return supply.assign(nearest_commune=nearest)


def _keep_near(intake: Intake, supply: pd.DataFrame, places: Places) -> pd.DataFrame:
    known = set(places.national["code"])
    near = supply["nearest_commune"].isin(set(places.communes["code"]))
    departements = set(places.communes.loc[places.communes["scope"] != "halo", "departement"])
    lost = ~supply["nearest_commune"].isin(known) & supply["departement"].isin(departements) & ~near
    for row in supply[lost].itertuples():
        intake.note(
            "unmatched",
            str(row.source_id),
            f"Commune {row.commune} absente de la liste des communes (fusionnée depuis ?) : "
            f"{row.practices:.0f} lieu(x) d'exercice ({row.profession}) comptés mais non placés.",
            column="commune",
            value=str(row.commune),
            expected="un code de commune en vigueur",
        )
    return supply[near | lost].drop(columns="nearest_commune").reset_index(drop=True)


def _place(supply: pd.DataFrame, places: Places, iris: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give a position to what has none: the IRIS point, else the town hall, else nothing."""
    placed = supply.copy()
    unplaced = placed["lon"].isna() | placed["lat"].isna()
    outlined = iris[iris.geometry.notna() & ~iris.geometry.is_empty]
    iris_points = gpd.GeoSeries(
        outlined.geometry.representative_point().to_numpy(), index=outlined["code_iris"]
    )
    by_iris = unplaced & placed["code_iris"].isin(set(iris_points.index))
    points = iris_points.reindex(placed.loc[by_iris, "code_iris"])
    placed.loc[by_iris, "lon"], placed.loc[by_iris, "lat"] = (
        points.x.to_numpy(),
        points.y.to_numpy(),
    )
    placed.loc[by_iris, "precision"] = "iris"
    seats = places.seats()
    by_seat = unplaced & ~by_iris & placed["commune"].isin(set(seats.index))
    at = seats.reindex(placed.loc[by_seat, "commune"])
    placed.loc[by_seat, "lon"] = at["seat_lon"].to_numpy()
    placed.loc[by_seat, "lat"] = at["seat_lat"].to_numpy()
    placed.loc[by_seat, "precision"] = "commune"
    placed.loc[unplaced & ~by_iris & ~by_seat, "precision"] = "unknown"
    return placed


def read_help_points(intake: Intake, places: Places) -> gpd.GeoDataFrame:
    """France services and digital advisers of the kept communes."""
    parts = [
        *intake.read("france_services", read_france_services, "*.csv"),
        *intake.read("conseillers_numeriques", read_conseillers_numeriques, "*.json"),
    ]
    if not parts:
        return gpd.GeoDataFrame(empty_table("help_points"))
    points = gpd.GeoDataFrame(stack(parts, []), geometry="geometry", crs=CRS)
    points = points[points["commune"].isin(set(places.communes["code"]))]
    points = _at_seat(points, places)
    return points.sort_values("help_id").reset_index(drop=True)


def read_schemes(intake: Intake, places: Places) -> gpd.GeoDataFrame:
    """Adultes-relais posts by contract: a count and a displayed position, no place of work."""
    contracts = intake.raw.files("adultes_relais", "geom_cv_ctr_2024.json")
    where = contracts[-1].path if contracts else None

    def read(path: Path):  # type: ignore[no-untyped-def]
        return read_adultes_relais(path, where)

    frames = intake.read("adultes_relais", read, "adulte-relais-*.json")
    if not frames:
        return gpd.GeoDataFrame(empty_table("schemes"))
    departements = set(places.communes.loc[places.communes["scope"] != "halo", "departement"])
    schemes = gpd.GeoDataFrame(stack(frames, []), geometry="geometry", crs=CRS)
    return schemes[schemes["departement"].isin(departements)].reset_index(drop=True)


def read_mediation_tables(
    intake: Intake,
    places: Places,
    known_qpv: CodeList,
    brought: Sequence[Path],
    *,
    keep_good: bool,
    fictional: bool,
) -> dict[str, pd.DataFrame]:
    """Mediation points: the files of the raw folder and those brought, plus the known schemes.

    The packaged schemes are real, so they never join a fictional territory.
    """
    files = [*intake.raw.files("mediation", "*.csv", "*.xlsx")]
    files += [RawFile("mediation", path) for path in brought]
    # Without the national list, outlines of some départements cannot say that a code is wrong.
    whole = intake.raw.files("communes", "france.json")
    known_communes = frozenset(places.national["code"]) if whole else None
    readings = []
    for file in files:
        reading = read_mediation(
            file.path, known_qpv, keep_good=keep_good, known_communes=known_communes
        )
        intake.problems.extend(reading.problems)
        intake.used.append(file)
        readings.append(reading)
    if not fictional:
        readings.append(packaged_schemes())
    tables = {
        "mediation": stack([reading.points for reading in readings], []),
        "mediation_qpv": stack([reading.qpv for reading in readings], []),
        "mediation_funders": stack([reading.funders for reading in readings], []),
    }
    if not readings:
        return {name: empty_table(name) for name in tables}
    points = gpd.GeoDataFrame(tables["mediation"], geometry="geometry", crs=CRS)
    points["mediation_id"] = points["mediation_id"].astype("str")
    near = points["commune"].isin(set(places.communes["code"]))
    tables["mediation"] = _at_seat(points[near | (points["origin"] == "user")], places)
    kept = set(tables["mediation"]["mediation_id"])
    for name in ("mediation_qpv", "mediation_funders"):
        rows = tables[name]
        tables[name] = rows[rows["mediation_id"].isin(kept)].reset_index(drop=True)
    return tables


def _at_seat(points: gpd.GeoDataFrame, places: Places) -> gpd.GeoDataFrame:
    """Put points known by commune only at the town hall, and say so."""
    points = points.reset_index(drop=True).copy()
    unplaced = points.geometry.isna() | points.geometry.is_empty
    seats = places.seats()
    at_seat = unplaced & points["commune"].isin(set(seats.index))
    at = seats.reindex(points.loc[at_seat, "commune"])
    points.loc[at_seat, "geometry"] = gpd.points_from_xy(at["seat_lon"], at["seat_lat"], crs=CRS)
    points.loc[at_seat, "precision"] = "commune"
    points.loc[unplaced & ~at_seat, "precision"] = "unknown"
    return points
