import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import analyse
from geo.completeness import declared_complete, known_quarters
from geo.mediation import (
    FTE_BY_KIND,
    active_posts,
    capacity,
    coverage,
    post_fte,
    served_quarters,
)
from geo.mediation.kpis import COUNTS
from geo.parameters import Parameters
from tests.geo.coverage_fixture import stated

NOWHERE = pd.DataFrame({"mediation_id": [], "code_qp": [], "relation": []}, dtype="str")


def posts(**changes):
    base = {
        "mediation_id": ["m"], "kind": ["permanence"], "weekdays": ["lundi"], "fte": [1.0],
        "fte_status": ["observed"], "hours_per_week": [np.nan], "starts_at": [""], "ends_at": [""],
        "convention_start": [""], "convention_end": [""], "vintage": ["2024"],
    }  # fmt: skip
    return pd.DataFrame(base | {name: [value] for name, value in changes.items()})


def shares(*rows):
    return pd.DataFrame(rows, columns=["mediation_id", "code_qp", "share"])


def quarters(**population):
    return pd.DataFrame({"code_qp": list(population), "population": list(population.values())})


def counted_as(towns, found):
    return stated(towns, found["coverage_state"], mediation_status=found["mediation_status"])


def capacity_of(table, served, known=True):
    return capacity(table, served, pd.Series(known, index=table.index), Parameters())


def one(quarter, served):
    return capacity_of(quarter, served).iloc[0]


def test_one_day_a_week_for_9200_inhabitants_is_partial_presence():
    served = served_quarters(
        posts(fte=np.nan, hours_per_week=7.0), shares(("m", "a", np.nan)), NOWHERE, 35.0
    )
    row = one(quarters(a=9200.0), served)
    assert row["mediation_fte"] == pytest.approx(0.2)
    assert row["inhabitants_per_fte"] == pytest.approx(46_000)
    assert row["coverage_state"] == "présence partielle"
    assert row["mediation_status"] == "modelled"


@pytest.mark.parametrize(
    ("population", "changes", "state"),
    [
        (15_000.0, {}, "couvert"),
        (15_000.1, {}, "présence partielle"),
        (9000.0, {"kind": "aller-vers"}, "présence partielle"),
        (9000.0, {"weekdays": ""}, "présence partielle"),
        (np.nan, {}, "présence partielle"),
    ],
)
def test_covered_is_a_strict_rule(population, changes, state):
    served = served_quarters(posts(**changes), shares(("m", "a", 1.0)), NOWHERE, 35.0)
    assert one(quarters(a=population), served)["coverage_state"] == state


def test_a_post_shared_by_three_quarters_is_counted_once():
    split = shares(("m", "a", 0.5), ("m", "b", 0.3), ("m", "c", 0.2))
    served = served_quarters(posts(), split, NOWHERE, 35.0)
    table = capacity_of(quarters(a=9000.0, b=9000.0, c=9000.0, d=9000.0), served)
    assert table["mediation_fte"].tolist() == pytest.approx([0.5, 0.3, 0.2, 0.0])
    assert table["served_people"].sum() == pytest.approx(118)
    assert table["coverage_state"].iloc[3] == "non couvert"


def test_served_people_never_exceed_the_need():
    served = served_quarters(posts(), shares(("m", "a", 1.0)), NOWHERE, 35.0)
    row = one(quarters(a=1000.0), served)
    assert (row["need_people"], row["served_people"], row["residual_people"]) == (20, 20, 0)
    assert row["unmet_share"] == 0


def test_nobody_told_is_unknown_and_the_residual_is_a_maximum():
    nobody = served_quarters(posts()[:0], shares(), NOWHERE, 35.0)
    row = capacity_of(quarters(a=5000.0), nobody, known=False).iloc[0]
    assert np.isnan(row["mediation_fte"]) and np.isnan(row["served_people"])
    assert (row["coverage_state"], row["mediation_status"]) == ("inconnu", "missing")
    assert row["residual_people"] == row["need_people"] == 100


