"""The 3 × 3 reading drawn: colours, hatches that survive grey printing, and a legend in words.

Two axes (METHODS section 4): access to general practitioners and unmet need. Lack of access adds
strokes leaning right, unmet need strokes leaning left, all dark, so that the double penalty is the
only cell with dense strokes both ways, and the darkest of all. A quarter whose inputs are unknown
has its own dotted white ground: missing never looks like a class.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape

from geo.overlap import SITUATIONS, rule_sentences, situation_words
from geo.parameters import Parameters

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


def swatch(key: str, text: str, width: int = 44, height: int = 32) -> str:
    """An ``<img>`` that shows one cell with its pattern; ``text`` is its alternative."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<defs><pattern id="p" patternUnits="userSpaceOnUse" width="{PATTERN_SIZE}" '
        f'height="{PATTERN_SIZE}">{pattern_content(key)}</pattern></defs>'
        f'<rect x="1" y="1" width="{width - 2}" height="{height - 2}" fill="url(#p)" '
        f'stroke="{OUTLINE}" stroke-width="1.5"/></svg>'
    )
    return _image(svg, text)


def legend_html(
    counts: Mapping[str, int] | None = None,
    points: bool = True,
    parameters: Parameters | None = None,
) -> str:
    """The whole legend as text and images: the grid and its rules, the situations, the points.

    ``counts`` holds how many quarters each situation has (left out when None); ``points`` adds
    the symbols of practices, mediation points and help points; the words follow the rules of
    ``parameters``. Self-contained: styles inline, images as data URIs.
    """
    parameters = parameters or Parameters()
    meanings = situation_words(parameters)
    rows = "".join(_grid_row(need) for need in reversed(NEED_CLASSES))
    heads = "".join(
        f'<th scope="col" style="{_CELL}">{ACCESS_WORDS[access]}</th>' for access in ACCESS_CLASSES
    )
    situations = "".join(_situation(name, meanings[name], counts) for name in SITUATIONS)
    scores = "".join(_score_step(index) for index in range(len(SCORE_STEPS)))
    hollow = _image(_circle_svg(*SCORE_UNKNOWN, dashed=True), "cercle vide pointillé")
    grid = (
        '<p style="margin:0 0 4px 0">Colonnes : accès au médecin généraliste. '
        "Lignes : besoin restant.</p>"
        '<table style="border-collapse:collapse;margin:0 0 6px 0;border:0">'
        f'<tr><th scope="col" style="{_CELL}"></th>{heads}</tr>{rows}</table>'
        f'<p style="margin:0 0 6px 0">{escape(" ".join(rule_sentences(parameters)))}</p>'
    )
    unknown = f'<li style="{_ITEM}">{hollow}<span>score inconnu (données insuffisantes)</span></li>'
    blocks = [
        _block("Carte vue de près : contours (accès × besoin restant)", grid),
        _block("Situations", f'<ul style="{_LIST}">{situations}</ul>', 290),
        _block(
            "Carte vue de loin : ronds (score de priorité)",
            f'<ul style="{_LIST}">{scores}{unknown}</ul>',
        ),
    ]
    if points:
        blocks.append(_block("Lieux", f'<ul style="{_LIST}">{_symbols()}{_hollow()}</ul>'))
    return f'<section aria-label="Légende de la carte" style="{_BOX}">{"".join(blocks)}</section>'


def _block(title: str, content: str, width: int = 210) -> str:
    return (
        f'<div style="flex:1 1 {width}px;max-width:420px"><p style="{_HEAD}">{title}</p>'
        f"{content}</div>"
    )


# Symbols of the other layers: id, shape, colour, words. Shapes differ: nothing by colour alone.
SYMBOLS = (
    ("medecins_generalistes", "circle", "#0b6e4f", "Médecins généralistes"),
    ("autres_soins", "cross", "#5b5b66", "Autres soins (infirmiers, dentistes, centres…)"),
    ("mediation", "diamond", "#c1121f", "Médiation en santé"),
    ("aide", "triangle", "#7a4b00", "Aide numérique et sociale"),
)

