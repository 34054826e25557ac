"""How many households a figure speaks of, where only the inhabitants of the place are known."""

from __future__ import annotations

import pandas as pd

from geo.confidentiality.rules import Secrecy, households, rule_of
from geo.schema import Layers


def people_of(layers: Layers) -> pd.Series:
    """Inhabitants of each place, by (territory_kind, code); 2015 and 2024 QPV by their own code.

    A place whose inhabitants are not known is absent.
    """
    rows = layers["indicators"]
    counted = rows[(rows["indicator"] == "population") & (rows["carried_from"] == "")]
    parts = [counted.set_index(["territory_kind", "code"])["value"]]
    for kind, table, code in (
        ("qpv", "qpv", "code_qp"),
        ("qpv", "qpv_2015", "code_qp"),
        ("iris", "iris", "code_iris"),
        ("commune", "communes", "code"),
    ):
        places = layers[table]
        # A 2024 QPV may show the population of the 2015 one: not the people of its own outline.
        own = places["population"]
        if kind == "qpv":
            own = own.where(places["population_perimeter"] == places["perimeter"])
        index = pd.MultiIndex.from_arrays([[kind] * len(places), places[code]])
        parts.append(pd.Series(own.to_numpy(float), index=index))
    known: pd.Series = pd.concat([part.dropna() for part in parts])
    return known.loc[~known.index.duplicated()]


def in_small_places(layers: Layers, secrecy: Secrecy) -> pd.Series:
    """Which indicator rows speak of fewer households than may be told (flags, same index).

    A figure carried from a 2015 QPV speaks of the people of that QPV. Where the inhabitants are
    unknown, the source's own rule is trusted: it published the figure.
    """
    rows, people = layers["indicators"], people_of(layers)
    origin = rows["code"].where(rows["carried_from"] == "", rows["carried_from"])
    places = pd.MultiIndex.from_arrays([rows["territory_kind"], origin])
    estimated = people.reindex(places).to_numpy(float) / secrecy.people_per_household
    rule = households(secrecy)
    guarded = {name for name in rows["indicator"].unique() if rule_of(name, secrecy)}
    return pd.Series(rule.hidden(estimated), index=rows.index) & rows["indicator"].isin(guarded)
