"""A table written once for all readers shows in Streamlit what writing it each time would show."""

from __future__ import annotations

import pytest
from streamlit.elements.lib.pandas_styler_utils import _use_display_values

from geo.report import in_french, screen_frame


def test_what_is_written_once_is_what_would_be_written_each_time(
    demo_analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = screen_frame(demo_analysis)
    ready = in_french(frame)
    asked = ready._translate(False, False)
    assert asked["body"] == []
    assert len(ready._translate(False, False, None, None)["body"]) == len(frame)
    monkeypatch.setattr("geo.report.screen.written_once", lambda styled: styled)
    each_time = in_french(frame)
    each_time._compute()
    expected = _use_display_values(each_time.data, each_time._translate(False, False))
    for _ in range(2):
        assert _use_display_values(ready.data, asked).equals(expected)
    assert ready.data.equals(frame)
    assert ready.data.astype("object").equals(frame.astype("object"))
