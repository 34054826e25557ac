"""Who works where, with whom, paid by whom: cost splits that sum, nothing assumed equal."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import analyse
from geo.mediation import network
from geo.mediation.funding import UNSTATED, cost_split
from geo.parameters import Parameters
from tests.geo.conftest import frame


def posts(*rows):
    table = pd.DataFrame(rows, columns=["mediation_id", "post_fte", "departement"])
    return table.astype({"mediation_id": "str", "post_fte": "float64", "departement": "str"})


def funders(*rows):
    table = pd.DataFrame(rows, columns=["mediation_id", "funder", "share"])
    return table.astype({"mediation_id": "str", "funder": "str", "share": "float64"})


def shares(table):
    return dict(zip(table["funder"], table["share"], strict=True))


def test_the_cost_follows_the_hours_and_what_is_not_said_stays_apart():
    table = cost_split(
        posts(("a", 1.0, "42"), ("b", 0.5, "42"), ("c", 0.5, "42")),
        funders(
            ("a", "ARS", 0.6), ("a", "Ville", 0.4), ("b", "ARS", np.nan), ("b", "DDCS", np.nan)
        ),
    )
    assert shares(table.dropna()) == pytest.approx({"ARS": 0.3, "Ville": 0.2, UNSTATED: 0.5})
    told = table.set_index("funder")
    assert np.isnan(told.loc["DDCS", "share"]) and told.loc["DDCS", "share_status"] == "missing"
    assert told.loc["ARS", "share_is_minimum"] and not told.loc["Ville", "share_is_minimum"]
    assert told.loc[UNSTATED, "posts"] == 2


def test_one_post_needs_no_hours_and_several_unknown_have_no_share():
    paid = funders(("a", "ARS", 0.6), ("a", "Ville", 0.4), ("b", "ARS", 1.0))
    alone = cost_split(posts(("a", np.nan, "42")), paid)
    assert shares(alone) == pytest.approx({"ARS": 0.6, "Ville": 0.4})
    assert set(alone["share_status"]) == {"observed"}
    both = cost_split(posts(("a", np.nan, "42"), ("b", np.nan, "42")), paid)
    assert both["share"].isna().all() and set(both["share_status"]) == {"missing"}


def test_two_departements_with_other_funders():
    """Loire has five funders, Puy-de-Dôme three: each split sums to 100 % by itself."""
    loire = ("ARS", "Métropole", "Ville", "DDCS", "Département")
    puy = ("DDETS", "ARS", "Ville")
    paid = funders(*(("l", name, 0.2) for name in loire), *(("p", name, 1 / 3) for name in puy))
    table = cost_split(posts(("l", 1.0, "42"), ("p", 0.2, "63")), paid, by=("departement",))
    assert table.groupby("departement")["funder"].nunique().to_dict() == {"42": 5, "63": 3}
    assert table.groupby("departement")["share"].sum().tolist() == pytest.approx([1.0, 1.0])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.2, 0.5, 1.0, np.nan]),
            st.sampled_from(["42", "63"]),
            st.sampled_from([(1.0,), (0.6, 0.4), (0.33, 0.33, 0.34), (np.nan, np.nan), ()]),
        ),
        max_size=6,
    )
)
def test_every_split_sums_to_one_or_is_unknown(lines):
    table = posts(*((f"m{n}", fte, place) for n, (fte, place, _) in enumerate(lines)))
    paid = funders(*(
        (f"m{n}", f"f{rank}", share)
        for n, (_, _, parts) in enumerate(lines) for rank, share in enumerate(parts)
    ))  # fmt: skip
    for _, own in cost_split(table, paid, by=("departement",)).groupby("departement"):
        assert own["share"].isna().all() or own["share"].sum() == pytest.approx(1.0, abs=1e-9)
        assert (own["share"].dropna() >= 0).all()


@pytest.fixture
def layers(make_layers):
    base = make_layers()
    table = base["mediation"].assign(
        structure=["Association A", "Association B"],
        host_place=["Maison  des Sources", "maison des sources"],
        commune="42218", visibility=["vélo;bus", ""], exchanges=["ASV", "ASV;CLS"],
    )  # fmt: skip
    served = [
        {"mediation_id": "m1", "code_qp": "QN04201M", "share": 0.5},
        {"mediation_id": "m1", "code_qp": "QN04202M", "share": 0.5},
        {"mediation_id": "m2", "code_qp": "QN04201M", "share": 1.0},
    ]
    return make_layers(
        replace={"mediation": table, "mediation_qpv": frame("mediation_qpv", served)}
    )


def test_who_works_where_with_whom_seen_how(layers):
    found = network(layers, Parameters())
    work = found.work.set_index(["structure", "code_qp"])
    assert work["fte"].to_dict() == {
        ("Association A", "QN04201M"): 0.2,
        ("Association A", "QN04202M"): 0.2,
        ("Association B", "QN04201M"): 1.0,
    }
    [pair] = found.partners.to_dict("records")
    assert (pair["structure"], pair["partner"]) == ("Association A", "Association B")
    assert pair["shared_quarters"] == ("QN04201M",)
    assert pair["shared_places"] == ("maison des sources (42218)",)
    assert pair["shared_exchanges"] == ("ASV",)
    means = found.visibility.set_index(["structure", "means"])["posts"].to_dict()
    assert means == {
        ("Association A", "bus"): 1, ("Association A", "vélo"): 1, ("Association B", UNSTATED): 1
    }  # fmt: skip
    assert len(found.exchanges) == 3
    # Nobody said who pays: one post each, wholly « non précisé ».
    assert found.funding["funder"].tolist() == [UNSTATED] * 2
    assert found.funding["share"].tolist() == [1.0, 1.0]


def test_a_post_known_by_its_commune_only_is_there_without_a_quarter(layers, make_layers):
    replaced = {
        "mediation": layers["mediation"].assign(precision="commune"),
        "mediation_qpv": layers["mediation_qpv"].iloc[:0],
    }
    work = network(make_layers(replace=replaced), Parameters()).work
    assert work["code_qp"].tolist() == ["", ""]
    assert set(work["commune"]) == {"42218"} and set(work["relation"]) == {"commune"}


def test_an_ended_convention_is_no_longer_in_the_network(layers, make_layers):
    ended = layers["mediation"].assign(convention_end=["2024-12-31", ""])
    replaced = {"mediation": ended, "mediation_qpv": layers["mediation_qpv"]}
    later = network(make_layers(replace=replaced), Parameters(as_of="2025-01-01"))
    assert set(later.work["structure"]) == {"Association B"} and later.partners.empty


def test_no_file_no_network(make_layers):
    found = network(make_layers(without=("mediation", "mediation_qpv")), Parameters())
    assert all(getattr(found, name).empty for name in found.__dataclass_fields__)


def test_what_a_structure_brings_to_each_funder(layers, make_layers):
    paid = frame(
        "mediation_funders",
        [
            {"mediation_id": "m1", "funder": "ARS", "share": 0.75},
            {"mediation_id": "m2", "funder": "Ville", "share": np.nan},
        ],
    )
    tables = {name: layers[name] for name in ("mediation", "mediation_qpv")}
    brought = network(
        make_layers(replace={**tables, "mediation_funders": paid}), Parameters()
    ).brought.set_index(["structure", "funder"])
    ars = brought.loc[("Association A", "ARS")]
    assert ars["quarters"] == ("QN04201M", "QN04202M") and ars["communes"] == ("42218",)
    assert (ars["fte"], ars["fte_paid"]) == pytest.approx((0.4, 0.3))
    assert ars["hours_per_week"] == pytest.approx(14.0)
    assert ars["share"] == pytest.approx(0.75)
    assert brought.loc[("Association A", UNSTATED), "fte_paid"] == pytest.approx(0.1)
    assert np.isnan(brought.loc[("Association B", "Ville"), "fte_paid"])
    assert brought["territory_kinds"].tolist() == [("qpv",)] * 4


def test_a_watched_or_rural_place_is_in_the_network_and_in_no_quarter(layers, make_layers):
    """Held inside a QPV, but for a « veille active »: it covers no QPV, and says nothing of one."""
    table = layers["mediation"].assign(territory_kind=["veille active", "rural"])
    none = layers["mediation_qpv"].iloc[:0]
    made = make_layers(replace={"mediation": table, "mediation_qpv": none})
    work = network(made, Parameters()).work.set_index("structure")
    assert work["code_qp"].tolist() == ["", ""]
    assert work["territory_kinds"].to_dict() == {
        "Association A": ("veille active",), "Association B": ("rural",)
    }  # fmt: skip
    found = analyse(made)
    assert found.mediation_reach.empty and found.mediation_in_qpv.empty
    assert found.coverage.qpv_with_mediator == 0
