"""A scheme that a source cites in a commune is told wherever mediation is, and never counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo.explain import explain
from geo.mediation.cited import cited_for_quarter, cited_schemes
from geo.portrait.week import week
from geo.schema import Layers
from geo.town import town

SENTENCE = (
    "Un dispositif est cité dans la commune (Agglomération, 2017, source : Fiche), sans quartier "
    "ni temps de travail : il ne compte pas dans les chiffres."
)


@pytest.fixture(scope="module")
def with_scheme(demo_analysis, demo_layers) -> tuple[Layers, str]:
    code = str(demo_analysis.qpv["communes"].iloc[0]).split(";")[0]
    posts = demo_layers["mediation"]
    posts = posts.assign(commune=posts["commune"].where(posts["commune"] != code, ""))
    scheme = posts.iloc[[0]].assign(
        mediation_id="demarche", structure="Agglomération", commune=code, origin="packaged",
        vintage="2017", source_label="Fiche (2017)", fte=np.nan,
    )  # fmt: skip
    posts.iloc[[0]] = scheme
    return replace(demo_layers, tables={**demo_layers.tables, "mediation": posts}), code


def test_the_same_sentence_in_the_commune_and_in_its_quarters(demo_analysis, with_scheme):
    layers, code = with_scheme
    quarter = demo_analysis.qpv.iloc[0]
    assert cited_schemes(layers, [code]) == cited_for_quarter(layers, quarter) == (SENTENCE,)
    assert town(demo_analysis, layers, code).lines[-1] == SENTENCE
    told = week(demo_analysis, layers, quarter["code_qp"])
    assert told.cited == (SENTENCE,)


def test_the_paragraph_does_not_say_only_that_nobody_told(demo_analysis, with_scheme):
    layers, _ = with_scheme
    unknown = demo_analysis.qpv.assign(coverage_state="inconnu")
    analysis = replace(demo_analysis, qpv=unknown)
    text = explain(analysis, layers, unknown["code_qp"].iloc[0]).text
    assert "un dispositif est cité dans la commune (2017), sans quartier." in text


def test_a_commune_without_cited_scheme_is_told_nothing(demo_layers):
    assert cited_schemes(demo_layers, sorted(set(demo_layers["communes"]["code"]))) == ()