_BOX = (
    "color:#1b1b1f;background:#ffffff;font:14px/1.35 sans-serif;display:flex;flex-wrap:wrap;"
    "gap:4px 20px"
)
_HEAD = "font-weight:600;margin:10px 0 4px 0"
_LIST = "list-style:none;margin:0;padding:0"
_ITEM = "display:flex;gap:8px;align-items:center;margin:0 0 4px 0"
_CELL = "font-weight:400;text-align:center;padding:2px 3px;border:0;color:#1b1b1f"


def _grid_row(need: str) -> str:
    images = "".join(
        f'<td style="padding:1px;border:0">'
        f"{swatch(cell(access, need), _cell_words(access, need))}</td>"
        for access in ACCESS_CLASSES
    )
    return (
        f'<tr><th scope="row" style="{_CELL};text-align:right">{NEED_WORDS[need]}</th>{images}</tr>'
    )


def _cell_words(access: str, need: str) -> str:
    return f"accès {ACCESS_WORDS[access]}, besoin restant {NEED_WORDS[need]}"


_SITUATION_SWATCH = {
    "double peine": "low-high",
    "désert médical seul": "low-low",
    "non-recours seul": "high-high",
    "hors alerte": "high-low",
    "indéterminé": "unknown",
}


def _situation(name: str, meaning: str, counts: Mapping[str, int] | None) -> str:
    image = swatch(_SITUATION_SWATCH[name], "", 26, 20)
    number = "" if counts is None else f" ({counts.get(name, 0)})"
    return (
        f'<li style="{_ITEM}">{image}<span><strong>{escape(name)}{number}</strong> : '
        f"{escape(meaning)}</span></li>"
    )


def _score_step(index: int) -> str:
    upper, colour, radius = SCORE_STEPS[index]
    lower = SCORE_STEPS[index - 1][0] if index else 0.0
    image = _image(_circle_svg(colour, radius), "")
    return f'<li style="{_ITEM}">{image}<span>de {lower:.0f} à {upper:.0f}</span></li>'


def _symbols() -> str:
    return "".join(
        f'<li style="{_ITEM}">{_image(_symbol_svg(shape, colour), "")}'
        f"<span>{escape(words)}</span></li>"
        for _, shape, colour, words in SYMBOLS
    )


def _hollow() -> str:
    svg = _symbol_svg("circle", SYMBOLS[0][2], hollow=True)
    words = "symbole vide : position connue à la commune seulement"
    return f'<li style="{_ITEM}">{_image(svg, "")}<span>{words}</span></li>'


def _symbol_svg(shape: str, colour: str, hollow: bool = False) -> str:
    fill, stroke, width = ("#ffffff", colour, 2) if hollow else (colour, "#ffffff", 1)
    shapes = {
        "circle": '<circle cx="13" cy="10" r="4"',
        "diamond": '<path d="M13 3 L20 10 L13 17 L6 10 Z"',
        "triangle": '<path d="M13 4 L19 16 L7 16 Z"',
        "cross": '<path d="M11 5h4v3h3v4h-3v3h-4v-3h-3v-4h3Z"',
    }
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="26" height="20">'
        f'{shapes[shape]} fill="{fill}" stroke="{stroke}" stroke-width="{width}"/></svg>'
    )


def _circle_svg(colour: str, radius: int, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="2 2"' if dashed else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="26" height="22">'
        f'<circle cx="13" cy="11" r="{radius}" fill="{colour}" stroke="{OUTLINE}" '
        f'stroke-width="1.5"{dash}/></svg>'
    )


def _image(svg: str, text: str) -> str:
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(text, quote=True)}" '
        'style="display:block;flex:none;max-width:none">'
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
