"""The QPV table taken away: CSV, workbook, GeoPackage, plain records, and the screen's table.

One table, several coats: the same rows in the same order, each figure beside its status. A hidden
value is written ``s``, an unknown one is left empty, a modelled one says so (METHODS 2.5). Given
the same analysis, the same bytes come out.
"""

from geo.report.cells import export_frame
from geo.report.csv import to_csv_bytes
from geo.report.geopackage import to_geopackage_bytes
from geo.report.indicators import INDICATOR_COLUMNS, indicator_rows, to_indicators_csv_bytes
from geo.report.records import RECORD_IDS, profession_records, to_records
from geo.report.screen import in_french, screen_frame
from geo.report.sources import (
    FICTIONAL,
    PARAMETER_HEADINGS,
    SOURCE_WORDS,
    attributions,
    parameter_rows,
)
from geo.report.xlsx import to_xlsx_bytes

__all__ = [
    "FICTIONAL",
    "INDICATOR_COLUMNS",
    "PARAMETER_HEADINGS",
    "RECORD_IDS",
    "SOURCE_WORDS",
    "attributions",
    "export_frame",
    "in_french",
    "indicator_rows",
    "parameter_rows",
    "profession_records",
    "screen_frame",
    "to_csv_bytes",
    "to_geopackage_bytes",
    "to_indicators_csv_bytes",
    "to_records",
    "to_xlsx_bytes",
]
