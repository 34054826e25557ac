"""The still map: one mark per QPV, a ring per chosen one, shapes that need no colour."""

from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd

from geo.maps.picture import alternative_text, legend_marks, situation_picture
from geo.overlap import SITUATIONS

_SVG = "{http://www.w3.org/2000/svg}"


def _marks(svg: str) -> list[str]:
    tree = ElementTree.fromstring(svg)
    return [path.get("d") for path in tree.iter(f"{_SVG}path") if path.get("transform")]


def test_one_mark_per_quarter_and_one_ring_per_chosen(demo_analysis, demo_layers):
    chosen = list(demo_analysis.qpv["code_qp"][:4])
    svg = situation_picture(demo_analysis, demo_layers, chosen)
    assert len(_marks(svg)) == len(demo_analysis.qpv)
    assert len(list(ElementTree.fromstring(svg).iter(f"{_SVG}circle"))) == len(chosen)


def test_each_situation_has_its_own_shape():
    shapes = [re.search(r' d="([^"]+)"', mark).group(1) for _, mark in legend_marks()[:-1]]
    assert len(set(shapes)) == len(SITUATIONS)


def test_every_mark_is_on_the_page(demo_analysis, demo_layers):
    svg = situation_picture(demo_analysis, demo_layers)
    _, _, width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split())
    for x, y in re.findall(r"translate\(([\d.-]+) ([\d.-]+)\)", svg):
        assert 0 <= float(x) <= width
        assert 0 <= float(y) <= height


def test_the_same_quarters_in_another_order_give_the_same_bytes(demo_analysis, demo_layers):
    turned = dataclasses.replace(demo_analysis, qpv=demo_analysis.qpv.iloc[::-1])
    assert situation_picture(turned, demo_layers) == situation_picture(demo_analysis, demo_layers)


def test_overseas_has_its_own_frame(demo_analysis, demo_layers):
    moved = demo_analysis.qpv.iloc[:2].copy()
    moved["departement"] = "974"
    moved["code_qp"] = ["QN97401M", "QN97402M"]
    moved["geometry"] = moved.geometry.translate(55.5 + 4.0, -21.1 - 46.0)
    both = gpd.GeoDataFrame(
        pd.concat([demo_analysis.qpv, moved], ignore_index=True), crs=demo_analysis.qpv.crs
    )
    svg = situation_picture(dataclasses.replace(demo_analysis, qpv=both), demo_layers)
    assert len(_marks(svg)) == len(both)
    heights = sorted(float(y) for _, y in re.findall(r"translate\(([\d.-]+) ([\d.-]+)\)", svg))
    _, _, _, height = map(float, ElementTree.fromstring(svg).get("viewBox").split())
    assert heights[-1] > height - 110


def test_a_territory_without_quarters_still_draws(demo_analysis, demo_layers):
    empty = dataclasses.replace(demo_analysis, qpv=demo_analysis.qpv.iloc[:0])
    assert _marks(situation_picture(empty, demo_layers)) == []


def test_the_words_count_what_is_drawn(demo_analysis):
    text = alternative_text(demo_analysis, list(demo_analysis.qpv["code_qp"][:3]))
    assert f"{len(demo_analysis.qpv)} quartiers" in text
    assert "Retenus" in text
    for name, count in demo_analysis.qpv["situation"].value_counts().items():
        assert f"{name} : {count}" in text
