"""What is said of one quarter beyond its row: dates, rates, workers; the unknown is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.quarter import (
    NOBODY,
    NOT_TOLD,
    access_dates,
    coarse_practices,
    near_classes,
    official_apl,
    rates,
    regime_lines,
    without_workers,
    workers,
)
from geo.regimes import REGIMES
from geo.schema import Layers
from tests.geo.faces_fixture import HOSTILE, synthetic_analysis, synthetic_layers

CODE = "QN09901N"


@pytest.fixture
def analysis():
    components = pd.DataFrame(
        {
            "code_qp": [CODE, CODE, CODE, "QN09902N"],
            "component": ["poverty_share", "c2s_share", "digital_fragility", "poverty_share"],
            "value": [0.512, np.nan, 128.4, 0.2],
            "unit": ["part", "part", "indice", "part"],
            "status": ["modelled", "suppressed", "modelled", "observed"],
            "vintage": ["édition 2022", "", "2020", "édition 2022"],
            "perimeter": ["2015", "", "2024", "2024"],
            "percentile": [81.4, np.nan, 20.0, 50.0],
        }
    )
    pairs = pd.DataFrame(
        {"code_qp": [CODE], "mediation_id": ["m1"], "relation": ["served"], "share": [0.4]}
    )
    return replace(synthetic_analysis(), components=components, mediation_in_qpv=pairs)


@pytest.fixture
def layers():
    made = synthetic_layers()
    posts = made["mediation"].assign(
        fte=0.5, fte_status="observed", weekdays="lundi;jeudi", starts_at="09:00", ends_at="12:00",
        source_label="Fichier de la ville, 2025",
    )  # fmt: skip
    funders = pd.DataFrame(
        {"mediation_id": ["m1", "m1"], "funder": ["ARS", "Ville"], "share": [0.6, np.nan]}
    )
    tables = {**made.tables, "mediation": posts, "mediation_funders": funders}
    return Layers(made.territory, tables, fictional=True)


def _plain(text):
    return text.replace("\u00a0", " ")


def test_rates_have_value_place_perimeter_and_vintage(analysis):
    poverty, c2s, digital = rates(analysis, CODE)
    assert (poverty.heading, _plain(poverty.value)) == ("Taux de pauvreté", "51 %")
    assert poverty.rank == (
        "dans le tiers le plus touché de la région (rang 81 sur 100, chaque "
        "quartier pesant par ses habitants)"
    )
    assert poverty.about == "modélisé, périmètre 2015, édition 2022"
    assert (c2s.value, c2s.rank) == ("s (secret statistique)", "")
    assert digital.value == "128 (indice)"
    assert digital.rank.startswith("dans le tiers le moins touché")


def test_workers_have_days_time_and_funders(analysis, layers):
    [worker] = workers(analysis, layers, CODE)
    told = _plain(" | ".join(worker.lines))
    assert worker.structure == HOSTILE
    assert "permanence, intervient pour le quartier" in told
    assert "jours : lundi, jeudi, 09:00-12:00" in told
    assert "0,50 ETP (observé), dont 40 % pour ce quartier" in told
    assert "financeurs : ARS (60 %) et Ville" in told
    assert workers(analysis, layers, "QN09902N") == []


def test_a_post_of_unknown_time_or_share_says_so(analysis, layers):
    unknown = layers["mediation"].assign(fte=np.nan, fte_status="missing")
    pairs = analysis.mediation_in_qpv.assign(share=np.nan)
    without = Layers(layers.territory, {**layers.tables, "mediation": unknown}, fictional=True)
    assert "temps de travail non connu" in workers(analysis, without, CODE)[0].lines
    shared = workers(replace(analysis, mediation_in_qpv=pairs), layers, CODE)[0].lines
    assert "0,50 ETP (observé), part de ce quartier non connue" in shared


def test_nobody_known_and_nobody_told_are_two_things(analysis):
    told = {row["coverage_state"]: without_workers(row) for _, row in analysis.qpv.iterrows()}
    assert told["inconnu"] == NOT_TOLD
    assert told["non couvert"] == NOBODY


def test_access_stands_beside_the_official_figure_and_its_dates(analysis, layers):
    row = analysis.qpv.iloc[0]
    assert official_apl(row) == "APL officielle de la commune : 3,2 (Drees, 2021)"
    unknown = row.copy()
    unknown["apl_commune"] = np.nan
    assert official_apl(unknown) == "APL officielle de la commune : non connue"
    assert access_dates(layers) == "Dates de l'accès : médecins : 2018"


def test_practices_known_at_the_commune_are_counted_apart(analysis, layers):
    assert coarse_practices(analysis, layers, CODE) == ""
    coarse = layers["supply"].assign(precision="commune")
    changed = Layers(layers.territory, {**layers.tables, "supply": coarse}, fictional=True)
    assert "connus à la commune seulement : 3 ;" in coarse_practices(analysis, changed, CODE)


def test_regimes_of_a_quarter_are_told_with_their_reason_and_date():
    analysis = synthetic_analysis()
    lines = regime_lines(analysis, "QN09901N")
    assert lines[0] == ("QPV 2024 : retenu", "Raison de qpv_2024. (observé, 01/01/2024)")
    assert [said for said, _ in lines[1:]] == [
        "Lecture UFC : non retenu",
        "ZIP ou ZAC : indéterminé",
    ]
    assert near_classes(analysis, "QN09905I") == []


def test_every_quarter_of_the_demo_tells_its_regimes(demo_analysis):
    for code in demo_analysis.qpv["code_qp"]:
        lines = regime_lines(demo_analysis, code)
        assert len(lines) == len(REGIMES) and all(said and why for said, why in lines)
        assert len(near_classes(demo_analysis, code)) <= 3
