"""The long table of indicators: QPV statistics of either perimeter, IRIS and commune figures.

A figure counted on a 2015 perimeter is carried to a 2024 QPV only through the official table,
keeps ``perimeter`` 2015 and the QPV it came from, and is ``modelled``: indicative, never observed.
A QPV 2024 without any figure gets explicit ``missing`` rows, so that absence is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from datasets.layers.carried import carry
from datasets.layers.intake import Intake, stack
from datasets.layers.levels import census_counts, level_rows, population_counts
from datasets.layers.places import Places
from datasets.readers.apl import read_apl
from datasets.readers.filosofi import read_filosofi_iris
from datasets.readers.ifn import read_ifn
from datasets.readers.insee_communes import has_communes, only_communes, read_insee_communes
from datasets.readers.insee_qpv import read_insee_qpv
from geo.schema import TABLES
from geo.territory import departement_of_qpv

_COLUMNS = list(TABLES["indicators"].columns)


@dataclass(frozen=True)
class Ground:
    """What the statistics rest on: QPV of both generations, their links, places and people."""

    places: Places
    qpv: gpd.GeoDataFrame
    qpv_2015: gpd.GeoDataFrame
    links: pd.DataFrame
    census: pd.DataFrame
    demand: gpd.GeoDataFrame
    apl: pd.DataFrame


def read_indicators(intake: Intake, ground: Ground) -> pd.DataFrame:
    """All indicators of the territory: QPV of both generations, IRIS, communes, larger places."""
    qpv, links, places = ground.qpv, ground.links, ground.places
    published = _published_qpv_figures(intake)
    wanted = set(qpv["code_qp"])
    departements = set(qpv["departement"])
    direct = published[published["code"].isin(wanted)]
    earlier = published[
        published["code"].str.startswith("QP")
        & published["code"].map(departement_of_qpv).isin(departements)
    ]
    own_links = links[links["code_2024"].isin(wanted)]
    carried = carry(intake, earlier, own_links, qpv, ground.qpv_2015, ground.demand)
    absent = _missing_rows(qpv, published, pd.concat([direct, carried]))
    rows = [
        _first_of([direct, carried, absent]),
        earlier,
        _by_iris(intake, places),
        _apl_rows(ground.apl),
        _levels(intake, places, ground.census),
    ]
    indicators = pd.concat([part[_COLUMNS] for part in rows if len(part)], ignore_index=True)
    order = ["territory_kind", "code", "indicator", "perimeter"]
    return indicators.sort_values(order, kind="stable").reset_index(drop=True)


def _levels(intake: Intake, places: Places, census: pd.DataFrame) -> pd.DataFrame:
    """Counts of communes and of larger places, to compare a QPV with."""
    brought = [
        frame.assign(source_id="insee_qpv")
        for frame in intake.read(
            "insee_qpv", read_insee_communes, "*.csv", "*.zip", only=has_communes, optional=True
        )
    ]
    counts = pd.concat([population_counts(places), census_counts(census), *brought])
    complete = bool(intake.raw.files("communes", "france.json"))
    return level_rows(counts.reset_index(drop=True), places, complete)


def _published_qpv_figures(intake: Intake) -> pd.DataFrame:
    frames = intake.read(
        "insee_qpv", read_insee_qpv, "*.csv", "*.zip", only=lambda path: not only_communes(path)
    )
    columns = ["code_qp", "indicator", "value", "unit", "status", "vintage", "perimeter"]
    figures = stack(frames, columns, numbers=("value",))[columns]
    figures = figures.rename(columns={"code_qp": "code"})
    # Of several editions of one figure the latest counts; of two files of one edition, the first.
    figures = figures.sort_values("vintage", ascending=False, kind="stable")
    figures = figures.drop_duplicates(["code", "indicator"])
    return figures.assign(territory_kind="qpv", source_id="insee_qpv", carried_from="")


def _missing_rows(
    qpv: pd.DataFrame, published: pd.DataFrame, present: pd.DataFrame
) -> pd.DataFrame:
    """One explicit missing row per QPV and indicator that has no figure at all."""
    known = published.drop_duplicates("indicator").set_index("indicator")["unit"]
    grid = pd.MultiIndex.from_product([qpv["code_qp"], known.index], names=["code", "indicator"])
    there = pd.MultiIndex.from_frame(present[["code", "indicator"]])
    absent = grid.difference(there).to_frame(index=False)
    return absent.assign(
        territory_kind="qpv",
        value=float("nan"),
        unit=absent["indicator"].map(known).astype("str"),
        status="missing",
        vintage="",
        perimeter="2024",
        source_id="insee_qpv",
        carried_from="",
    )


def _first_of(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """A figure on the 2024 perimeter wins over a carried one, which wins over an absence."""
    return pd.concat(parts, ignore_index=True).drop_duplicates(["code", "indicator"])


def _by_iris(intake: Intake, places: Places) -> pd.DataFrame:
    columns = ["code", "indicator", "value", "unit", "status", "vintage"]
    rows = []
    for source_id, reader, patterns in (
        ("filosofi_iris", read_filosofi_iris, ("*.zip", "*.csv")),
        ("ifn", read_ifn, ("*.csv.gz", "*.csv", "*.zip")),
    ):
        frame = stack(intake.read(source_id, reader, *patterns), columns, numbers=("value",))
        frame = frame[columns]
        rows.append(frame.assign(source_id=source_id))
    figures = pd.concat(rows, ignore_index=True)
    kept = figures[figures["code"].str[:5].isin(set(places.communes["code"]))]
    return kept.assign(territory_kind="iris", perimeter="", carried_from="")


def official_apl(intake: Intake, places: Places) -> pd.DataFrame:
    """The commune APL of both workbooks, with the population that standardises."""
    numbers = ("apl", "apl_65", "population", "standardised_population")
    columns = ["commune", *numbers, "year", "profession"]
    rows = []
    for source_id in ("apl_mg", "apl_infirmiers"):
        frame = stack(
            intake.read(source_id, read_apl, "*.xlsx"),
            [*columns, "unit"],
            numbers=numbers,
        )
        rows.append(frame[[*columns, "unit"]].assign(source_id=source_id))
        if len(frame):
            intake.vintages[source_id] = str(frame["year"].max())
    apl = pd.concat(rows, ignore_index=True)
    return apl[apl["commune"].isin(set(places.communes["code"]))].reset_index(drop=True)


_APL_INDICATOR = {"apl_mg": "apl_gp", "apl_infirmiers": "apl_nurse"}


def _apl_rows(apl: pd.DataFrame) -> pd.DataFrame:
    """The official figures; those of general practitioners of 65 or less where there are any."""
    main = _one_series(apl, "apl", apl["source_id"].map(_APL_INDICATOR).astype("str"))
    limited = apl[(apl["source_id"] == "apl_mg") & apl["apl_65"].notna()]
    younger = pd.Series("apl_gp_65", index=limited.index, dtype="str")
    return pd.concat([main, _one_series(limited, "apl_65", younger)], ignore_index=True)


def _one_series(apl: pd.DataFrame, column: str, indicator: pd.Series) -> pd.DataFrame:
    value = apl[column].astype("float64")
    return pd.DataFrame(
        {
            "territory_kind": "commune",
            "code": apl["commune"],
            "indicator": indicator,
            "value": value,
            "unit": apl["unit"],
            "status": value.notna().map({True: "observed", False: "missing"}).astype("str"),
            "vintage": apl["year"].astype("str"),
            "perimeter": "",
            "source_id": apl["source_id"],
            "carried_from": "",
        }
    )
