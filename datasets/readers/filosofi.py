"""Disposable income and poverty by IRIS (INSEE, Filosofi, series DISP)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.readers.cells import number_column
from datasets.readers.files import content
from datasets.readers.tabular import read_csv
from datasets.reading import Problem, Reading, UnreadableFile
from geo.schema import IRIS_CODE

LANDING_PAGE = "https://www.insee.fr/fr/statistiques/8229323"
_SOURCE = "filosofi_iris"
_YEARS = range(10, 100)


def read_filosofi_iris(path: Path) -> Reading:
    """Read ``BASE_TD_FILO_IRIS_20yy_DISP`` (CSV or its zip).

    Returns the long form ``code, indicator, value, unit, status, vintage``: ``poverty_share``
    (poverty rate at 60 %, share 0..1) and ``median_income_eur`` (euros a year per consumption
    unit). ``ns`` and ``nd`` are suppressed, an empty cell is missing; neither is ever zero.

    Raises
    ------
    UnreadableFile
        Wrong kind of file, a missing column, or the declared-income series (DEC): it differs
        too much from the disposable one for the two to be mixed.
    """
    data, file = content(path, "*DISP*.csv")
    frame, problems = read_csv(
        data,
        source_id=_SOURCE,
        file=file,
        required=("IRIS",),
        optional=[
            f"{prefix}{year:02d}"
            for year in _YEARS
            for prefix in ("DISP_TP60", "DISP_MED", "DEC_TP60", "DEC_MED")
        ],
        landing_page=LANDING_PAGE,
    )
    year = _income_year(frame, file)
    good = frame["IRIS"].str.fullmatch(IRIS_CODE.strip("^$")) & ~frame["IRIS"].duplicated()
    problems += [
        Problem(
            "rejected",
            _SOURCE,
            file,
            f"« {code} » n'est pas un code IRIS, ou est écrit deux fois ; "
            "la ligne est laissée de côté.",
            line=int(line),
            column="IRIS",
            value=code,
            expected="9 caractères, une ligne par IRIS",
        )
        for code, line in frame.loc[~good, ["IRIS", "line"]].itertuples(index=False)
    ]
    frame = frame[good].reset_index(drop=True)
    parts = []
    for indicator, column, unit, divisor in (
        ("poverty_share", f"DISP_TP60{year}", "part", 100.0),
        ("median_income_eur", f"DISP_MED{year}", "€/an/UC", 1.0),
    ):
        values, status, found = number_column(frame, column, source_id=_SOURCE, file=file)
        problems += found
        parts.append(
            pd.DataFrame(
                {
                    "code": frame["IRIS"],
                    "indicator": indicator,
                    "value": values / divisor,
                    "unit": unit,
                    "status": status,
                    "vintage": f"20{year}",
                }
            ).astype({"indicator": "str", "unit": "str", "vintage": "str"})
        )
    return Reading(pd.concat(parts, ignore_index=True), tuple(problems))


def _income_year(frame: pd.DataFrame, file: str) -> int:
    years = [year for year in _YEARS if f"DISP_TP60{year}" in frame and f"DISP_MED{year}" in frame]
    if len(years) == 1:
        return years[0]
    declared = any(column.startswith("DEC_") for column in frame.columns)
    found = ", ".join(column for column in frame.columns if column != "line")
    raise UnreadableFile(
        file,
        "c'est la série DEC (revenus déclarés), pas la série DISP (revenus disponibles)"
        if declared
        else f"colonnes « DISP_TP60xx » et « DISP_MEDxx » absentes ; colonnes lues : {found}",
        "les colonnes DISP_TP60xx et DISP_MEDxx d'une seule année (DISP_TP6021, DISP_MED21)",
        f"prenez le fichier BASE_TD_FILO_IRIS_20xx_DISP ({LANDING_PAGE})",
        line=1,
    )
