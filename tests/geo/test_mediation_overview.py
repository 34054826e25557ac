"""Coverage told on one page: figures side by side, kinds apart, what an end would take away."""

import json

import numpy as np
import pandas as pd
import pytest

from geo import analyse
from geo.mediation import loss_by_structure
from geo.mediation.headline import headlines, least_share
from geo.mediation.kinds import by_kind, by_kind_and_quarter
from geo.mediation.kpis import coverage
from geo.mediation.overview import overview, to_record
from geo.parameters import Parameters
from geo.programme import AURA_2024, programme_in_words
from geo.schema import MEDIATION_KINDS
from tests.geo.coverage_fixture import stated


def reach(*rows):
    """(post, structure, QPV, share, FTE of the post, kind)."""
    names = ["mediation_id", "structure", "code_qp", "share", "post_fte", "kind"]
    frame = pd.DataFrame(rows, columns=names).astype({"share": "float64", "post_fte": "float64"})
    return frame.assign(
        fte=frame["share"] * frame["post_fte"], relation="served", estimated=False,
        weekly=frame["kind"] == "permanence", people_per_year=10.0, people_status="observed",
        convention_start="",
        convention_end="2026-12-31",
    )  # fmt: skip


def compared(**population):
    frame = pd.DataFrame({"code_qp": list(population), "population": list(population.values())})
    return frame.assign(scope="territory", coverage_state="couvert")


def test_the_populations_of_the_method_notes():
    table = compared(a=1000.0, b=1000.0, c=1000.0, d=5000.0)
    states = ["couvert", "non couvert", "non couvert", "présence partielle"]
    kpis = coverage(stated(table, states))
    told = headlines(kpis, Parameters())
    assert [line.written for line in told] == [
        "50\u00a0%", "75\u00a0%", "25\u00a0%", "13\u00a0%"
    ]  # fmt: skip
    assert [line.of for line in told] == ["quartiers", "habitants"] * 2
    assert "15\u202f000\u00a0habitants par ETP" in told[2].meaning


def test_one_known_quarter_is_not_a_hundred_percent():
    table = compared(a=1000.0, b=1000.0, c=1000.0)
    kpis = coverage(stated(table, ["couvert", "inconnu", "inconnu"]))
    least = headlines(kpis, Parameters())
    assert {line.written for line in least} == {"au moins 33\u00a0%"}
    assert {line.share_of_known for line in least} == {1.0}
    assert {(line.part, line.known, line.total) for line in least} == {
        (1, 1, 3), (1000.0, 1000.0, 3000.0)
    }  # fmt: skip
    assert all(line.share_is_minimum for line in least)
    assert all("là où la médiation est inconnue" in line.meaning for line in least)
    nobody = coverage(stated(table, "inconnu"))
    unknown = headlines(nobody, Parameters())
    assert {(line.written, line.status, line.part) for line in unknown} == {
        ("non connu", "missing", None)
    }


def test_the_least_is_rounded_down():
    assert least_share(0.667, True) == "au moins 66\u00a0%"
    assert least_share(0.29, True) == "au moins 29\u00a0%"
    assert least_share(0.667, False) == "67\u00a0%"
    assert least_share(3797 / 387513, True) == "au moins 0,9\u00a0%"
    assert least_share(0.0412, False) == "4,1\u00a0%"
    assert least_share(0.00004, True) == "au moins 0,004\u00a0%"
    assert least_share(0.0, True) == "au moins 0\u00a0%"
    assert least_share(np.nan, True) == "non connu"


def test_a_figure_that_rests_on_carried_populations_is_modelled():
    table = compared(a=1000.0, b=1000.0, c=np.nan)
    carried = {
        "population_status": ["modelled", "observed", "missing"],
        "population_perimeter": ["2015", "2024", ""],
        "population_vintage": ["édition 2022", "édition 2024", ""],
    }
    states = ["couvert", "non couvert", "non couvert"]
    told = headlines(coverage(stated(table, states, **carried)), Parameters())
    assert [line.status for line in told] == ["observed", *["modelled"] * 3]
    assert [line.perimeters for line in told] == [(), *[("2015", "2024")] * 3]
    assert "des périmètres 2015 et 2024, en partie indicatives" in told[1].meaning
    # The rule of 15,000 inhabitants per FTE looks at the QPV where somebody works, no other.
    turned = coverage(stated(table, ["non couvert", "couvert", "inconnu"], **carried))
    assert [line.status for line in headlines(turned, Parameters())] == [
        "observed", "modelled", "observed", "modelled"
    ]  # fmt: skip
    counted = headlines(coverage(stated(table, states)), Parameters())
    assert {line.status for line in counted} == {"observed"}


