"""Official figures of communes, and their sums over EPCI, départements, regions and France.

Only counts are summed, and only where the communes known hold nearly all the people of the larger
place; shares of larger places are left to ``geo.need.comparison``, which divides such sums.
"""

from __future__ import annotations

import pandas as pd

from datasets.layers.places import Places
from geo.indicators import indicator, require_summable
from geo.schema import TABLES
from geo.territory import parent_commune

FRANCE = "FR"
# The share of a larger place's people that known communes must hold for a sum to be shown; below
# the whole it is an estimate [assumption].
MIN_COVERED = 0.95
_COLUMNS = list(TABLES["indicators"].columns)


def census_counts(census: pd.DataFrame) -> pd.DataFrame:
    """The counts of the census by IRIS, added up by commune: code, indicator, value, vintage.

    An age that one IRIS of a commune lacks is unknown for the commune.
    """
    if census.empty:
        return pd.DataFrame({"code": [], "indicator": [], "value": [], "vintage": []})
    counted = census.assign(code=census["commune"].map(parent_commune))
    names = {
        "population_iris": "population",
        "population_65p": "population_65p",
        "population_75p": "population_75p",
    }
    groups = counted.groupby("code")
    return pd.concat(
        [
            groups[column]
            .agg(lambda own: own.sum(skipna=False))
            .rename("value")
            .reset_index()
            .assign(
                indicator=name,
                vintage=str(census["vintage"].max()),
                source_id="iris_population",
            )
            for name, column in names.items()
        ],
        ignore_index=True,
    )


def population_counts(places: Places) -> pd.DataFrame:
    """The legal population of every commune known: code, indicator, value, vintage."""
    whole = places.national[places.national["parent"] == places.national["code"]]
    return pd.DataFrame(
        {
            "code": whole["code"],
            "indicator": "population",
            "value": whole["population"].astype("float64"),
            "vintage": whole["vintage"],
            "source_id": "communes",
        }
    )


def level_rows(counts: pd.DataFrame, places: Places, complete: bool) -> pd.DataFrame:
    """Rows of the table of indicators for the communes of the territory and the larger places.

    Parameters
    ----------
    counts : code (commune), indicator (summable), value, vintage, source_id.
    complete : the list of communes is that of all France; otherwise only départements, whose file
        is whole, are summed.
    """
    if counts.empty:
        return pd.DataFrame(columns=_COLUMNS)
    for name in counts["indicator"].unique():
        require_summable(str(name))
    national = places.national[places.national["parent"] == places.national["code"]]
    national = national.assign(france=FRANCE)
    kept = set(places.communes["code"])
    own = counts[counts["code"].isin(kept)].assign(territory_kind="commune")
    own["status"] = own["value"].notna().map({True: "observed", False: "missing"})
    kinds = ["departement", *(["epci", "region", "france"] if complete else [])]
    near = national[national["code"].isin(kept)]
    sums = [_sums(counts, national, near, kind) for kind in kinds]
    rows = pd.concat([own, *sums], ignore_index=True)
    rows["unit"] = rows["indicator"].map(lambda name: indicator(name).unit)
    return rows.assign(perimeter="", carried_from="")[_COLUMNS]


def _sums(
    counts: pd.DataFrame, national: pd.DataFrame, near: pd.DataFrame, kind: str
) -> pd.DataFrame:
    people = national.set_index("code")["population"].astype("float64").fillna(0.0)
    place = national.set_index("code")[kind]
    wanted = set(near[kind]) - {""}
    whole = people.groupby(place).sum()
    rows = counts.assign(place=counts["code"].map(place), people=counts["code"].map(people))
    rows = rows[rows["place"].isin(wanted)]
    known = rows[rows["value"].notna()]
    groups = known.groupby(["place", "indicator", "source_id"])
    table = groups.agg(
        value=("value", "sum"),
        people=("people", "sum"),
        places=("code", "nunique"),
        vintage=("vintage", "max"),
    )
    table = table.reset_index().rename(columns={"place": "code"})
    covered = table["people"] / table["code"].map(whole)
    shown = covered >= MIN_COVERED
    every = table["places"] == table["code"].map(place.value_counts())
    status = every.map({True: "observed", False: "modelled"}).where(shown, "missing")
    return table.assign(territory_kind=kind, value=table["value"].where(shown), status=status).drop(
        columns=["people", "places"]
    )
