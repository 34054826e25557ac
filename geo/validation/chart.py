"""The scatter of our commune figures against the official ones, as one SVG text.

No library and nothing outside the file: it opens anywhere, and a screen reader is told what it
shows. Circles are sized by population; the diagonal is perfect agreement.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from geo.validation.judge import THRESHOLD, Rung, Validation
from geo.words import counted, number

_WIDTH, _HEIGHT = 760, 640
_LEFT, _TOP, _SIDE = 84, 92, 460
_MOST_TICKS = 9
_LABELLED = 8
_NAME_HEIGHT = 14


def validation_svg(validation: Validation) -> str:
    """A scatter of the communes judged: official across, ours up, both on the same scale."""
    table = validation.communes.dropna(subset=["ours", "official"])
    table = table.sort_values("population", ascending=False)
    top = _top(table)
    last = _last_rung(validation)
    scale = _SIDE / top

    def at(official: float, ours: float) -> tuple[float, float]:
        return _LEFT + min(official, top) * scale, _TOP + _SIDE - min(ours, top) * scale

    fiction = " — données fictives" if validation.fictional else ""
    title = f"Indicateur de type APL et APL officiel, {validation.territory}{fiction}"
    description = _description(validation, table, last, top)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-labelledby="titre description" lang="fr" font-family="sans-serif">',
        f'<title id="titre">{escape(title)}</title>',
        f'<desc id="description">{escape(description)}</desc>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(24, 34, title, size=18),
        _text(24, 58, f"{last.name} ; points : mairie. Modélisé, calcul du projet.", size=13),
        *_frame(top, scale),
        *_circles(table, at),
        *_names(table, at),
        _text(24, _HEIGHT - 20, description, size=11),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _last_rung(validation: Validation) -> Rung:
    return [rung for rung in validation.rungs if rung.points == "seat"][-1]


def _top(table: pd.DataFrame) -> float:
    """A round limit above all but the few most extreme communes (drawn on the edge)."""
    both = np.concatenate([table["ours"].to_numpy(float), table["official"].to_numpy(float)])
    return float(max(np.ceil(np.quantile(both, 0.995)), np.ceil(THRESHOLD), 1.0))


def _description(validation: Validation, table: pd.DataFrame, last: Rung, top: float) -> str:
    beyond = int(((table["ours"] > top) | (table["official"] > top)).sum())
    edge = f" ; {beyond} au-delà de {number(top)}, sur le bord" if beyond else ""
    found = last.agreement
    return (
        f"{counted(len(table), 'commune')}{edge} ; r pondéré {number(found.r, 3)}, "
        f"Spearman {number(found.spearman, 3)} ; APL {validation.official_vintage}, "
        f"offre {validation.supply_vintage}."
    )


def _frame(top: float, scale: float) -> list[str]:
    right, bottom = _LEFT + _SIDE, _TOP + _SIDE
    parts = []
    for tick in np.arange(0, top + 0.5, max(1, np.ceil(top / _MOST_TICKS))):
        x, y = _LEFT + tick * scale, bottom - tick * scale
        label = number(float(tick))
        parts += [
            _line(x, bottom, x, _TOP, "#e5e5e5"),
            _line(_LEFT, y, right, y, "#e5e5e5"),
            _text(x, bottom + 18, label, size=11, anchor="middle"),
            _text(_LEFT - 8, y + 4, label, size=11, anchor="end"),
        ]
    x, y = _LEFT + THRESHOLD * scale, bottom - THRESHOLD * scale
    label = f"seuil {number(THRESHOLD, 1)}"
    return [
        *parts,
        _line(x, bottom, x, _TOP, "#777777", "4 4"),
        _line(_LEFT, y, right, y, "#777777", "4 4"),
        _text(right + 6, y + 4, label, size=11),
        _line(_LEFT, bottom, right, _TOP, "#161616"),
        _text(right + 6, _TOP + 4, "accord parfait", size=11),
        _text(
            _LEFT + _SIDE / 2,
            bottom + 40,
            "APL officiel (consultations/an/hab. standardisé)",
            size=13,
            anchor="middle",
        ),
        f'<g transform="translate(28 {_TOP + _SIDE / 2}) rotate(-90)">'
        + _text(0, 0, "Indicateur de type APL, calcul du projet", size=13, anchor="middle")
        + "</g>",
    ]


def _circles(table: pd.DataFrame, at) -> list[str]:  # type: ignore[no-untyped-def]
    largest = max(float(table["population"].max()), 1.0) if len(table) else 1.0
    parts = []
    for row in table.to_dict("records"):
        x, y = at(row["official"], row["ours"])
        radius = 1.5 + 12 * np.sqrt(row["population"] / largest)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#000091" '
            'fill-opacity="0.28" stroke="#000091" stroke-opacity="0.5" stroke-width="0.5"/>'
        )
    return parts


def _names(table: pd.DataFrame, at) -> list[str]:  # type: ignore[no-untyped-def]
    """The largest communes, each named unless a larger one's name is in the way."""
    parts: list[str] = []
    taken: list[float] = []
    for row in table.head(_LABELLED).to_dict("records"):
        x, y = at(row["official"], row["ours"])
        if all(abs(y - other) > _NAME_HEIGHT for other in taken):
            taken.append(y)
            parts.append(_text(x + 16, y + 4, str(row["label"]), size=12, halo=True))
    return parts


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"{dashed}/>'
    )


def _text(
    x: float, y: float, words: str, *, size: int, anchor: str = "start", halo: bool = False
) -> str:
    under = ' stroke="#ffffff" stroke-width="3" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{under} '
        f'fill="#161616">{escape(words)}</text>'
    )
