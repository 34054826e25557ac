"""The legend of the map as HTML: grid, situations, scores and symbols, all said in words."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape

from geo.kept import CELL_WORDS
from geo.legend import (
    ACCESS_CLASSES,
    ACCESS_WORDS,
    NEED_CLASSES,
    NEED_WORDS,
    OUTLINE,
    PATTERN_SIZE,
    SCORE_STEPS,
    SCORE_UNKNOWN,
    SYMBOLS,
    cell,
    pattern_content,
)
from geo.overlap import SITUATIONS, rule_sentences, situation_words
from geo.parameters import Parameters
from geo.words import counted


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
    cells: Mapping[str, int] | None = None,
) -> str:
    """The whole legend as text and images: the grid and its rules, the situations, the points.

    ``counts`` holds how many quarters each situation has (left out when None); ``points`` adds
    the symbols of practices, mediation points and help points; the words follow the rules of
    ``parameters``. With ``cells`` (how many quarters each cell holds) each cell is a button
    (``data-case``, ``aria-pressed``) for a script to filter with. Self-contained: styles inline,
    images as data URIs.
    """
    parameters = parameters or Parameters()
    meanings = situation_words(parameters)
    situations = "".join(_situation(name, meanings[name], counts) for name in SITUATIONS)
    grid = (
        f"{_grid(cells)}"
        f'<p style="margin:0 0 6px 0">{escape(" ".join(rule_sentences(parameters)))}</p>'
    )
    blocks = [
        _block("Carte vue de près : contours (accès × besoin restant)", grid),
        _block("Situations", f'<ul style="{_LIST}">{situations}</ul>', 290),
        _block(
            "Carte vue de loin : ronds (score de priorité)",
            f'<ul style="{_LIST}">{_scores()}</ul>',
        ),
    ]
    if points:
        blocks.append(
            _block("Lieux", f'<ul style="{_LIST}">{_symbols()}{_hollow()}{_several()}</ul>')
        )
    return f'<section aria-label="Légende de la carte" style="{_BOX}">{"".join(blocks)}</section>'


def scores_html() -> str:
    """The key of the rounds alone: size and colour of each step of the priority score."""
    steps = f'<ul style="{_LIST};display:flex;flex-wrap:wrap;gap:0 18px">{_scores()}</ul>'
    return (
        f'<section aria-label="Légende des ronds" style="{_BOX}">'
        f'<p style="{_HEAD}">Ronds : score de priorité sur 100 (modélisé) ; plus le rond est grand '
        f"et foncé, plus le score est haut</p>{steps}</section>"
    )


def _scores() -> str:
    steps = "".join(_score_step(index) for index in range(len(SCORE_STEPS)))
    hollow = _image(_circle_svg(*SCORE_UNKNOWN, dashed=True), "cercle vide pointillé")
    words = "score inconnu (données insuffisantes)"
    return f'{steps}<li style="{_ITEM}">{hollow}<span>{words}</span></li>'


def _grid(cells: Mapping[str, int] | None) -> str:
    rows = "".join(_grid_row(need, cells) for need in reversed(NEED_CLASSES))
    heads = "".join(
        f'<th scope="col" style="{_CELL}">{ACCESS_WORDS[access]}</th>' for access in ACCESS_CLASSES
    )
    said = '<p style="margin:0 0 4px 0">Colonnes : accès au médecin généraliste. '
    said += "Lignes : besoin restant.</p>"
    table = (
        '<table style="border-collapse:collapse;margin:0 0 6px 0;border:0">'
        f'<tr><td style="{_CELL}"></td>{heads}</tr>{rows}</table>'
    )
    if cells is None:
        return said + table
    unknown = _button("unknown", cells) + "<span>situation indéterminée</span>"
    return (
        f"{said}<p style='margin:0 0 4px 0'>Cliquez sur une case pour ne garder que ses "
        f"quartiers ; encore une fois pour tout afficher.</p>{table}"
        f'<div style="{_ITEM}">{unknown}</div>'
    )


def _block(title: str, content: str, width: int = 210) -> str:
    return (
        f'<div style="flex:1 1 {width}px;max-width:420px"><p style="{_HEAD}">{title}</p>'
        f"{content}</div>"
    )


_BOX = (
    "color:#1b1b1f;background:#ffffff;font:14px/1.35 sans-serif;display:flex;flex-wrap:wrap;"
    "gap:4px 20px"
)
_HEAD = "font-weight:600;margin:10px 0 4px 0"
_LIST = "list-style:none;margin:0;padding:0"
_ITEM = "display:flex;gap:8px;align-items:center;margin:0 0 4px 0"
_CELL = "font-weight:400;text-align:center;padding:2px 3px;border:0;color:#1b1b1f"


def _grid_row(need: str, cells: Mapping[str, int] | None) -> str:
    images = "".join(
        f'<td style="padding:1px;border:0">{_cell(cell(access, need), cells)}</td>'
        for access in ACCESS_CLASSES
    )
    return (
        f'<tr><th scope="row" style="{_CELL};text-align:right">{NEED_WORDS[need]}</th>{images}</tr>'
    )


def _cell(key: str, cells: Mapping[str, int] | None) -> str:
    return swatch(key, CELL_WORDS[key]) if cells is None else _button(key, cells)


def _button(key: str, cells: Mapping[str, int]) -> str:
    words = f"{CELL_WORDS[key]} : {counted(cells[key], 'quartier')}"
    return (
        f'<button type="button" data-case="{key}" aria-pressed="false" '
        f'aria-label="{escape(words, quote=True)}" title="{escape(words, quote=True)}">'
        f"{swatch(key, '')}</button>"
    )


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


def _several() -> str:
    return (
        f'<li style="{_ITEM}"><span aria-hidden="true" style="width:26px;text-align:center;'
        f"font-weight:700\">×3</span><span>à côté d'un symbole : combien de lieux d'exercice il "
        "montre, ici trois</span></li>"
    )


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
