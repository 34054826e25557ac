"""The bridge from 2015 to 2024: shares that sum to 1, what may be carried and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geo.bridge import bridge, carry_counts, require_same_generation, without_successor
from geo.bridge.pairs import _shares
from geo.errors import NotSummable
from geo.schema import TABLES, Layers, empty_table
from tests.geo.conftest import frame

X, Y = 808_000.0, 6_480_000.0


def quarters(boxes: dict[str, tuple[float, float, float, float]], perimeter: str) -> pd.DataFrame:
    rows = [
        {
            "code_qp": code,
            "perimeter": perimeter,
            "commune": "42218" if perimeter == "2024" else "",
            "communes": "42218" if perimeter == "2024" else "",
            "departement": "42",
            "region": "84",
            "scope": "territory",
            "population_status": "missing",
        }
        for code in boxes
    ]
    shapes = [box(X + a, Y + b, X + c, Y + d) for a, b, c, d in boxes.values()]
    return frame("qpv" if perimeter == "2024" else "qpv_2015", rows, shapes)


def links(pairs: list[tuple[str, str]], suspect: frozenset[str] = frozenset()) -> pd.DataFrame:
    return frame(
        "correspondence",
        [
            {
                "code_2024": new,
                "code_2015": old,
                "code_2015_by_label": old,
                "change": "MODIFIE" if old else "NOUVEAU",
                "suspect": new in suspect,
            }
            for new, old in pairs
        ],
    )


def layers(**tables: pd.DataFrame) -> Layers:
    return Layers("dep:42", {name: empty_table(name) for name in TABLES} | tables)


SPLIT = layers(
    qpv=quarters({"QN04201M": (0, 0, 60, 100), "QN04202M": (60, 0, 120, 100)}, "2024"),
    qpv_2015=quarters({"QP042001": (0, 0, 100, 100)}, "2015"),
    correspondence=links([("QN04201M", "QP042001"), ("QN04202M", "QP042001")]),
)


def pair(table: pd.DataFrame, new: str, old: str) -> pd.Series:
    return table[(table["code_2024"] == new) & (table["code_2015"] == old)].iloc[0]


def test_a_split_quarter_is_shared_by_area_and_says_so() -> None:
    table = bridge(SPLIT)
    first, second = pair(table, "QN04201M", "QP042001"), pair(table, "QN04202M", "QP042001")
    assert (first["alpha"], second["alpha"]) == pytest.approx((0.6, 0.4), abs=1e-6)
    assert (first["beta"], second["beta"]) == pytest.approx((1, 2 / 3), abs=1e-6)
    assert second["overlap"] == pytest.approx(4 / 12, abs=1e-6)
    assert pair(table, "QN04202M", "")["beta"] == pytest.approx(1 / 3, abs=1e-6)
    assert pair(table, "", "QP042001")["alpha"] == pytest.approx(0, abs=1e-6)
    assert set(table["method"]) == {"area"} and set(table["status"]) == {"modelled"}


def test_people_by_cells_count_instead_of_area_where_they_are_known() -> None:
    # Everybody lives in the western square, that the first heir holds nearly alone.
    ids = ["CRS3035RES200mN2500000E3900000", "CRS3035RES200mN2500000E3900200"]
    from geo.access.grid_cells import cell_centres, cell_squares

    squares = cell_squares(pd.Series(ids), "EPSG:2154")
    centres = cell_centres(pd.Series(ids), "EPSG:2154")
    rows = [
        {
            "demand_id": name,
            "level": "cell",
            "commune": "42218",
            "population": people,
            "population_status": "observed",
            "standardised_status": "missing",
            "precision": "cell",
        }
        for name, people in zip(ids, (90.0, 10.0), strict=True)
    ]
    qpv = quarters({"QN04201M": (0, 0, 1, 1), "QN04202M": (0, 0, 1, 1)}, "2024")
    qpv["geometry"] = squares.to_crs("EPSG:4326").to_numpy()
    old = quarters({"QP042001": (0, 0, 1, 1)}, "2015")
    old["geometry"] = [qpv.geometry.union_all()]
    gridded = layers(
        qpv=qpv,
        qpv_2015=old,
        demand=frame("demand", rows, list(centres)),
        correspondence=links([("QN04201M", "QP042001"), ("QN04202M", "QP042001")]),
    )
    table = bridge(gridded)
    assert set(table["method"]) == {"cells"}
    assert pair(table, "QN04201M", "QP042001")["alpha"] == pytest.approx(0.9, abs=1e-3)
    assert table.loc[table["code_2015"] == "QP042001", "alpha"].sum() == pytest.approx(1)


def test_without_both_outlines_nothing_is_measured_and_the_link_remains() -> None:
    blind = layers(
        qpv=SPLIT["qpv"],
        qpv_2015=empty_table("qpv_2015"),
        correspondence=links([("QN04201M", "QP042001"), ("QN04202M", "")]),
    )
    table = bridge(blind)
    assert len(table) == 1
    row = table.iloc[0]
    assert row["linked"] and row["status"] == "missing" and "non mesuré" in row["remark"]
    assert np.isnan(row[["alpha", "beta", "overlap"]].astype(float)).all()


def test_crossed_lost_and_unlinked_quarters_are_flagged() -> None:
    table = bridge(
        layers(
            qpv=SPLIT["qpv"],
            qpv_2015=quarters({"QP042001": (0, 0, 60, 100), "QP042002": (60, 0, 120, 100)}, "2015"),
            correspondence=links(
                [("QN04201M", "QP042001"), ("QN04202M", "")], frozenset({"QN04201M"})
            ),
        )
    )
    assert "échangée" in pair(table, "QN04201M", "QP042001")["remark"]
    assert "ne cite pas" in pair(table, "QN04202M", "QP042002")["remark"]
    assert "sans successeur" in pair(table, "", "QP042002")["remark"]


def test_successors_are_counted_from_the_table_alone() -> None:
    more = layers(
        qpv=SPLIT["qpv"],
        qpv_2015=quarters({"QP042001": (0, 0, 1, 1), "QP042009": (0, 0, 1, 1)}, "2015"),
        correspondence=SPLIT["correspondence"],
    )
    assert without_successor(more) == ["QP042009"]


def test_counts_are_carried_by_alpha_and_stay_of_2015() -> None:
    found = carry_counts(bridge(SPLIT), "population", pd.Series({"QP042001": 1000.0}))
    by_code = found.set_index("code_2024")
    assert by_code["value"].to_dict() == pytest.approx({"QN04201M": 600, "QN04202M": 400}, abs=1e-3)
    assert set(found["status"]) == {"modelled"} and set(found["perimeter"]) == {"2015"}
    assert set(found["label"]) == {"indicatif, périmètre 2015"}
    assert by_code.loc["QN04202M", "covered"] == pytest.approx(2 / 3, abs=1e-6)


def test_an_unknown_count_is_missing_and_not_zero() -> None:
    found = carry_counts(bridge(SPLIT), "population", pd.Series({"QP042001": np.nan}))
    assert found["value"].isna().all() and set(found["status"]) == {"missing"}


@pytest.mark.parametrize("name", ["poverty_share", "median_income_eur", "digital_fragility"])
def test_rates_and_medians_are_never_carried_by_a_share(name: str) -> None:
    with pytest.raises(NotSummable, match="Indicateur non sommable : utilisez"):
        carry_counts(bridge(SPLIT), name, pd.Series({"QP042001": 0.4}))


def test_a_count_of_2015_is_not_divided_by_people_of_2024() -> None:
    require_same_generation("2015", "2015", "job_seekers")
    with pytest.raises(NotSummable, match="périmètre 2015 ne se divise pas"):
        require_same_generation("2015", "2024", "job_seekers")


side = st.integers(0, 12)
shape = st.tuples(side, side, st.integers(1, 8), st.integers(1, 8)).map(
    lambda s: (s[0] * 10.0, s[1] * 10.0, (s[0] + s[2]) * 10.0, (s[1] + s[3]) * 10.0)
)


@settings(deadline=None, max_examples=15)
@given(st.lists(shape, min_size=1, max_size=4), st.lists(shape, min_size=1, max_size=4))
def test_shares_and_their_remainder_sum_to_one(new, old) -> None:
    newer = {f"QN042{rank:02d}M": own for rank, own in enumerate(new)}
    older = {f"QP0420{rank:02d}": own for rank, own in enumerate(old)}
    table = bridge(
        layers(
            qpv=quarters(newer, "2024"),
            qpv_2015=quarters(older, "2015"),
            correspondence=links([(code, next(iter(older))) for code in newer]),
        )
    )
    alphas = table[table["code_2015"] != ""].groupby("code_2015")["alpha"].sum()
    betas = table[table["code_2024"] != ""].groupby("code_2024")["beta"].sum()
    assert set(alphas.index) == set(older) and set(betas.index) == set(newer)
    assert alphas.to_numpy() == pytest.approx(1, abs=1e-9)
    assert betas.to_numpy() == pytest.approx(1, abs=1e-9)
    shares = table[["alpha", "beta", "overlap"]].stack().dropna()
    assert shares.between(0, 1 + 1e-9).all()


def test_an_overlap_is_never_more_than_the_whole() -> None:
    size = 0.1 + 0.2
    pairs = pd.DataFrame(
        {"code_2024": ["QN04201M"], "code_2015": ["QP042001"], "shared": [np.nextafter(size, 1)]}
    )
    new = pd.DataFrame({"code_qp": ["QN04201M"], "size": [size]})
    old = pd.DataFrame({"code_qp": ["QP042001"], "size": [size]})
    shares = _shares(pairs, new, old)
    assert shares[["alpha", "beta", "overlap"]].to_numpy().tolist() == [[1.0, 1.0, 1.0]]
