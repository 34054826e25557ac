"""A table written once for all readers shows in Streamlit what writing it each time would show."""

from __future__ import annotations

from streamlit.elements.lib.pandas_styler_utils import _use_display_values

from geo.report import in_french, screen_frame


def test_the_cells_left_out_are_shown_as_they_were(demo_analysis):
    written = in_french(screen_frame(demo_analysis))
    short = written._translate(False, False)
    whole = written._translate(False, False, None, None)
    cells = [sum(len(row) for row in told["body"]) for told in (short, whole)]
    assert 0 < cells[0] < cells[1]
    told, expected = (_use_display_values(written.data, one) for one in (short, whole))
    assert told.equals(expected)
