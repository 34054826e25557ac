"""Scenarios on the demo: pure layers, gains and losses of the right sign, nothing invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import Analysis, Layers, Parameters
from geo.column_words import STATUS_WORDS
from geo.errors import BadInput
from geo.report.scenario import effects_frame, refusal_lines
from geo.scenarios import Change, Scenario, apply_scenario, compare, effects, sentences, to_record
from geo.scenarios.changes import as_record, from_record
from geo.scenarios.effects import changed_rows
from geo.schema import TABLES, validate
from geo.words import number

GP = "medecin_generaliste"
SETTINGS = Parameters()


def one(**changes) -> Scenario:
    return Scenario("essai", (Change(**changes),))


@pytest.fixture(scope="module")
def quarter(demo_analysis: Analysis) -> str:
    return str(demo_analysis.qpv["code_qp"].iloc[0])


@pytest.fixture(scope="module")
def surgery(demo_layers: Layers) -> pd.Series:
    supply = demo_layers["supply"]
    own = supply[(supply["profession"] == GP) & (supply["practices"] >= 1)]
    return own.iloc[0]


def gp_places(layers: Layers) -> float:
    supply = layers["supply"]
    return float(supply.loc[supply["profession"] == GP, "practices"].sum())


def test_layers_given_are_left_as_they_were(demo_layers: Layers, quarter, surgery) -> None:
    before = {name: table.copy() for name, table in demo_layers.tables.items()}
    everything = Scenario(
        "tout",
        (
            Change("ajouter", "cabinet", qpv=quarter, places=2),
            Change("ajouter", "centre_de_sante", qpv=quarter, fte=1.5),
            Change("ajouter", "mediateur", qpv=quarter, fte=0.5),
            Change("fermer", "cabinet", target=surgery["supply_id"], places=0.5),
            Change("deplacer", "cabinet", target=surgery["supply_id"], qpv=quarter),
        ),
    )
    after = apply_scenario(demo_layers, everything, SETTINGS)
    for name, table in before.items():
        pd.testing.assert_frame_equal(demo_layers.tables[name], table)
    for name in ("supply", "mediation", "mediation_qpv"):
        assert name in TABLES
        validate(name, after[name])


def test_sizes_are_counted_in_places_of_practice(demo_layers: Layers, quarter, surgery) -> None:
    def gained(**changes) -> float:
        after = apply_scenario(demo_layers, one(**changes), SETTINGS)
        return gp_places(after) - gp_places(demo_layers)

    new = {"action": "ajouter", "object": "cabinet", "qpv": quarter}
    assert gained(**new) == pytest.approx(1)
    assert gained(**new, places=3) == pytest.approx(3)
    per_fte = SETTINGS.consultations_per_fte / SETTINGS.consultations_per_practice
    assert gained(**new, fte=2) == pytest.approx(2 * per_fte)
    assert gained(**new, capacity=SETTINGS.consultations_per_fte) == pytest.approx(per_fte)
    assert gained(action="ajouter", object="centre_de_sante", qpv=quarter) == 0
    closed = {"action": "fermer", "object": "cabinet", "target": surgery["supply_id"]}
    assert gained(**closed) == pytest.approx(-surgery["practices"])
    assert gained(**closed, places=0.5) == pytest.approx(-0.5)
    moved = {**closed, "action": "deplacer", "qpv": quarter}
    assert gained(**moved) == pytest.approx(0)


def test_a_practice_added_never_lowers_any_access(
    demo_layers: Layers, demo_analysis: Analysis, quarter
) -> None:
    found = effects(
        demo_layers,
        one(action="ajouter", object="cabinet", qpv=quarter, places=4),
        SETTINGS,
        demo_analysis,
    )
    change = found.table.set_index("code_qp")["access_change"].dropna()
    assert (change >= -1e-9).all() and change[quarter] > 0
    assert found.people["qpv_gain"] > 0 and found.people["qpv_lose"] == 0
    own = found.table.set_index("code_qp")
    gained = own.loc[own["access_change"] > 0.005, "population"].sum()
    assert found.people["qpv_gain"] == gained
    # Adding then closing what was added: the demo as it was.
    there_and_back = Scenario(
        "aller et retour",
        (
            Change("ajouter", "cabinet", qpv=quarter, places=4),
            Change("fermer", "cabinet", target="scenario-1"),
        ),
    )
    same = effects(demo_layers, there_and_back, SETTINGS, demo_analysis)
    assert changed_rows(same) == []


def test_a_closure_is_a_loss_and_two_scenarios_are_set_side_by_side(
    demo_layers: Layers, demo_analysis: Analysis, quarter, surgery
) -> None:
    closed = effects(
        demo_layers,
        one(action="fermer", object="cabinet", target=surgery["supply_id"]),
        SETTINGS,
        demo_analysis,
    )
    assert closed.people["all_lose"] > 0 and closed.people["all_gain"] == 0
    mediator = effects(
        demo_layers,
        one(action="ajouter", object="mediateur", qpv=quarter, fte=0.5),
        SETTINGS,
        demo_analysis,
    )
    own = mediator.table.set_index("code_qp").loc[quarter]
    before = demo_analysis.qpv.set_index("code_qp").loc[quarter]
    served = min(before["residual_people"], 0.5 * SETTINGS.people_per_fte)
    assert own["residual_change"] == pytest.approx(-served)
    assert own["mediation_fte_after"] == pytest.approx(before["mediation_fte"] + 0.5)
    assert mediator.people["residual_less"] == pytest.approx(served)
    assert mediator.people["all_gain"] == mediator.people["all_lose"] == 0
    both = compare(closed, mediator).set_index("code_qp")
    assert both.loc[quarter, "residual_people_second"] == own["residual_people_after"]
    assert both.loc[quarter, "residual_people_first"] == own["residual_people_before"]
    told = to_record(mediator)
    assert told["fictional"] and told["people"]["qpv_gain"] == 0
    [line] = sentences(mediator)  # a mediator moves nothing of the access to doctors
    assert "de plus" in line and "suivies chaque année" in line and "0,0" not in line
    medical = sentences(closed)
    assert any("aucun habitant n'y gagne" in line for line in medical)
    assert not any("Médiation" in line for line in medical)
    shown = effects_frame(mediator).set_index("Code").loc[quarter]
    assert shown["Habitants"] == number(before["population"])
    assert shown["Statut population"] in STATUS_WORDS.values()


def test_a_capacity_of_a_mediator_is_people_a_year(demo_layers: Layers, quarter) -> None:
    after = apply_scenario(
        demo_layers,
        one(action="ajouter", object="mediateur", qpv=quarter, capacity=59),
        SETTINGS,
    )
    own = after["mediation"].set_index("mediation_id").loc["scenario-1"]
    assert own["fte"] == pytest.approx(0.5) and own["fte_status"] == "modelled"


def test_a_mediator_moved_leaves_its_quarter(
    demo_layers: Layers, demo_analysis: Analysis, quarter
) -> None:
    shares = demo_layers["mediation_qpv"]
    active = demo_analysis.mediation_reach
    post = active.loc[active["share"] == 1, "mediation_id"].iloc[0]
    left = shares.loc[shares["mediation_id"] == post, "code_qp"].iloc[0]
    to = quarter if quarter != left else str(demo_analysis.qpv["code_qp"].iloc[1])
    after = apply_scenario(
        demo_layers, one(action="deplacer", object="mediateur", target=post, qpv=to), SETTINGS
    )
    moved = after["mediation_qpv"]
    assert moved.loc[moved["mediation_id"] == post, "code_qp"].tolist() == [to]
    assert len(after["mediation"]) == len(demo_layers["mediation"])


def test_a_point_finds_its_commune_and_a_point_at_sea_is_refused(
    demo_layers: Layers, demo_analysis: Analysis
) -> None:
    point = demo_analysis.qpv.geometry.iloc[0].representative_point()
    after = apply_scenario(
        demo_layers,
        one(action="ajouter", object="cabinet", lon=point.x, lat=point.y),
        SETTINGS,
    )
    own = after["supply"].set_index("supply_id").loc["scenario-1"]
    assert own["commune"] in demo_analysis.qpv["communes"].iloc[0]
    with pytest.raises(BadInput, match=r"dans aucune commune.*interverties"):
        apply_scenario(
            demo_layers,
            one(action="ajouter", object="cabinet", lon=point.y, lat=point.x),
            SETTINGS,
        )


def test_every_change_that_cannot_be_applied_is_named(demo_layers: Layers, surgery) -> None:
    wrong = Scenario(
        "faux",
        (
            Change("fermer", "cabinet", target=f"{surgery['supply_id']}x"),
            Change("fermer", "cabinet", target=surgery["supply_id"], places=99),
            Change("ajouter", "cabinet", qpv="QN01001N"),
            Change("fermer", "mediateur", target="personne"),
        ),
    )
    with pytest.raises(BadInput) as refused:
        apply_scenario(demo_layers, wrong, SETTINGS)
    said = str(refused.value)
    assert f"Voisins : {surgery['supply_id']}" in said
    for text in ("changement 2", "99 lieux demandés", "QN01001N n'est pas", "changement 4"):
        assert text in said


def test_records_say_what_is_wrong_with_each_key() -> None:
    def wrong(**record) -> dict[str, str]:
        return dict(from_record(record)[1])

    assert set(wrong(action="bouger", objet="gare")) == {"action", "objet"}
    assert set(wrong(action="ajouter", objet="cabinet", etp="2", color=1)) == {"etp", "color"}
    assert "lieu" in wrong(action="ajouter", objet="cabinet", lon=4.0)["lon"]
    assert "QN04217M" in wrong(action="ajouter", objet="cabinet", qpv="Mâchecroute")["qpv"]
    assert (
        "seule taille"
        in wrong(action="ajouter", objet="cabinet", qpv="QN04217M", lieux=1, etp=1)["etp"]
    )
    assert "50" in wrong(action="ajouter", objet="mediateur", qpv="QN04217M", etp=70)["etp"]
    assert "etp" in wrong(action="ajouter", objet="mediateur", qpv="QN04217M")
    assert set(wrong(action="fermer", objet="cabinet", qpv="QN04217M")) == {"qpv", "cible"}
    assert "etp" in wrong(action="ajouter", objet="cabinet", qpv="QN04217M", etp=np.nan)
    good = {"action": "ajouter", "objet": "cabinet", "qpv": "QN04217M", "lieux": 2.0}
    change, problems = from_record(good)
    assert not problems and change is not None and as_record(change) == good
    with pytest.raises(BadInput, match=r"changement 1, qpv"):
        apply_scenario(None, one(action="ajouter", object="cabinet", qpv="x"), SETTINGS)  # type: ignore[arg-type]


def test_a_refusal_speaks_the_words_of_the_form() -> None:
    _, wrong = from_record({"action": "ajouter", "objet": "cabinet"})
    assert refusal_lines(wrong)[0].startswith("Quartier du lieu : choisissez-en un")
    _, wrong = from_record({"action": "fermer", "objet": "cabinet"})
    assert refusal_lines(wrong) == ["Lequel : choisissez ce qui est déplacé ou fermé."]
