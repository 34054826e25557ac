"""Small tables to rank: criteria x0, x1 … (the second one reversed), drawn or given."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from geo.priority import AGGREGATIONS, STANDARDISATIONS, Criterion

COMBINATIONS = list(itertools.product(STANDARDISATIONS, AGGREGATIONS))


def criteria(*weights: float) -> tuple[Criterion, ...]:
    senses = (1, -1, 1, 1)
    return tuple(
        Criterion(f"k{place}", f"x{place}", senses[place], weight, f"Critère {place}", "unité")
        for place, weight in enumerate(weights)
    )


def table(columns: list[list[float]], **changes: object) -> pd.DataFrame:
    n = len(columns[0])
    base = {
        "code_qp": [f"QN{place:03d}" for place in range(n)],
        "population": np.full(n, 1000.0),
        "region": "84",
        "scope": "territory",
        **{f"x{place}": np.asarray(values, float) for place, values in enumerate(columns)},
    }
    return pd.DataFrame({**base, **changes})


VALUES = st.one_of(
    st.none(), st.integers(0, 6).map(float), st.floats(0, 100, allow_subnormal=False)
)


@st.composite
def frames(draw: st.DrawFn, k: int = 3, most: int = 12) -> pd.DataFrame:
    n = draw(st.integers(4, most))
    columns = [
        [np.nan if v is None else v for v in draw(st.lists(VALUES, min_size=n, max_size=n))]
        for _ in range(k)
    ]
    people = draw(
        st.lists(st.sampled_from([np.nan, 0.0, 800.0, 1000.0, 3000.0]), min_size=n, max_size=n)
    )
    regions = draw(st.lists(st.sampled_from(["84", "11"]), min_size=n, max_size=n))
    return table(columns, population=np.array(people), region=regions)