def test_an_unknown_part_leaves_the_fte_unknown_but_not_the_presence():
    both = pd.concat([posts(), posts(mediation_id="n", fte=np.nan)], ignore_index=True)
    served = served_quarters(both, shares(("m", "a", 1.0), ("n", "a", 1.0)), NOWHERE, 35.0)
    row = one(quarters(a=9000.0), served)
    # The full-time post covers 9,000 inhabitants by itself, whatever the other one adds.
    assert np.isnan(row["mediation_fte"]) and row["coverage_state"] == "couvert"
    assert row["residual_people"] == pytest.approx(180 - 118) and row["residual_is_maximum"]
    assert np.isnan(row["served_people"])


def test_a_post_that_names_no_quarter_serves_the_one_it_is_in():
    inside = pd.DataFrame({"mediation_id": ["m"], "code_qp": ["a"], "relation": ["inside"]})
    served = served_quarters(posts(), shares(), inside, 35.0)
    row = one(quarters(a=9000.0), served)
    assert row["coverage_state"] == "présence partielle" and np.isnan(row["mediation_fte"])


def test_fte_of_a_timetable():
    """One day of seven hours is 0.2 FTE; what is written as an FTE stays as written."""
    timetable = {"fte": np.nan, "starts_at": "09:00", "ends_at": "16:00"}
    one_day = posts(**timetable)
    assert post_fte(one_day, 35.0).tolist() == [0.2]
    assert post_fte(posts(**timetable, hours_per_week=14.0), 35.0).tolist() == [0.4]
    assert post_fte(posts(**{**timetable, "ends_at": ""}), 35.0).isna().all()
    # An FTE that the reading of the file computed follows the full week of the parameters.
    read = posts(**{**timetable, "fte": 0.2}, fte_status="modelled", hours_per_week=7.0)
    assert post_fte(read, 39.0).tolist() == pytest.approx([7 / 39])
    assert post_fte(posts(fte=0.5, hours_per_week=7.0), 39.0).tolist() == [0.5]


def test_a_full_post_over_three_quarters_sums_to_one():
    split = shares(("m", "a", 0.5), ("m", "b", 0.3), ("m", "c", 0.2))
    served = served_quarters(posts(fte=np.nan, hours_per_week=35.0), split, NOWHERE, 35.0)
    assert served["fte"].sum() == pytest.approx(1.0, abs=1e-12)


def test_a_permanence_reaches_on_foot_and_outreach_does_not():
    near = pd.DataFrame(
        {"mediation_id": "m", "code_qp": ["a", "b"], "relation": ["inside", "walk"]}
    )
    permanence = served_quarters(posts(), shares(), near, 35.0)
    assert permanence["relation"].tolist() == ["inside", "walk"] and permanence["fte"].isna().all()
    outreach = served_quarters(posts(kind="aller-vers"), shares(), near, 35.0)
    assert outreach["code_qp"].tolist() == ["a"]
    # A post that names its QPV reaches no other, however near.
    named = served_quarters(posts(), shares(("m", "c", 1.0)), near, 35.0)
    assert named["code_qp"].tolist() == ["c"]


def test_kinds_sum_to_the_whole():
    both = pd.concat([posts(), posts(mediation_id="n", kind="aller-vers", fte=0.5)])
    served = served_quarters(both, shares(("m", "a", 1.0), ("n", "a", 0.4)), NOWHERE, 35.0)
    row = one(quarters(a=9000.0), served)
    assert row[list(FTE_BY_KIND.values())].tolist() == pytest.approx([1.0, 0.2, 0.0, 0.0])
    assert row["mediation_fte"] == pytest.approx(1.2)


def test_the_range_of_people_per_fte_is_carried():
    served = served_quarters(posts(), shares(("m", "a", 1.0)), NOWHERE, 35.0)
    row = one(quarters(a=10_000.0), served)
    low, middle, high = row[["residual_people_low", "residual_people", "residual_people_high"]]
    assert (low, middle, high) == pytest.approx((200 - 150, 200 - 118, 200 - 100))
    assert (row["residual_fte_low"], row["residual_fte_high"]) == pytest.approx((50 / 150, 1.0))


