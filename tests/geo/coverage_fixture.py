"""QPV with the coverage states a test wants, and all that the coverage figures read."""

import numpy as np


def stated(table, states, **about):
    """A table with the states of its QPV, and what coverage asks of a real one."""
    known = table["population"].notna()
    whole = {
        "population_status": np.where(known, "observed", "missing"),
        "population_perimeter": np.where(known, "2024", ""),
        "population_vintage": np.where(known, "édition 2024", ""),
        "mediation_status": "observed",
        "mediation_walk_only": False,
    }
    return table.assign(coverage_state=states, **{**whole, **about})
