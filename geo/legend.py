"""The 3 × 3 reading drawn: colours, hatches that survive grey printing, and a legend in words.

Two axes (METHODS section 4): access to general practitioners and unmet need. Lack of access adds
strokes leaning right, unmet need strokes leaning left, all dark, so that the double penalty is the
only cell with dense strokes both ways, and the darkest of all. A quarter whose inputs are unknown
has its own dotted white ground: missing never looks like a class.
"""

from __future__ import annotations

from collections.abc import Mapping

ACCESS_CLASSES = ("high", "mid", "low")
NEED_CLASSES = ("low", "mid", "high")
ACCESS_WORDS: Mapping[str, str] = {"high": "élevé", "mid": "moyen", "low": "faible"}
NEED_WORDS: Mapping[str, str] = {"low": "faible", "mid": "moyen", "high": "élevé"}

# Rows: unmet need low, mid, high. Columns: access high, mid, low.
_PALETTE = (
    ("#e8e8e8", "#ace4e4", "#5ac8c8"),
    ("#dfb0d6", "#a5add3", "#5698b9"),
    ("#be64ac", "#8c62aa", "#3b4994"),
)
UNKNOWN_COLOUR = "#ffffff"
OUTLINE = "#1b1b1f"
PATTERN_SIZE = 12

# The score of points at low zoom: upper bound, colour, radius in pixels. Size grows with the
# score, so that the order reads in grey too.
SCORE_STEPS = (
    (25.0, "#fee391", 5),
    (50.0, "#fe9929", 6),
    (75.0, "#cc4c02", 8),
    (100.0, "#662506", 10),
)
SCORE_UNKNOWN = ("#ffffff", 5)


def cell(access_class: str, need_class: str) -> str:
    """The key of one cell (``"low-high"``), or ``"unknown"`` when a class is unknown."""
    if access_class in ACCESS_CLASSES and need_class in NEED_CLASSES:
        return f"{access_class}-{need_class}"
    return "unknown"


def cell_colour(access_class: str, need_class: str) -> str:
    """The ground colour of one cell, white when a class is unknown."""
    if cell(access_class, need_class) == "unknown":
        return UNKNOWN_COLOUR
    return _PALETTE[NEED_CLASSES.index(need_class)][ACCESS_CLASSES.index(access_class)]


def score_style(score: float | None) -> tuple[str, int]:
    """Colour and radius (pixels) of a point at low zoom; hollow when there is no score."""
    if score is None or score != score:
        return SCORE_UNKNOWN
    for upper, colour, radius in SCORE_STEPS:
        if score <= upper:
            return colour, radius
    return SCORE_STEPS[-1][1], SCORE_STEPS[-1][2]


def cells() -> list[str]:
    """All cell keys in reading order (unmet need rising, access falling), then ``unknown``."""
    keys = [cell(access, need) for need in NEED_CLASSES for access in ACCESS_CLASSES]
    return [*keys, "unknown"]


def pattern_content(key: str) -> str:
    """The SVG inside one pattern tile (a ground and its strokes), ``PATTERN_SIZE`` units wide."""
    size = PATTERN_SIZE
    if key == "unknown":
        dots = "".join(
            f'<circle cx="{x}" cy="{y}" r="1.3" fill="{OUTLINE}"/>' for x, y in ((3, 3), (9, 9))
        )
        return f'<rect width="{size}" height="{size}" fill="{UNKNOWN_COLOUR}"/>{dots}'
    access, need = key.split("-")
    ground = cell_colour(access, need)
    strokes = _strokes(ACCESS_CLASSES.index(access), rising=True)
    strokes += _strokes(NEED_CLASSES.index(need), rising=False)
    return f'<rect width="{size}" height="{size}" fill="{ground}"/>{strokes}'


def pattern_definitions(prefix: str = "qpv") -> str:
    """One hidden ``<svg>`` whose ``<pattern id="prefix-key">`` fill the shapes of a page."""
    patterns = "".join(
        f'<pattern id="{prefix}-{key}" patternUnits="userSpaceOnUse" '
        f'width="{PATTERN_SIZE}" height="{PATTERN_SIZE}">{pattern_content(key)}</pattern>'
        for key in cells()
    )
    return (
        '<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false">'
        f"<defs>{patterns}</defs></svg>"
    )


# Symbols of the other layers: id, shape, colour, words. Shapes differ: nothing by colour alone.
SYMBOLS = (
    ("medecins_generalistes", "circle", "#0b6e4f", "Médecins généralistes"),
    ("autres_soins", "cross", "#5b5b66", "Autres soins (infirmiers, dentistes, centres…)"),
    ("mediation", "diamond", "#c1121f", "Médiation en santé"),
    ("aide", "triangle", "#7a4b00", "Aide numérique et sociale"),
)


def _strokes(level: int, rising: bool) -> str:
    """Diagonals across one tile: none, one thin, or two thick; they meet at the tile's edges."""
    if level == 0:
        return ""
    half = PATTERN_SIZE // 2
    offsets = (0,) if level == 1 else (0, half)
    width = 0.8 if level == 1 else 1.3
    lines = []
    for offset in offsets:
        for shift in (-PATTERN_SIZE, 0, PATTERN_SIZE):
            left = shift + offset
            start, end = (PATTERN_SIZE, 0) if rising else (0, PATTERN_SIZE)
            lines.append(f"M{left} {start}L{left + PATTERN_SIZE} {end}")
    return f'<path d="{"".join(lines)}" stroke="{OUTLINE}" stroke-width="{width}" fill="none"/>'


def luminance(colour: str) -> float:
    """Relative luminance (0 black, 1 white) of a ``#rrggbb`` colour, as WCAG 2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio (1 to 21) of two ``#rrggbb`` colours."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