def test_conventions_at_a_date_and_without_one():
    ended = posts(convention_end="2023-12-31", vintage="2023")
    assert len(active_posts(ended, "2023-06-01")) == len(active_posts(ended, "2023-12-31")) == 1
    assert len(active_posts(ended, "2024-01-01")) == 0
    assert len(active_posts(posts(convention_start="2025-01-01"), "2024-12-31")) == 0
    # Without a date, a line is judged on the year it speaks of, never on today's clock.
    assert len(active_posts(ended, "")) == 1
    assert len(active_posts(posts(convention_end="2023-12-31", vintage="2024"), "")) == 0
    assert len(active_posts(posts(convention_end="2023-12-31", vintage=""), "")) == 1


def test_both_coverage_figures():
    table = quarters(a=1000.0, b=1000.0, c=1000.0, d=5000.0)
    states = ["couvert", "non couvert", "non couvert", "présence partielle"]
    kpis = coverage(stated(table, states))
    assert (kpis.qpv_share, kpis.inhabitants_share) == (0.5, 0.75)
    none = coverage(stated(table, "non couvert"))
    assert (none.qpv_share, none.inhabitants_share) == (0.0, 0.0)


def test_unknown_states_are_counted_apart():
    table = quarters(a=1000.0, b=1000.0, c=np.nan)
    kpis = coverage(stated(table, ["couvert", "inconnu", "non couvert"]))
    assert (kpis.qpv_total, kpis.qpv_known, kpis.qpv_unknown) == (3, 2, 1)
    assert (kpis.qpv_share, kpis.inhabitants_share) == (1 / 3, 0.5)
    assert kpis.qpv_without_population == 1
    unknown = coverage(stated(table, "inconnu"))
    assert np.isnan(unknown.qpv_share) and np.isnan(unknown.inhabitants_share)


# --- what a file does not say -------------------------------------------------------------------

NAMED = {"QN04201M", "QN04202M", "QN03101M"}  # by the two posts of make_layers


def by_code(result):
    return result.qpv.set_index("code_qp")


def with_posts(make_layers, **changes):
    return make_layers(replace={"mediation": make_layers()["mediation"].assign(**changes)})


def test_a_file_of_a_few_lines_leaves_the_other_quarters_unknown(make_layers):
    result = analyse(make_layers())
    named, others = (by_code(result).query(f"code_qp {word} @NAMED") for word in ("in", "not in"))
    assert named["mediation_fte"].gt(0).all() and (named["mediation_status"] == "observed").all()
    assert len(others) == 5
    assert others["mediation_fte"].isna().all() and (others["mediation_status"] == "missing").all()
    assert (others["coverage_state"] == "inconnu").all()
    assert others["residual_people"].equals(others["need_people"])
    assert (others["unmet_share"] == 1).all()
    assert all("mediation_gap" in absent for absent in others["missing_components"])
    assert others["sentence"].str.contains("votre fichier ne dit rien de ce quartier").all()
    assert result.qpv["sentence"].str.split().str.len().max() <= 60
    kpis = result.coverage
    assert (kpis.qpv_known, kpis.qpv_unknown, kpis.qpv_share) == (3, 5, 3 / 8)
    told = " ".join(result.notes).replace("\u00a0", " ")
    assert "5 quartiers sur 8 : votre fichier n'en dit rien" in told
    assert "Comparaison prudente" in told


def test_a_complete_file_makes_them_zero(make_layers):
    result = analyse(with_posts(make_layers, complete_for=["dep:42;qpv:QN03102M", "region:76"]))
    assert by_code(result)["mediation_fte"].notna().all()
    unnamed = by_code(result).query("code_qp not in @NAMED")
    assert (unnamed["mediation_fte"] == 0).all() and len(unnamed) == 5
    assert (unnamed["mediation_status"] == "observed").all()
    assert (unnamed["coverage_state"] == "non couvert").all()
    assert (result.coverage.qpv_known, result.coverage.qpv_share) == (8, 3 / 8)
    assert not any("Comparaison prudente" in note for note in result.notes)
    assert not any("votre fichier n'en dit rien" in note for note in result.notes)


