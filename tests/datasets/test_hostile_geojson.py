"""Whatever JSON is brought, a reader answers with rows and problems, or with one clear refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.readers.communes import read_communes
from datasets.readers.qpv import read_qpv_2015, read_qpv_2024
from datasets.reading import Reading, UnreadableFile

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
numbers = st.floats(-90, 90) | st.sampled_from(
    [4.07, 46.03, float("nan"), float("inf"), 1e308, -1e308]
)
ring = st.lists(st.lists(numbers, min_size=2, max_size=3), max_size=6)
geometries = (
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "LineString", "Feature"]),
            "coordinates": st.lists(ring, max_size=3)
            | st.lists(st.lists(ring, max_size=2), max_size=2)
            | anything,
        }
    )
    | anything
)
codes = st.sampled_from(["QN04201M", "QN04202M", "QP042001", "42218", "01001"]) | scalars
properties = st.fixed_dictionaries(
    {
        "code_qp": codes,
        "lib_qp": scalars,
        "insee_com": scalars,
        "code": codes,
        "nom": scalars,
        "population": scalars,
        "mairie": geometries,
    }
)
features = st.lists(
    st.fixed_dictionaries({"properties": properties | anything, "geometry": geometries}) | anything,
    max_size=3,
)
documents = (
    st.fixed_dictionaries({"features": features}, optional={"crs": anything})
    | st.lists(properties, max_size=3)
    | anything
)


@pytest.mark.parametrize("read", [read_qpv_2024, read_qpv_2015, read_communes])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(document=documents)
def test_no_json_breaks_a_reader(
    tmp_path: Path, read: Callable[[Path], Reading], document: Any
) -> None:
    path = tmp_path / "apporte.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        frame = read(path).frame
    except UnreadableFile as refusal:
        assert "apporte.geojson" in str(refusal)
    else:
        outlines = frame.geometry.dropna()
        assert len(frame) > 0
        assert outlines.is_valid.all()
        assert set(outlines.geom_type) <= {"Polygon", "MultiPolygon"}