def test_a_presence_estimated_by_a_walk_or_hours_estimated_are_modelled():
    table = compared(a=1000.0, b=1000.0)
    states = ["couvert", "présence partielle"]
    afoot = coverage(stated(table, states, mediation_walk_only=[False, True]))
    assert set(afoot.statuses.values()) == {"modelled"}
    timed = coverage(stated(table, states, mediation_status=["modelled", "missing"]))
    assert list(timed.statuses.values()) == ["observed", "observed", "modelled", "modelled"]
    without = coverage(stated(compared(a=np.nan), ["présence partielle"]))
    assert [line.status for line in headlines(without, Parameters())] == [
        "observed", "missing", "observed", "missing"
    ]  # fmt: skip


def test_the_populations_are_told_with_their_limits_edition_and_source(demo_analysis, demo_layers):
    record = to_record(overview(demo_analysis, demo_layers))
    told = record["populations"]
    assert told["status"] == "modelled" and told["perimeters"] == ["2015"]
    assert told["vintages"] and told["sources"]
    assert "populations du périmètre 2015, indicatives" in told["words"]
    by_id = {line["id"]: line for line in record["headlines"]}
    for name in ("inhabitants_with_mediator", "qpv_covered", "inhabitants_covered"):
        assert by_id[name]["perimeters"] == ["2015"] and by_id[name]["vintages"]
        assert "périmètre 2015, indicatives" in by_id[name]["meaning"]
    for name in ("inhabitants_with_mediator", "inhabitants_covered"):
        assert by_id[name]["status"] == "modelled"


def test_kinds_are_kept_apart_and_a_shared_post_counts_once():
    pairs = reach(
        ("m1", "A", "a", 0.5, 1.0, "permanence"),
        ("m1", "A", "b", 0.5, 1.0, "permanence"),
        ("m2", "A", "a", np.nan, 0.5, "aller-vers"),
        ("m2", "A", "b", np.nan, 0.5, "aller-vers"),
        ("m3", "B", "a", 1.0, np.nan, "coordination"),
        ("m4", "B", "a", 1.0, 0.2, "coordination"),
    )
    kinds = by_kind(pairs, Parameters()).set_index("kind")
    assert list(kinds.index) == list(MEDIATION_KINDS)
    assert kinds["fte"].tolist() == [1.0, 0.5, 0.0, 0.2]
    assert kinds["posts"].tolist() == [1, 1, 0, 2]
    assert kinds["fte_is_minimum"].tolist() == [False, False, False, True]
    row = kinds.loc["permanence"]
    assert tuple(row[["capacity_people_low", "capacity_people", "capacity_people_high"]]) == (
        100, 118, 150
    )  # fmt: skip
    assert kinds["followed_people"].tolist() == [10, 10, 0, 20]
    quarter = by_kind_and_quarter(pairs, Parameters()).set_index(["code_qp", "kind"])
    assert quarter.loc[("b", "permanence"), "fte"] == 0.5
    assert np.isnan(quarter.loc[("b", "aller-vers"), "fte"])
    assert quarter.loc[("b", "permanence"), "followed_status"] == "modelled"


def test_people_followed_that_are_hidden_are_not_called_unknown():
    pairs = reach(("m1", "A", "a", 1.0, 1.0, "permanence"))
    hidden = by_kind(
        pairs.assign(people_per_year=np.nan, people_status="suppressed"), Parameters()
    ).set_index("kind")
    assert hidden.loc["permanence", "followed_status"] == "suppressed"


def test_an_end_loses_only_whom_nobody_else_can_follow():
    table = compared(a=2000.0, b=9000.0)
    pairs = reach(
        ("m1", "A", "a", 1.0, 1.0, "permanence"),
        ("m2", "B", "a", 1.0, 0.2, "permanence"),
        ("m3", "B", "b", 1.0, 1.0, "permanence"),
    )
    losses = loss_by_structure(table, pairs, Parameters()).set_index("structure")
    # A ends: B's 0.2 FTE still follows 23.6 of the 40 people of a, and covers its 2,000.
    assert losses.loc["A", "people_lost"] == pytest.approx(40 - 0.2 * 118)
    assert losses.loc["A", "without_mediator"] == ()
    assert losses.loc["A", "no_longer_covered"] == ()
    assert losses.loc["B", "people_lost"] == pytest.approx(118)
    assert losses.loc["B", "without_mediator"] == losses.loc["B", "no_longer_covered"] == ("b",)
    assert losses.index[0] == "B"
    low, high = losses.loc["B", ["people_lost_low", "people_lost_high"]]
    assert (low, high) == pytest.approx((100, 150))
    by_post = loss_by_structure(table, pairs, Parameters(), by="mediation_id")
    assert by_post["mediation_id"].tolist() == ["m3", "m1", "m2"]
    assert by_post["last_end"].tolist() == ["2026-12-31"] * 3


