"""A fictional indicator of the island, year after year, to show a before and after: invented.

Three quarters where a post came, six where none did. It goes down everywhere, more or less, and
one of the three is no better off than its neighbours: a post is not shown as a cure.
"""

from __future__ import annotations

from datasets.demo.files import RawFolder, table
from datasets.monitoring.series import SERIES_FORM

NAME = "series_demo.csv"
INDICATOR = "Assurés sans médecin traitant (%, fictif)"
_SOURCE = "Données fictives de démonstration"
_YEARS = range(2021, 2026)
# One value a year, from 2021 on; None: not told that year.
_VALUES: dict[str, tuple[float | None, ...]] = {
    "QN09902I": (17.4, 17.1, 16.2, 14.9, 14.1),
    "QN09911M": (15.8, 16.0, 15.7, 15.6, 15.3),
    "QN09916M": (19.2, 19.5, 18.8, 17.0, 15.9),
    "QN09901M": (16.1, 16.4, 16.0, 15.9, 15.5),
    "QN09910M": (13.7, 13.5, 13.6, 13.2, 13.3),
    "QN09913I": (18.3, 18.9, 18.6, 18.4, 17.7),
    "QN09914M": (17.0, 16.6, 16.8, 16.1, 15.8),
    "QN09915N": (None, None, None, None, 12.4),
    "QN09918M": (20.6, 20.9, 20.3, 20.5, 19.9),
}


def demo_series() -> bytes:
    """The file as somebody would bring it, in the project's template."""
    lines = [
        [code, INDICATOR, year, "" if value is None else str(value).replace(".", ","), _SOURCE]
        for code, told in _VALUES.items()
        for year, value in zip(_YEARS, told, strict=True)
    ]
    return table(list(SERIES_FORM.rules), lines, bom=True)


def write_series(folder: RawFolder) -> None:
    """``series_demo.csv``; nothing reads it by itself."""
    folder.write(SERIES_FORM.source_id, NAME, demo_series())
