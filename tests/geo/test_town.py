"""A commune in words, and the quarters nearest to a point."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import box

from geo.errors import BadInput
from geo.nearest import distance_words, nearest_quarters
from geo.town import town

X, Y = 808_000.0, 6_480_000.0


def quarters() -> gpd.GeoDataFrame:
    squares = [box(X + at, Y, X + at + 100, Y + 100) for at in (0, 500, 3_000)]
    return gpd.GeoDataFrame(
        {"code_qp": ["A", "B", "C"], "label": ["a", "b", "c"], "commune_label": ["R"] * 3,
         "departement": ["42", "42", "974"]},
        geometry=squares, crs="EPSG:2154",
    ).to_crs(4326)  # fmt: skip


def test_the_nearest_come_first_with_their_distance_and_overseas_is_left_out():
    point = gpd.GeoSeries.from_xy([X + 150], [Y + 50], crs="EPSG:2154").to_crs(4326).iloc[0]
    near = nearest_quarters(quarters(), point.x, point.y, "42")
    assert [one.code_qp for one in near] == ["A", "B"]
    assert [one.distance_m for one in near] == pytest.approx([50, 350], abs=0.5)
    inside = gpd.GeoSeries.from_xy([X + 50], [Y + 50], crs="EPSG:2154").to_crs(4326).iloc[0]
    assert nearest_quarters(quarters(), inside.x, inside.y, "42")[0].distance_m == 0


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (0, "dans le quartier"),
        (3, "à 10\u00a0m"),
        (347, "à 350\u00a0m"),
        (12_449, "à 12,4\u00a0km"),
    ],
)
def test_distances_in_words(metres, words):
    assert distance_words(metres) == words


def test_a_commune_tells_its_quarters_by_priority(demo_analysis, demo_layers):
    code = demo_analysis.qpv["communes"].iloc[0].split(";")[0]
    told = town(demo_analysis, demo_layers, code)
    own = [row.code_qp for row in demo_analysis.qpv.itertuples() if code in row.communes.split(";")]
    assert [quarter for quarter, _ in told.quarters] == own
    assert f"{len(own)}\u00a0quartier" in told.lines[0]
    assert told.nearest == ()


def test_a_commune_without_quarter_is_told_so_with_the_nearest(demo_analysis, demo_layers):
    held = {code for codes in demo_analysis.qpv["communes"] for code in codes.split(";")}
    places = demo_layers["communes"]
    without = places[~places["code"].isin(held) & (places["scope"] == "territory")].iloc[0]
    told = town(demo_analysis, demo_layers, without["code"])
    assert "n'a aucun quartier prioritaire" in told.lines[0]
    away = [one.distance_m for one in told.nearest]
    assert len(away) == 3
    assert away == sorted(away)


def test_a_code_of_no_commune_is_refused(demo_analysis, demo_layers):
    with pytest.raises(BadInput, match="n'est pas une commune"):
        town(demo_analysis, demo_layers, "00000")
