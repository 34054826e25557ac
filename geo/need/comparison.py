"""Each figure of a QPV beside those of its commune, EPCI, département, region and France.

A figure of a larger place is read where an official file gives it, or is the ratio of two official
sums of counts. It is never the sum or the mean of rates, medians or indices of its parts: then it
is missing, and the row says why. Nothing here subtracts one figure from another.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.access.gp import quarter_communes
from geo.indicators import INDICATORS, indicator
from geo.need.values import best_rows, component_values, published
from geo.schema import Layers

LEVELS = ("qpv", "commune", "epci", "departement", "region", "france")
COMPARISON_COLUMNS = (
    "code_qp",
    "indicator",
    "level",
    "level_code",
    "value",
    "unit",
    "status",
    "vintage",
    "source_id",
    "perimeter",
    "why_missing",
)
COMPARED = (
    "population",
    "poverty_share",
    "median_income_eur",
    "c2s_share",
    "age60_share",
    "age65_share",
    "age75_share",
    "age24_share",
    "one_person_share",
    "large_household_share",
    "single_parent_share",
    "foreign_share",
    "rsa_share",
    "job_seekers_per_inhabitant",
    "employment_share",
    "digital_fragility",
    "apl_gp",
)
_FRANCE = "FR"
_NO_PLACE = "le quartier n'a pas de code connu à ce niveau"
_HIDDEN = "caché par le secret statistique"
_NEW = "nouveau quartier : aucune statistique sur un périmètre de 2015, jamais zéro"
_CHANGED = "aucun chiffre publié qui puisse être repris pour ce quartier"
_NOT_QPV = "publié à la commune, pas au quartier"
_NO_COUNTS = (
    "ses effectifs ne couvrent pas ce niveau dans les fichiers lus, et une moyenne des parts "
    "serait fausse"
)
_NO_FILE = (
    "aucun fichier lu ne le donne à ce niveau, et il ne se déduit pas de ses parties (taux, "
    "médiane ou indice : jamais une moyenne)"
)
_AGE_60 = "le recensement par IRIS donne les 65 et les 75 ans ou plus, pas les 60"
_AGE_65 = "les fichiers des quartiers donnent les 60 ans ou plus, pas les 65"
_NO_SUM = "aucun fichier lu ne le donne à ce niveau"


def comparison(layers: Layers, code_qp: str = "all") -> pd.DataFrame:
    """One row per QPV, indicator, level and place: ``COMPARISON_COLUMNS``.

    Parameters
    ----------
    code_qp : one 2024 QPV, or ``all``. A QPV of several communes has a row for each.

    Returns
    -------
    pd.DataFrame
        ``value`` in the unit of the indicator, NaN when ``status`` is suppressed or missing, and
        then ``why_missing`` tells the reason in French. ``perimeter`` is 2015 or 2024 for a QPV,
        empty for the larger places. Codes in file order, then ``COMPARED``, then ``LEVELS``.

    Raises
    ------
    KeyError
        When no QPV of the layers has this code.
    """
    places = _places(layers)
    if code_qp != "all":
        places = places[places["code_qp"] == code_qp]
        if places.empty:
            raise KeyError(f"« {code_qp} » n'est pas un QPV de ces données")
    grid = places.merge(pd.DataFrame({"indicator": COMPARED}), how="cross")
    figures = pd.concat([_own(layers), _larger(layers)], ignore_index=True)
    keys = ["level", "level_code", "indicator"]
    table = grid.merge(figures.drop_duplicates(keys), on=keys, how="left")
    for column in ("vintage", "source_id", "perimeter"):
        table[column] = table[column].fillna("")
    table["status"] = table["status"].fillna("missing")
    table["unit"] = table["indicator"].map(lambda name: indicator(name).unit)
    table["why_missing"] = _why(table, layers)
    order = [pd.Categorical(table["indicator"], COMPARED), pd.Categorical(table["level"], LEVELS)]
    rank = {code: place for place, code in enumerate(layers["qpv"]["code_qp"])}
    sorter = np.lexsort((order[1].codes, order[0].codes, table["code_qp"].map(rank)))
    return table.iloc[sorter][list(COMPARISON_COLUMNS)].reset_index(drop=True)


def _places(layers: Layers) -> pd.DataFrame:
    """code_qp, level, level_code: the places that a QPV is in."""
    qpv = pd.DataFrame(layers["qpv"])
    qpv = qpv[qpv["perimeter"] == "2024"]
    parts = [qpv[["code_qp"]].assign(level="qpv", level_code=qpv["code_qp"])]
    communes = qpv.assign(level_code=qpv["communes"].str.split(";")).explode("level_code")
    parts.append(communes[["code_qp", "level_code"]].assign(level="commune"))
    for level in ("epci", "departement", "region"):
        parts.append(qpv[["code_qp"]].assign(level=level, level_code=qpv[level]))
    parts.append(qpv[["code_qp"]].assign(level="france", level_code=_FRANCE))
    return pd.concat(parts, ignore_index=True)


def _own(layers: Layers) -> pd.DataFrame:
    """The QPV's own figures, published or estimated, as the score uses them."""
    codes = layers["qpv"]["code_qp"]
    values = component_values(layers, quarter_communes(layers))
    rest = [name for name in COMPARED if name not in set(values["component"])]
    rows = best_rows(layers)
    parts = [values, *(published(rows, codes, name) for name in rest if name != "apl_gp")]
    own = pd.concat(parts, ignore_index=True)
    own = own.rename(columns={"component": "indicator", "code_qp": "level_code"})
    columns = ["level_code", "indicator", "value", "status", "vintage", "source_id", "perimeter"]
    return own[columns].assign(level="qpv")


