"""The 3 × 3 legend: orientation, darkness, patterns that read in grey, readable text."""

from __future__ import annotations

import re

import pytest

from geo import legend
from geo.legend_html import legend_html, scores_html
from geo.overlap import SITUATIONS

INKS = ("#1b1b1f", "#4a4a55")


def _mean_luminance(key: str) -> float:
    """Rough mean darkness of a tile: ground, minus the share its dark strokes cover."""
    content = legend.pattern_content(key)
    ground = legend.luminance(re.search(r'fill="(#\w{6})"', content)[1])
    covered = 0.0
    for path, width in re.findall(r'<path d="([^"]+)"[^>]*stroke-width="([\d.]+)"', content):
        diagonals = path.count("M") / 3
        covered += diagonals * float(width) * 2**0.5 / legend.PATTERN_SIZE
    return ground * (1 - min(covered, 1.0))


def test_low_access_and_high_need_is_the_darkest_colour():
    assert legend.cell_colour("low", "high") == "#3b4994"
    assert legend.cell_colour("high", "low") == "#e8e8e8"
    assert legend.cell_colour("low", "low") == "#5ac8c8"
    assert legend.cell_colour("high", "high") == "#be64ac"
    assert min(legend.cells(), key=_mean_luminance) == "low-high"


def test_the_nine_cells_and_unknown_all_look_different_without_colour():
    grey = {re.sub(r'fill="#\w{6}"', "", legend.pattern_content(key)) for key in legend.cells()}
    assert len(grey) == len(legend.cells()) == 10


@pytest.mark.parametrize(("access", "need"), [("", "high"), ("low", ""), ("?", "?")])
def test_an_unknown_class_is_its_own_cell_never_a_class(access, need):
    assert legend.cell(access, need) == "unknown"
    assert legend.cell_colour(access, need) == legend.UNKNOWN_COLOUR
    assert "circle" in legend.pattern_content("unknown")


def test_text_and_outlines_contrast_enough():
    for ink in INKS:
        assert legend.contrast(ink, "#ffffff") >= 4.5
    for key in legend.cells()[:-1]:
        colour = legend.cell_colour(*key.split("-"))
        assert max(legend.contrast(colour, "#f7f6f2"), legend.contrast(legend.OUTLINE, colour)) >= 2
    assert legend.contrast(legend.OUTLINE, "#f7f6f2") >= 3
    for _, _, colour, _ in legend.SYMBOLS:
        assert legend.contrast(colour, "#f7f6f2") >= 3


def test_contrast_is_the_published_one():
    assert legend.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert legend.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_points_grow_and_darken_with_the_score():
    styles = [legend.score_style(score) for score in (10, 40, 60, 90)]
    radii = [radius for _, radius in styles]
    darkness = [legend.luminance(colour) for colour, _ in styles]
    assert radii == sorted(set(radii))
    assert darkness == sorted(set(darkness), reverse=True)
    assert legend.score_style(None) == legend.score_style(float("nan")) == legend.SCORE_UNKNOWN


def test_the_legend_names_every_situation_and_asks_nothing_outside():
    html = legend_html({"double peine": 4})
    assert "double peine (4)" in html
    for situation in SITUATIONS:
        assert situation in html
    assert "accès parmi le tiers le plus faible de la région" in html
    assert "position connue à la commune seulement" in html
    assert "besoins non couverts" not in html
    assert "http" not in re.sub(r'src="data:[^"]+"', "", html)
    assert "hors alerte (0)" in html
    assert "Lieux" not in legend_html(points=False)


def test_the_key_of_the_rounds_alone_says_every_step_of_the_score():
    html = scores_html()
    assert all(words in html for words in ("de 0 à 25", "de 75 à 100", "score inconnu"))
    assert html.count("<img") == len(legend.SCORE_STEPS) + 1
