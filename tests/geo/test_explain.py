"""The paragraph of a QPV: short, traceable to cells, and never stating a model as a count."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from geo.errors import BadInput
from geo.explain import MAX_PARAGRAPH_WORDS, explain
from geo.explain.need_clause import Detail, need_clause
from geo.indicators import indicator
from geo.words import number

_MODELLED_WORDS = re.compile(r"estim|indicati", re.IGNORECASE)
_FIGURE = re.compile(r"\d[\d\u202f]*(?:,\d+)?")


def _is_written(figure, sentence):
    """Whether a figure stands alone in a sentence: « 36 » is not in « 0,36 »."""
    return re.search(rf"(?<![\d,\u202f]){re.escape(figure)}(?![\d,]\d)", sentence)


@pytest.fixture(scope="module")
def paragraphs(demo_analysis, demo_layers):
    return [explain(demo_analysis, demo_layers, code) for code in demo_analysis.qpv["code_qp"]]


def test_every_paragraph_is_short_and_whole(paragraphs):
    for told in paragraphs:
        assert len(told.text.split()) <= MAX_PARAGRAPH_WORDS, told.text
        assert told.text.endswith(".")
        assert not re.search(r"\bnan\b", told.text, re.IGNORECASE)
        assert told.fictional


def test_one_driver_of_the_need_weighs_and_several_weigh(demo_analysis):
    row = next(iter(demo_analysis.qpv.to_dict("records"))) | {"need_class": "middle"}
    one = {"weight": 0.5, "percentile": 90.0, "contribution": 9.0}
    names = ("c2s_share", "poverty_share", "single_parent_share")
    drivers = pd.DataFrame([{"component": name, **one} for name in names])

    def told(*places):
        detail = Detail(2, figures=False, whole=False)
        return need_clause(row, drivers.iloc[list(places)], detail).text

    assert "où pèse le plus le recours à la complémentaire santé solidaire." in told(0)
    assert "où pèsent le plus les familles monoparentales." in told(2)
    assert "où pèsent le plus le recours" in told(0, 1)


def test_every_figure_written_is_in_the_cell_that_it_names(paragraphs, demo_analysis):
    tables = {
        "qpv": demo_analysis.qpv.set_index("code_qp"),
        "components": demo_analysis.components.assign(
            key=lambda rows: rows["code_qp"] + "/" + rows["component"]
        ).set_index("key"),
    }
    for told in paragraphs:
        for fact in told.facts:
            cell = tables[fact.table].loc[fact.row, fact.column]
            assert fact.value == pytest.approx(float(cell), rel=0, abs=0)
            assert fact.written in told.text
            assert fact.source
            assert fact.status in ("observed", "modelled")


def test_no_figure_is_written_without_a_cell(paragraphs, demo_analysis, demo_layers):
    named = demo_analysis.qpv.set_index("code_qp")
    reach = number(demo_analysis.parameters.reach_min)
    doctors = demo_layers["supply"].query("profession == 'medecin_generaliste'")
    (year,) = set(doctors["vintage"])
    for told in paragraphs:
        # Dates and scales are no figures; they go first, « 21 » being in « 2021 » too.
        left = told.text.replace(str(named.loc[told.code_qp, "label"]), "")
        left = left.replace(f"cabinets de {year}", "")
        left = re.sub(r"sur 100\b|périmètre 20(15|24)", "", left)
        left = left.replace(f"moins de {reach}\u00a0minutes", "")
        for fact in sorted(told.facts, key=lambda fact: -len(fact.written)):
            left = left.replace(fact.written, "", 1)
        assert not _FIGURE.findall(left), (told.text, left)


def test_a_sentence_with_a_modelled_figure_says_that_it_is_one(paragraphs):
    checked = 0
    for told in paragraphs:
        for sentence in re.split(r"(?<=\.) ", told.text):
            modelled = [
                fact for fact in told.facts
                if fact.status == "modelled" and _is_written(fact.written, sentence)
            ]  # fmt: skip
            if modelled:
                checked += 1
                assert _MODELLED_WORDS.search(sentence), sentence
    assert checked > len(paragraphs)


def test_what_is_missing_is_said_and_never_zero(demo_analysis, demo_layers):
    unknown = demo_analysis.qpv[demo_analysis.qpv["population"].isna()]
    assert len(unknown)
    for code in unknown["code_qp"]:
        told = explain(demo_analysis, demo_layers, code)
        assert "n'est pas publiée" in told.text
        assert "restent inconnues" in told.text
        assert not re.search(r"\b0 (habitant|personne)", told.text)


def test_a_suppressed_population_is_not_written(demo_analysis, demo_layers):
    qpv = demo_analysis.qpv.copy()
    qpv.loc[0, "population_status"] = "suppressed"
    hidden = dataclasses.replace(demo_analysis, qpv=qpv)
    told = explain(hidden, demo_layers, qpv.loc[0, "code_qp"])
    assert "secret statistique" in told.text
    assert number(qpv.loc[0, "population"]) not in told.text


def test_long_names_give_way_to_what_matters(demo_analysis, demo_layers):
    posts = demo_layers["mediation"].copy()
    posts["structure"] = [f"Association {'très ' * 60}{index}" for index in range(len(posts))]
    layers = dataclasses.replace(demo_layers, tables={**demo_layers.tables, "mediation": posts})
    served = demo_analysis.mediation_in_qpv["code_qp"].iloc[0]
    told = explain(demo_analysis, layers, served)
    assert len(told.text.split()) <= MAX_PARAGRAPH_WORDS
    assert "Une médiation en santé y est déclarée" in told.text
    assert "très" not in told.text


def test_what_bears_the_need_is_the_last_to_be_left_out(demo_analysis, demo_layers, monkeypatch):
    parts = demo_analysis.components
    borne = parts[(parts["weight"] > 0) & (parts["percentile"] > 50)]
    [code, *_] = sorted(set(borne["code_qp"]))
    top = borne[borne["code_qp"] == code].sort_values("contribution")["component"].iloc[-1]
    whole = explain(demo_analysis, demo_layers, code)
    # Room for the paragraph that names what bears the need, and for no longer one.
    for room in range(len(whole.text.split()), 0, -1):
        monkeypatch.setattr("geo.explain.paragraph.MAX_PARAGRAPH_WORDS", room)
        told = explain(demo_analysis, demo_layers, code)
        if len(told.text.split()) > room:
            break
        short = told
        if indicator(top).noun_fr in told.text:
            named = told
    assert indicator(top).noun_fr not in short.text
    assert not any(fact.table == "components" for fact in named.facts)
    assert len(named.text.split()) - len(short.text.split()) < 20


def test_an_unknown_quarter_is_refused(demo_analysis, demo_layers):
    with pytest.raises(BadInput, match="QN99999M"):
        explain(demo_analysis, demo_layers, "QN99999M")


def test_nobody_in_reach_reads_as_an_estimate(demo_analysis, demo_layers):
    qpv = demo_analysis.qpv.copy()
    qpv.loc[0, "access"] = 0.0
    alone = dataclasses.replace(demo_analysis, qpv=qpv)
    text = explain(alone, demo_layers, qpv.loc[0, "code_qp"]).text
    assert "aucun généraliste à moins de" in text
    assert not np.isnan(alone.qpv.loc[0, "access"])
