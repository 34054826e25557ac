"""Key figures, summary and quality in words: unknown is said, never counted as zero."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from geo.columns import BY_ID
from geo.figures import (
    filter_in_words,
    key_figures,
    map_summary,
    quarter_facts,
    situation_counts,
    territory_heading,
    territory_title,
)
from geo.programme import AURA_SOURCE
from geo.quality import problems_table, quality_sentences
from geo.schema import Layers
from tests.geo.faces_fixture import synthetic_analysis, synthetic_layers


@pytest.fixture(scope="module")
def analysis():
    return synthetic_analysis()


def _by_id(analysis):
    return {figure.id: figure for figure in key_figures(analysis)}


def test_every_figure_has_status_source_and_definition(analysis):
    figures = key_figures(analysis)
    assert len(figures) == 8
    for figure in figures:
        assert figure.status
        assert figure.source
        assert figure.definition.endswith(".")


def test_figures_count_what_the_table_holds(analysis):
    figures = _by_id(analysis)
    assert figures["qpv"].value == "5"
    assert figures["desert"].value == "2"
    assert figures["need"].value == "2"
    assert figures["both"].value == "1"
    assert figures["desert"].status == "modélisé ; accès estimé pour 4 sur 5"
    assert "pas un seuil officiel" in figures["desert"].definition
    assert figures["coverage_qpv"].status.startswith("observé")
    people = figures["coverage_people"].status
    assert people.startswith("modélisé ; populations du périmètre 2015, indicatives")
    assert figures["coverage_qpv"].value == "au moins 40\u00a0%"
    assert figures["coverage_people"].value == "au moins 49\u00a0%"
    assert figures["residual_people"].value == "70"
    assert "2\u00a0quartiers non estimés" in figures["residual_people"].status
    order = "ordre de grandeur : 2\u00a0% des habitants (hypothèse), 118 personnes par ETP"
    for missing in (figures["residual_people"], figures["residual_fte"]):
        assert f"{order} ; hors médiateurs non connus" in missing.status


def test_an_unknown_coverage_is_said_unknown_not_zero(analysis):
    coverage = replace(analysis.coverage, qpv_known=0, qpv_unknown=5, qpv_share=math.nan)
    figure = _by_id(replace(analysis, coverage=coverage))["coverage_qpv"]
    assert figure.value == "non connu"
    assert figure.status.startswith("manquant")


def test_a_share_of_few_known_quarters_is_the_least_of_all(analysis):
    few = replace(analysis.coverage, qpv_known=1, qpv_unknown=4, qpv_share=0.2)
    figure = _by_id(replace(analysis, coverage=few))["coverage_qpv"]
    assert (figure.value, figure.unit) == ("au moins 20\u00a0%", "des quartiers")


def test_situations_are_counted_with_their_zeros(analysis):
    without = replace(analysis, qpv=analysis.qpv.iloc[:2])
    assert situation_counts(without) == {
        "double peine": 1,
        "désert médical seul": 1,
        "non-recours seul": 0,
        "hors alerte": 0,
        "indéterminé": 0,
    }


def test_the_summary_says_the_unknown(analysis):
    summary = map_summary(analysis).replace("\u00a0", " ")
    assert summary.startswith(
        "5 quartiers prioritaires. 2 quartiers d'accès faible : 1 en double peine, "
        "1 en désert médical seul."
    )
    assert "1 quartier sans score" in summary


def test_the_summary_says_when_access_is_low_and_the_need_unknown(analysis):
    qpv = analysis.qpv.copy()
    qpv.loc[1, ["situation", "need_class"]] = ["indéterminé", ""]
    summary = map_summary(replace(analysis, qpv=qpv)).replace("\u00a0", " ")
    told = "2 quartiers d'accès faible : 1 en double peine, 1 indéterminé (besoin inconnu)."
    assert told in summary
    qpv.loc[2, ["situation", "need_class", "access_class"]] = ["indéterminé", "", ""]
    summary = map_summary(replace(analysis, qpv=qpv))
    everywhere = situation_counts(replace(analysis, qpv=qpv))["indéterminé"]
    assert f"Indéterminés en tout : {everywhere}." in summary


def test_a_filter_says_itself(analysis):
    assert filter_in_words(analysis, None) == ""
    assert filter_in_words(analysis, ["double peine"]) == "Filtre actif : double peine (1 sur 5)"
    told = filter_in_words(analysis, ["hors alerte", "double peine"])
    assert told == "Filtre actif : double peine et hors alerte (2 sur 5)"


@pytest.mark.parametrize(
    ("territory", "title"),
    [
        ("dep:42", "Loire (42)"),
        ("region:84", "Auvergne-Rhône-Alpes (84)"),
        ("epci:244200770", "EPCI 244200770"),
        ("france", "France"),
        ("demo", "Territoire de démonstration"),
        ("commune:99001", "Port-Brume (99001)"),
    ],
)
def test_a_territory_is_named_in_words(analysis, territory, title):
    assert territory_title(replace(analysis, territory=territory)) == title


@pytest.mark.parametrize(
    ("territory", "heading"),
    [
        ("region:84", "Auvergne-Rhône-Alpes (region:84)"),
        ("epci:244200770", "EPCI (epci:244200770)"),
        ("france", "France"),
        ("demo", "Territoire de démonstration (demo)"),
        ("commune:99001", "Port-Brume (commune:99001)"),
        ("commune:98999", "Commune (commune:98999)"),
    ],
)
def test_a_heading_names_a_territory_and_what_commands_call_it(analysis, territory, heading):
    assert territory_heading(territory, analysis.communes) == heading


def test_facts_of_a_quarter_tell_hidden_from_unknown(analysis):
    hidden = dict(quarter_facts(analysis.qpv.iloc[1]))
    unknown = dict(quarter_facts(analysis.qpv.iloc[4]))
    known = dict(quarter_facts(analysis.qpv.iloc[0]))
    assert hidden["Population"] == "s (secret statistique)"
    assert unknown["Population"] == "non connu"
    assert known["Population"] == "1\u202f669 habitants (observé, périmètre 2015)"
    told = "1 lieu (observé, distance de marche estimée)"
    assert known["Aides numériques et sociales à pied"] == told
    assert known["Généraliste le plus proche"] == "4 min en voiture (modélisé)"


def test_quality_is_told_in_words(analysis):
    layers = synthetic_layers()
    found = pd.DataFrame(
        {
            "kind": ["repaired", "suppressed"], "source_id": ["a", "b"], "file": ["a.zip", "b.csv"],
            "line": [0, 7], "column": ["", "x"], "value": ["", "s"], "expected": ["", ""],
            "message": ["réparé", "caché"], "count": [3, 1],
        }
    )  # fmt: skip
    told = Layers(layers.territory, {**layers.tables, "problems": found}, fictional=True)
    sentences = " ".join(quality_sentences(told, analysis)).replace("\u00a0", " ")
    assert "3 contours ou valeurs réparés (a.zip)." in sentences
    assert "1 valeur cachée par le secret statistique (b.csv)." in sentences
    assert "Aucun problème" not in sentences
    assert "Valeurs douteuses" not in sentences
    table = problems_table(told)
    assert list(table["Nature"]) == ["réparé", "secret"]
    assert math.isnan(table["Ligne"].iloc[0])
    assert "Aucun problème" in quality_sentences(layers, analysis)[0]


def test_quality_says_what_doubtful_values_change(analysis):
    layers = synthetic_layers()
    found = pd.DataFrame(
        {
            "kind": ["suspect"], "source_id": ["hospitals"], "file": ["FR.csv"], "line": [0],
            "column": [""], "value": [""], "expected": [""], "message": ["douteux"], "count": [11],
        }
    )  # fmt: skip
    told = Layers(layers.territory, {**layers.tables, "problems": found}, fictional=True)
    sentences = quality_sentences(told, analysis)
    assert (
        "Valeurs douteuses, hospitals : les positions douteuses sont ramenées à la commune."
        in sentences
    )


def test_quality_says_partial_files_and_files_of_elsewhere(analysis):
    layers = synthetic_layers()
    codes = list(analysis.qpv["code_qp"][:3])
    pairs = pd.DataFrame(
        {
            "code_2024": codes, "label_2024": codes, "change": ["INCHANGE", "MODIFIE", "NOUVEAU"],
            "code_2015": ["QP099001", "QP099002", ""], "label_2015": ["", "", ""],
            "suspect": [False] * 3, "code_2015_by_label": ["QP099001", "QP099002", ""],
        }
    )  # fmt: skip
    older = analysis.qpv.iloc[:1].assign(code_qp="QP099001")
    sources = pd.concat([analysis.sources.assign(source_id="finess", title="Finess")])
    tables = {**layers.tables, "correspondence": pairs, "qpv_2015": older, "sources": sources}
    sentences = quality_sentences(Layers(layers.territory, tables, fictional=True), analysis)
    [partial] = [sentence for sentence in sentences if sentence.startswith("Fichiers partiels :")]
    assert "contours de 2015 : 1 des 2 quartiers" in partial
    assert "Finess : aucun établissement de ce territoire dans le fichier apporté." in sentences
    whole = pd.concat([older, older.assign(code_qp="QP099002")])
    complete = Layers(layers.territory, {**tables, "qpv_2015": whole}, fictional=True)
    assert not any("Fichiers partiels" in told for told in quality_sentences(complete, analysis))


def test_a_gap_where_nobody_declared_mediation_holds_only_if_nobody_works_there(analysis):
    nobody = replace(analysis, qpv=analysis.qpv.assign(mediation_fte=math.nan))
    figure = _by_id(nobody)["residual_fte"]
    assert figure.brief.endswith("si aucun médiateur ne travaille déjà")
    row = nobody.qpv[nobody.qpv["residual_fte"].notna()].iloc[0]
    told = dict(quarter_facts(row))[BY_ID["residual_fte"].heading]
    assert told.endswith("si aucun médiateur ne travaille déjà)")
    known = analysis.qpv[analysis.qpv["mediation_fte"].notna()].iloc[0]
    assert "si aucun" not in dict(quarter_facts(known))[BY_ID["residual_fte"].heading]


def test_the_posts_published_of_a_region_stand_beside_a_gap_that_leaves_them_out(analysis):
    nobody = analysis.qpv.assign(mediation_fte=math.nan, region="84")
    figure = _by_id(replace(analysis, qpv=nobody))["residual_fte"]
    assert figure.brief.endswith("or 85\u00a0postes sont publiés pour toute la région (ARS, 2024)")
    assert AURA_SOURCE in figure.definition
    mixed = nobody.assign(region=["11", *nobody["region"].iloc[1:]])
    assert "publié" not in _by_id(replace(analysis, qpv=mixed))["residual_fte"].brief
    known = replace(analysis, qpv=analysis.qpv.assign(region="84"))
    assert "publié" not in _by_id(known)["residual_fte"].brief