def test_a_file_complete_for_one_part_says_nothing_of_the_rest(make_layers):
    states = by_code(analyse(with_posts(make_layers, complete_for=["commune:42184", ""])))
    unknown = states.index[states["coverage_state"] == "inconnu"]
    assert set(unknown) == {"QN04203I", "QN03102M", "QN03103M"}
    assert (states.loc[["QN04204N", "QN04205M"], "mediation_fte"] == 0).all()


def test_a_complete_file_without_mediators_is_a_zero_coverage(make_layers):
    over = {"convention_end": "2020-12-31", "complete_for": "region:84;region:76"}
    result = analyse(with_posts(make_layers, **over))
    assert (result.qpv["mediation_fte"] == 0).all()
    assert (result.coverage.qpv_share, result.coverage.inhabitants_share) == (0.0, 0.0)
    assert result.coverage.qpv_unknown == 0


def test_conventions_that_are_over_say_nothing_of_today(make_layers):
    result = analyse(with_posts(make_layers, convention_end="2020-12-31"))
    assert result.qpv["mediation_fte"].isna().all()
    assert np.isnan(result.coverage.qpv_share)
    assert result.qpv["sentence"].str.contains("votre fichier ne dit rien").all()


def test_a_post_of_an_unsaid_quarter_keeps_its_commune_unknown(make_layers):
    """m1, known by its commune only and naming no QPV, may work in any QPV of 42218."""
    layers = make_layers()
    posts_table = layers["mediation"].assign(
        complete_for="dep:42", precision=["commune", "commune"]
    )
    served = layers["mediation_qpv"].query("mediation_id != 'm1'").reset_index(drop=True)
    replaced = {"mediation": posts_table, "mediation_qpv": served}
    result = analyse(make_layers(replace=replaced))
    fte = by_code(result)["mediation_fte"]
    assert fte.loc[["QN04201M", "QN04202M"]].isna().all()
    assert (fte.loc[["QN04203I", "QN04204N", "QN04205M"]] == 0).all()
    assert any("sans quartier nommé" in note for note in result.notes)


def places(**communes):
    codes = list(communes)
    table = pd.DataFrame({"code_qp": codes, "departement": "69", "region": "84", "epci": "e"})
    return table, pd.Series([tuple(own) for own in communes.values()], dtype="object")


@pytest.mark.parametrize(
    ("declared", "complete"),
    [
        ("", []),
        ("dep:42", []),
        ("dep:69", ["a", "b", "c"]),
        ("epci:e", ["a", "b", "c"]),
        ("region:84", ["a", "b", "c"]),
        ("qpv:b", ["b"]),
        ("commune:69001", []),
        ("commune:69001;commune:69002", ["a"]),
        ("commune:69123", ["b", "c"]),
        ("commune:69381", ["b"]),
    ],
)
def test_what_a_declaration_covers(declared, complete):
    table, communes = places(a=["69001", "69002"], b=["69123", "69381"], c=["69123", "69382"])
    found = declared_complete(table, communes, pd.DataFrame({"complete_for": ["", declared]}))
    assert table.loc[found, "code_qp"].tolist() == complete


def test_a_table_from_before_the_declaration_declares_nothing():
    table, communes = places(a=["69001"])
    assert not declared_complete(table, communes, posts()).any()


CODES = "abcdef"
LINES = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from([0.1, 0.5, 1.0, np.nan]),
        st.sampled_from(["permanence", "aller-vers"]),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, added=LINES.filter(len), complete=st.sets(st.sampled_from(CODES)))
