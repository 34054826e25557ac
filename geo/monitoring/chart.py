"""A small chart of months as one SVG text, and the sentence that says the same.

Nothing by colour alone: a known figure is a full bar with its number, one that may lack lines a
striped bar with « ≥ », a hidden one the letter « s », a missing month a « ? » without a bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd

from geo.monitoring.counters import COUNTERS, months_between, period_fr, quarter_of
from geo.monitoring.follow import Followed
from geo.words import counted, number

_STEP, _LEFT, _TOP, _TALL, _FOOT = 44, 40, 54, 150, 48
_INK, _BAR, _AXIS = "#161616", "#3b4994", "#6a6a6a"
_GRAINS = ("month", "quarter")


def series_of(
    followed: Followed, counter: str, level: str, unit: str, grain: str = "month"
) -> pd.DataFrame:
    """period, value, status, told, expected, at every month (or quarter) of the file, in order.

    A month of which nobody says anything is there too, missing.
    """
    if counter not in COUNTERS or grain not in _GRAINS:
        raise ValueError(f"unknown counter or grain: {counter}, {grain}")
    months = months_between(followed.first, followed.last)
    periods = list(dict.fromkeys(map(quarter_of, months))) if grain == "quarter" else months
    cells = followed.cells
    own = cells[
        (cells["level"] == level) & (cells["unit"] == unit) & (cells["counter"] == counter)
    ].set_index("period")
    own = own[own["kind"] == ""].reindex(periods)
    own["status"] = own["status"].fillna("missing")
    counts = own[["told", "expected"]].fillna(0).astype("int64")
    return own[["value", "status"]].join(counts).rename_axis("period").reset_index()


def month_chart(
    followed: Followed, counter: str, level: str, unit: str, grain: str = "month"
) -> tuple[str, str]:
    """The SVG and its twin in words. The SVG has a size of its own."""
    rows = series_of(followed, counter, level, unit, grain)
    words = _in_words(rows, counter, followed.threshold)
    label = COUNTERS[counter].label_fr
    fiction = " — données fictives" if followed.fictional else ""
    width = _LEFT + _STEP * len(rows) + 16
    most = float(rows["value"].max())
    top = most if most > 0 else 1.0
    name = f"suivi-{counter}-{grain}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(width, 320)} '
        f'{_TOP + _TALL + _FOOT}" role="img" aria-labelledby="{name}-t {name}-d" lang="fr" '
        f'width="{max(width, 320)}" height="{_TOP + _TALL + _FOOT}" font-family="sans-serif">',
        f'<title id="{name}-t">{escape(label + fiction)}</title>',
        f'<desc id="{name}-d">{escape(words)}</desc>',
        f'<defs><pattern id="{name}-p" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#ffffff"/>'
        f'<rect width="3" height="6" fill="{_BAR}"/></pattern></defs>',
        f'<rect width="{max(width, 320)}" height="{_TOP + _TALL + _FOOT}" fill="#ffffff"/>',
        _text(8, 20, label + fiction, 14, "start"),
        f'<line x1="{_LEFT - 6}" y1="{_TOP + _TALL}" x2="{width - 8}" y2="{_TOP + _TALL}" '
        f'stroke="{_AXIS}"/>',
    ]
    for place, row in enumerate(rows.to_dict("records")):
        parts += _column(_LEFT + _STEP * place, row, top, f"{name}-p")
    return "".join([*parts, "</svg>"]), words


def _column(x: float, row: Mapping[Any, Any], top: float, pattern: str) -> list[str]:
    """One month: its bar, its figure, its name below."""
    middle, bottom = x + _STEP / 2 - 4, _TOP + _TALL
    year, _, part = str(row["period"]).partition("-")
    below = [
        _text(middle, bottom + 16, part, 11, "middle"),
        _text(middle, bottom + 30, year, 10, "middle"),
    ]
    if row["status"] != "observed":
        sign = "s" if row["status"] == "suppressed" else "?"
        return [_text(middle, bottom - 6, sign, 13, "middle"), *below]
    value, partial = float(str(row["value"])), _is_least(row)
    height = max(_TALL * value / top, 1.0) if value > 0 else 0.0
    fill = f"url(#{pattern})" if partial else _BAR
    return [
        f'<rect x="{x + 4:.1f}" y="{bottom - height:.1f}" width="{_STEP - 16}" '
        f'height="{height:.1f}" fill="{fill}" stroke="{_BAR}"/>',
        _text(middle, bottom - height - 5, ("≥" if partial else "") + number(value), 11, "middle"),
        *below,
    ]


def _is_least(row: Mapping[Any, Any]) -> bool:
    return int(str(row["told"])) < int(str(row["expected"]))


def _in_words(rows: pd.DataFrame, counter: str, threshold: int) -> str:
    noun, several = COUNTERS[counter].noun_fr, COUNTERS[counter].plural_fr
    told = []
    for row in rows.to_dict("records"):
        when = period_fr(str(row["period"]))
        if row["status"] == "observed":
            least = "au moins " if _is_least(row) else ""
            told.append(f"{when} : {least}{counted(float(row['value']), noun, several)}")
        elif row["status"] == "suppressed":
            told.append(f"{when} : caché (s)")
        else:
            told.append(f"{when} : non déclaré")
    end = f" Caché (s) : moins de {threshold}, ou ce qui le donnerait." if any(
        rows["status"] == "suppressed"
    ) else ""  # fmt: skip
    return " ; ".join(told) + "." + end


def _text(x: float, y: float, words: str, size: int, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{_INK}">{escape(words)}</text>'
    )