def _larger(layers: Layers) -> pd.DataFrame:
    """Official figures of larger places, and ratios of their official counts."""
    rows = layers["indicators"]
    rows = rows[rows["territory_kind"].isin(LEVELS[1:])]
    rows = rows.sort_values("vintage", ascending=False, kind="stable")
    rows = rows.drop_duplicates(["territory_kind", "code", "indicator"])
    read = rows.rename(columns={"territory_kind": "level", "code": "level_code"})
    columns = [
        "level", "level_code", "indicator", "value", "status", "vintage", "source_id", "perimeter",
    ]  # fmt: skip
    ratios = [_ratio(read, name) for name in COMPARED if INDICATORS[name].counts]
    counted = _commune_people(layers)[columns]
    return pd.concat([read[columns], *(part[columns] for part in ratios), counted],
                     ignore_index=True)  # fmt: skip


def _commune_people(layers: Layers) -> pd.DataFrame:
    """The municipal population, as the file of communes gives it."""
    communes = pd.DataFrame(layers["communes"])
    return communes.rename(columns={"code": "level_code", "population_status": "status"}).assign(
        level="commune", indicator="population", value=communes["population"], perimeter=""
    )


def _ratio(read: pd.DataFrame, name: str) -> pd.DataFrame:
    """A share from two sums of counts of one source and one vintage."""
    counts = INDICATORS[name].counts
    if counts is None:
        raise ValueError(f"{name} is not the ratio of two counts")
    above, below = (read[read["indicator"] == part] for part in counts)
    both = above.merge(below, on=["level", "level_code", "source_id", "vintage"])
    known = both["value_x"].notna() & (both["value_y"] > 0)
    summed = (both[["status_x", "status_y"]] == "observed").all(axis=1)
    hidden = (both[["status_x", "status_y"]] == "suppressed").any(axis=1)
    return both.assign(
        indicator=name,
        value=(both["value_x"] / both["value_y"]).where(known),
        status=np.select(
            [known & summed, known, hidden], ["observed", "modelled", "suppressed"], "missing"
        ),
        perimeter="",
    )


def _why(table: pd.DataFrame, layers: Layers) -> list[str]:
    links = layers["correspondence"]
    new = table["code_qp"].isin(links.loc[links["change"] == "NOUVEAU", "code_2024"])
    own = table["level"] == "qpv"
    summable = table["indicator"].map(lambda name: indicator(name).summable)
    counts = table["indicator"].map(lambda name: indicator(name).counts is not None)
    reasons = np.select(
        [
            table["value"].notna(),
            table["level_code"] == "",
            table["status"] == "suppressed",
            own & (table["indicator"] == "apl_gp"),
            ~own & (table["indicator"] == "age60_share"),
            own & (table["indicator"] == "age65_share"),
            own & new,
            own,
            counts,
            summable,
        ],
        ["", _NO_PLACE, _HIDDEN, _NOT_QPV, _AGE_60, _AGE_65, _NEW, _CHANGED, _NO_COUNTS, _NO_SUM],
        _NO_FILE,
    )
    return [str(reason) for reason in reasons]
