"""The filter of the map: situations, one cell of the legend, communes."""

from __future__ import annotations

import pytest

from geo.figures import filter_in_words
from geo.kept import CELL_WORDS, cell_counts, kept, quarter_cells
from geo.legend import cells
from geo.legend_html import legend_html
from geo.report import screen_frame
from tests.geo.faces_fixture import synthetic_analysis


@pytest.fixture(scope="module")
def analysis():
    return synthetic_analysis()


def test_every_quarter_is_in_one_cell_of_the_legend(analysis):
    counts = cell_counts(analysis.qpv)
    assert list(counts) == cells() == sorted(CELL_WORDS, key=cells().index)
    assert sum(counts.values()) == len(analysis.qpv)
    assert quarter_cells(analysis.qpv).iloc[-1] == "unknown"


def test_filters_add_up_and_none_keeps_all(analysis):
    qpv = analysis.qpv
    assert kept(qpv).all()
    assert list(qpv["code_qp"][kept(qpv, None, "low-high")]) == ["QN09901N"]
    assert not kept(qpv, ["hors alerte"], "low-high").any()
    commune = qpv["commune_label"].iloc[0]
    assert kept(qpv, communes=[commune]).sum() == (qpv["commune_label"] == commune).sum()
    assert not kept(qpv, communes=["ailleurs"]).any()


def test_the_table_has_the_rows_of_the_filter_in_the_same_order(analysis):
    shown = screen_frame(analysis, ["double peine", "hors alerte"], "low-high")
    assert list(shown["code_qp"]) == ["QN09901N"]


def test_a_cell_is_said_in_words(analysis):
    told = filter_in_words(analysis, None, "low-high")
    assert told == "Filtre actif : case « accès faible, besoin restant élevé » (1 sur 5)"


def test_the_cells_of_the_legend_are_buttons_that_say_what_they_keep(analysis):
    html = legend_html(cells=cell_counts(analysis.qpv))
    assert html.count('aria-pressed="false"') == len(cells())
    assert 'data-case="low-high"' in html
    assert "accès faible, besoin restant élevé : 1 quartier" in html.replace("\u00a0", " ")
    assert "<button" not in legend_html()
