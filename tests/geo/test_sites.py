import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.access.activity import bounded_activity
from geo.access.sites import BadShares, capacity_of_sites
from geo.checks import BadCounts
from geo.errors import BadInput


def rows(*lines, columns=("practitioner_id", "supply_id", "acts_per_year", "share")):
    return pd.DataFrame(lines, columns=list(columns)[: len(lines[0])])


def test_floor_and_cap_then_full_time_equivalents():
    bounded = bounded_activity(np.array([1200.0, 5400, 7800, 0]))
    assert bounded.tolist() == [3600, 5400, 6000, 0]
    table = rows(*[(f"g{k}", f"s{k}", acts) for k, acts in enumerate(bounded)])
    sites = capacity_of_sites(table, consultations_per_fte=5400)
    # Without activity a practitioner is dropped, and so is a site where nobody works.
    assert sites.index.tolist() == ["s0", "s1", "s2"]
    assert sites["fte"].tolist() == pytest.approx([0.666667, 1.0, 1.111111], abs=1e-6)


def test_several_sites_share_one_activity():
    table = rows(("g", "a", 5000.0, 0.8), ("g", "b", 5000.0, 0.2), ("h", "b", 4000.0, 1.0))
    sites = capacity_of_sites(table)
    assert sites["acts_per_year"].to_dict() == pytest.approx({"a": 4000, "b": 5000})
    assert sites["practitioners"].to_dict() == {"a": 1, "b": 2}


def test_without_shares_the_activity_is_divided_equally():
    sites = capacity_of_sites(rows(("g", "a", 6000.0), ("g", "b", 6000.0), ("h", "b", 4000.0)))
    assert sites["acts_per_year"].to_dict() == {"a": 3000, "b": 7000}


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=1, unique=True),
    st.lists(st.integers(0, 9000), min_size=7, max_size=7),
)
def test_the_total_is_conserved(pairs, acts):
    table = rows(*[(f"g{who}", f"s{site}", float(acts[who])) for who, site in pairs])
    total = sum(acts[who] for who in {who for who, _ in pairs})
    assert capacity_of_sites(table)["acts_per_year"].sum() == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        ([("g", "a", -1.0)], BadCounts, "g"),
        ([("g", "a", np.nan)], BadCounts, "g"),
        ([("g", "a", 1.0), ("g", "b", 2.0)], BadInput, "différentes .*g"),
        ([("g", "a", 1.0), ("g", "a", 1.0)], BadInput, "deux fois .*g"),
        ([("g", "a", 1.0, 0.5), ("g", "b", 1.0, 0.4)], BadShares, "somme .*g"),
        ([("g", "a", 1.0, 1.5)], BadShares, "hors .*g"),
        ([("g", "a", 1.0, np.nan)], BadShares, "hors .*g"),
        ([("g", "a")], BadInput, "acts_per_year"),
    ],
)
def test_bad_rows_are_refused_by_name(lines, error, message):
    with pytest.raises(error, match=message):
        capacity_of_sites(rows(*lines))