def test_a_quarter_outside_the_territory_is_not_counted_as_lost():
    table = compared(a=2000.0, b=9000.0).assign(scope=["comparator", "territory"])
    pairs = reach(
        ("m1", "A", "a", 1.0, 1.0, "permanence"), ("m2", "B", "b", 1.0, 1.0, "permanence")
    )
    assert loss_by_structure(table, pairs, Parameters())["structure"].tolist() == ["B"]


def test_the_published_programme_and_its_ratios():
    assert AURA_2024.people_per_post == pytest.approx(117.647059, abs=1e-6)
    assert AURA_2024.cost_per_post_eur == pytest.approx(52_941.176, abs=1e-3)
    assert AURA_2024.cost_per_person_eur == 450
    told = programme_in_words().replace("\u00a0", " ").replace("\u202f", " ")
    for fact in ("85 postes", "4 500 000 €", "10 000 personnes", "118 personnes", "52 941 €",
                 "450 € par personne", "70 % des QPV", "75 % de leurs habitants", "ARS",
                 "publié", "Calculé", "pas des normes"):  # fmt: skip
        assert fact in told


def test_before_and_after_the_end_of_a_convention(make_layers):
    posts = make_layers()["mediation"].assign(
        complete_for="region:84;region:76", convention_end=["2026-06-30", ""]
    )
    layers = make_layers(replace={"mediation": posts})
    states = {}
    for day in ("2026-06-30", "2026-07-01"):
        told = overview(analyse(layers, Parameters(as_of=day)), layers)
        states[day] = told.states
        assert any("Conventions en cours" in remark for remark in told.remarks)
        assert json.dumps(to_record(told), allow_nan=False)
    assert states["2026-06-30"]["non couvert"] == 5
    assert states["2026-07-01"]["non couvert"] == 7


def test_a_departement_of_one_known_quarter_is_no_hundred_percent(make_layers):
    layers = make_layers()
    rows = overview(analyse(layers), layers).departements.set_index("departement")
    assert rows.loc["42", ["qpv_total", "qpv_known"]].tolist() == [5, 2]
    assert rows.loc["42", "inhabitants_share_written"].startswith("au moins ")
    assert rows.loc["42", "mediation_fte_is_minimum"] and rows.loc["42", "residual_is_maximum"]


def test_without_a_file_nothing_is_zero(make_layers):
    layers = make_layers(without=("mediation", "mediation_qpv"))
    record = to_record(overview(analyse(layers), layers))
    assert {line["share"] for line in record["headlines"]} == {None}
    assert record["kinds"] == record["losses"] == []
    assert record["states"]["inconnu"] == 8
    assert "ne veut pas dire absente" in record["remarks"][0]
    assert all(row["mediation_fte"] is None for row in record["departements"])
    assert record["need"]["quarters_at_maximum"] == 7


def test_a_permanence_that_names_no_quarter_serves_those_within_a_walk(make_layers):
    """m1 stands in QN04201M; QN04202M lies 3 km off, QN04201M's neighbour is out of reach."""
    base = make_layers()
    shares = base["mediation_qpv"].query("mediation_id != 'm1'").reset_index(drop=True)
    layers = make_layers(replace={"mediation_qpv": shares})
    far = analyse(layers).qpv.set_index("code_qp")
    assert far.loc["QN04201M", "coverage_state"] == "présence partielle"
    assert far.loc["QN04202M", "coverage_state"] == "inconnu"
    near = analyse(layers, Parameters(walk_min=60.0)).qpv.set_index("code_qp")
    assert near.loc["QN04202M", "mediation_walk_only"] and np.isnan(
        near.loc["QN04202M", "mediation_fte"]
    )
    # 0.4 FTE follows 47.2 people: 2 % of 4,000 and of 2,000 inhabitants, in equal shares.
    served = near.loc[["QN04201M", "QN04202M"], "served_people"]
    assert served.tolist() == pytest.approx([47.2 * 80 / 120, 47.2 * 40 / 120])
    assert "à distance de marche" in near.loc["QN04202M", "sentence"]