def test_adding_posts_never_lowers_coverage(lines, added, complete):
    def kpis(rows):
        table = pd.DataFrame(
            [
                {**posts().iloc[0].to_dict(), "mediation_id": str(at), "fte": fte, "kind": kind}
                for at, (_, fte, kind) in enumerate(rows)
            ],
            columns=posts().columns,
        )
        given_to = shares(*((str(at), code, 1.0) for at, (code, _, _) in enumerate(rows)))
        given_to = given_to.astype({"mediation_id": "str", "code_qp": "str", "share": "float64"})
        served = served_quarters(table, given_to, NOWHERE, 35.0)
        people = (1000.0, 3000.0, 5000.0, 7000.0, 12_000.0, np.nan)
        towns = quarters(**dict(zip(CODES, people, strict=True))).assign(
            departement="42", region="84", epci=""
        )
        declared = ";".join(f"qpv:{code}" for code in sorted(complete))
        known = known_quarters(
            towns,
            pd.Series([("42218",)] * len(towns), dtype="object"),
            pd.DataFrame({"complete_for": [declared]}),
            pd.DataFrame({"commune": pd.Series(dtype="str")}),
            served,
        )
        found = capacity(towns, served, known, Parameters())
        return coverage(counted_as(towns, found)), found

    (before, old), (after, new) = kpis(lines), kpis(lines + added)
    assert after.qpv_unknown <= before.qpv_unknown
    for count in COUNTS:
        assert getattr(after, count) >= getattr(before, count)
    for share in ("qpv_share", "inhabitants_share", "covered_share", "inhabitants_covered_share"):
        was, becomes = getattr(before, share), getattr(after, share)
        assert np.isnan(was) or becomes >= was
    assert after.qpv_share > 0
    assert (new["residual_people"] <= old["residual_people"] + 1e-9)[old["need_people"] > 0].all()


def test_a_quarter_that_becomes_known_as_partial_lowers_no_share():
    """Out of the known QPV alone, the strict share fell from 1 to 0.5 with a mediator more."""
    table = quarters(a=1000.0, b=1000.0)
    before = coverage(stated(table, ["couvert", "inconnu"]))
    after = coverage(stated(table, ["couvert", "présence partielle"]))
    assert (before.covered_share, after.covered_share) == (0.5, 0.5)
    assert (before.inhabitants_covered_share, after.inhabitants_covered_share) == (0.5, 0.5)
    assert (before.qpv_share, after.qpv_share) == (0.5, 1.0)


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.5, 1.0, np.nan]),
        st.sampled_from(["permanence", "aller-vers", "coordination"]),
        st.sets(st.sampled_from(CODES), min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS)
def test_nobody_is_counted_twice_and_no_mediator_serves_nobody(rows):
    """Shared posts, stated or not: served ≤ need, ≤ capacity; without posts, all is zero."""
    table = pd.DataFrame(
        [
            {**posts().iloc[0].to_dict(), "mediation_id": str(at), "fte": fte, "kind": kind}
            for at, (fte, kind, _, _) in enumerate(rows)
        ],
        columns=posts().columns,
    )
    given_to = shares(
        *(
            (str(at), code, 1 / len(codes) if stated else np.nan)
            for at, (_, _, codes, stated) in enumerate(rows)
            for code in sorted(codes)
        )
    ).astype({"mediation_id": "str", "code_qp": "str", "share": "float64"})
    towns = quarters(**{code: 1000.0 * rank for rank, code in enumerate(CODES, start=1)})
    found = capacity_of(towns, served_quarters(table, given_to, NOWHERE, 35.0))
    served = found["need_people"] - found["residual_people"]
    assert (served >= -1e-9).all() and (found["residual_people"] >= -1e-9).all()
    assert served.sum() <= np.nansum(table["fte"].to_numpy(float)) * 118 + 1e-9
    assert (found["residual_people_low"] <= found["residual_people"] + 1e-9).all()
    assert (found["residual_people"] <= found["residual_people_high"] + 1e-9).all()
    mixed = served_quarters(
        table.iloc[::-1].reset_index(drop=True), given_to.iloc[::-1].reset_index(drop=True),
        NOWHERE, 35.0,
    )  # fmt: skip
    again = capacity_of(towns.iloc[::-1], mixed).sort_index()
    assert again["residual_people"].tolist() == pytest.approx(
        found["residual_people"].tolist(), abs=1e-9
    )
    assert again["coverage_state"].equals(found["coverage_state"])
    nobody = capacity_of(towns, served_quarters(table[:0], given_to, NOWHERE, 35.0))
    kpis = coverage(counted_as(towns, nobody))
    assert (nobody["served_people"] == 0).all() and (nobody["mediation_fte"] == 0).all()
    assert (kpis.qpv_share, kpis.inhabitants_share, kpis.covered_share) == (0.0, 0.0, 0.0)
