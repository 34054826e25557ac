"""What a hidden figure leaves with nothing to rest on is said hidden, not unknown."""

from __future__ import annotations

import pandas as pd

# Each is a multiple of the population of the QPV.
_OF_POPULATION = {"need_people": "need_people_status", "residual_people": "residual_status"}


def with_hidden_statuses(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of the QPV table: statuses of the figures made of a hidden population."""
    hidden = table["population_status"] == "suppressed"
    statuses = {
        status: table[status].mask(hidden & table[value].isna(), "suppressed")
        for value, status in _OF_POPULATION.items()
    }
    return table.assign(**statuses)
