"""The two files of a door-to-door round: the filled sheet, and the team's own list of streets."""

from datasets.outreach.sheet_file import SHEET_FORM, check_sheet, sheet_lines
from datasets.outreach.stops_file import STOPS_FORM, check_stops, stops_table

__all__ = [
    "SHEET_FORM",
    "STOPS_FORM",
    "check_sheet",
    "check_stops",
    "sheet_lines",
    "stops_table",
]
