"""A small chart in SVG: where a quarter stands among the others. Says nothing by colour alone.

A stroke a quarter of the region, a longer and darker one for those of the département, a hollow
triangle at each median, a black diamond for the quarter itself.
"""

from __future__ import annotations

from html import escape

from geo.portrait.compared import Beside

WIDTH, HEIGHT = 240, 34
_LEFT, _RIGHT, _MIDDLE = 8.0, 232.0, 16.0
_PALE, _DARK = "#70707a", "#1b1b1f"


def strip_chart(fact: Beside) -> str:
    """The chart of one figure as an SVG picture with its words; "" when too few are known.

    The scale goes from the least to the most of the quarters of the region.
    """
    if len(fact.others) < 2 or fact.others[0] == fact.others[-1]:
        return ""
    return _svg("".join(_marks(fact)), fact.summary, WIDTH)


def legend_marks() -> list[tuple[str, str]]:
    """What each mark of the charts means, and the mark itself as an SVG picture."""
    return [
        ("ce quartier", _alone(_diamond(12))),
        ("quartier du même département", _alone(_stroke(12, 9, _DARK, 1.4))),
        ("autre quartier de la région", _alone(_stroke(12, 5, _PALE, 1))),
        ("médiane des quartiers du département", _alone(_triangle(12, above=True))),
        ("médiane des quartiers de la région", _alone(_triangle(12, above=False))),
    ]


def _marks(fact: Beside) -> list[str]:
    low, high = fact.others[0], fact.others[-1]

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - low) / (high - low)

    drawn = [
        f'<line x1="{_LEFT}" y1="{_MIDDLE}" x2="{_RIGHT}" y2="{_MIDDLE}" stroke="{_PALE}" '
        'stroke-width="1"/>'
    ]
    drawn += [_stroke(x(value), 5, _PALE, 1) for value in sorted(set(fact.others))]
    drawn += [_stroke(x(value), 9, _DARK, 1.4) for value in sorted(set(fact.near))]
    drawn += [_triangle(x(one.value), "département" in one.words) for one in fact.medians]
    if fact.value == fact.value:
        drawn.append(_diamond(x(fact.value)))
    return drawn


def _stroke(x: float, half: float, ink: str, width: float) -> str:
    return (
        f'<line x1="{x:.1f}" y1="{_MIDDLE - half}" x2="{x:.1f}" y2="{_MIDDLE + half}" '
        f'stroke="{ink}" stroke-width="{width}"/>'
    )


def _triangle(x: float, above: bool) -> str:
    """Hollow, pointing at the axis: from above the département, from below the region."""
    tip, base = (_MIDDLE - 7, 0.8) if above else (_MIDDLE + 7, HEIGHT - 2.8)
    return (
        f'<path d="M{x:.1f} {tip}L{x - 5:.1f} {base}L{x + 5:.1f} {base}Z" fill="#ffffff" '
        f'stroke="{_DARK}" stroke-width="1.4"/>'
    )


def _diamond(x: float) -> str:
    half = 7
    return (
        f'<path d="M{x:.1f} {_MIDDLE - half}L{x + half:.1f} {_MIDDLE}L{x:.1f} {_MIDDLE + half}'
        f'L{x - half:.1f} {_MIDDLE}Z" fill="{_DARK}" stroke="#ffffff" stroke-width="1.6"/>'
    )


def _alone(mark: str) -> str:
    return _svg(mark, "", 24)


def _svg(inside: str, words: str, width: int) -> str:
    told = f'role="img" aria-label="{escape(words)}"' if words else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" '
        f'viewBox="0 0 {width} {HEIGHT}" {told}>{inside}</svg>'
    )
