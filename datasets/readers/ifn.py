"""The digital fragility index by IRIS (indice de fragilité numérique, La Mednum, 2020)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.readers.cells import number_column
from datasets.readers.files import content
from datasets.readers.tabular import read_csv
from datasets.reading import Problem, Reading
from geo.schema import IRIS_CODE

_SOURCE = "ifn"
_VINTAGE = "2020"
_SCORE = "SCORE GLOBAL region 1"
# A later edition scores from 1 to 10; the first one stands around 100 and passes 10 almost
# everywhere, so the largest score tells the two apart.
_SMALL_SCALE_MAX = 10.0


def read_ifn(path: Path) -> Reading:
    """Read the fragility index (bare or gzipped CSV, with its header line).

    Returns the long form ``code, indicator, value, unit, status, vintage`` with the single
    indicator ``digital_fragility_region_ref``: the global score whose reference is the region
    (100 = regional level, higher = more fragile). Scores with another reference (département,
    EPCI) are not comparable and are left out. ``unit`` is ``indice``, or ``indice de 1 à 10``
    for the later scale, which is then reported as suspect.

    Raises
    ------
    UnreadableFile
        Wrong kind of file or a missing column (the split files have no header line).
    """
    data, file = content(path, "*.csv")
    frame, problems = read_csv(
        data,
        source_id=_SOURCE,
        file=file,
        required=("Code Iris", _SCORE),
    )
    codes = frame["Code Iris"].str.zfill(9)
    good = codes.str.fullmatch(IRIS_CODE.strip("^$")) & ~codes.duplicated()
    problems += [
        Problem(
            "rejected",
            _SOURCE,
            file,
            f"« {code} » n'est pas un code IRIS, ou est écrit deux fois ; "
            "la ligne est laissée de côté.",
            line=int(line),
            column="Code Iris",
            value=code,
            expected="9 caractères, une ligne par IRIS",
        )
        for code, line in frame.loc[~good, ["Code Iris", "line"]].itertuples(index=False)
    ]
    frame, codes = frame[good].reset_index(drop=True), codes[good].reset_index(drop=True)
    values, status, found = number_column(frame, _SCORE, source_id=_SOURCE, file=file)
    problems += found
    small_scale = bool(values.notna().any() and values.max() <= _SMALL_SCALE_MAX)
    if small_scale:
        problems.append(
            Problem(
                "suspect",
                _SOURCE,
                file,
                "Scores de 1 à 10 (10 = le plus fragile) et non autour de 100 : ils ne se "
                "comparent pas à ceux de l'édition 2020.",
                column=_SCORE,
                expected="des scores autour de 100",
                count=len(frame),
            )
        )
    result = pd.DataFrame(
        {
            "code": codes,
            "indicator": "digital_fragility_region_ref",
            "value": values,
            "unit": "indice de 1 à 10" if small_scale else "indice",
            "status": status,
            "vintage": _VINTAGE,
        }
    )
    texts = dict.fromkeys(("code", "indicator", "unit", "status", "vintage"), "str")
    return Reading(result.astype(texts), tuple(problems))
