"""Robustness in words: no rank is given without its share of the variants."""

from __future__ import annotations

from geo.intervals import wilson
from geo.words import counted, number, percent

_NO_BREAK = "\u00a0"
_MOST_DECIMALS = 6  # a million draws


def kept_words(count: int, draws: int, seed: int) -> str:
    """« retenu dans 94 % des variantes (IC 95 % 91,6–95,8 %, 500 tirages, graine 7) »."""
    low, high = wilson(count, draws)
    decimals = max(_decimals(low, least=1), _decimals(high, least=1))
    return (
        f"retenu dans {share_words(count, draws)} des variantes (IC{_NO_BREAK}95{_NO_BREAK}% "
        f"{number(100 * low, decimals)}–{percent(high, decimals)}, {counted(draws, 'tirage')}, "
        f"graine {seed})"
    )


def kept_plainly(count: int, draws: int) -> str:
    """« Retenu dans 94 % des 500 variantes du calcul (de 91,6 à 95,8 %, au hasard près) »."""
    low, high = wilson(count, draws)
    decimals = max(_decimals(low, least=1), _decimals(high, least=1))
    return (
        f"Retenu dans {share_words(count, draws)} des {counted(draws, 'variante')} du calcul "
        f"(de {number(100 * low, decimals)} à {percent(high, decimals)}, au hasard près)"
    )


def before_words(first: str, second: str, share: float, draws: int) -> str:
    """« A avant B dans 93 % des tirages »."""
    return f"{first} avant {second} dans {share_words(round(share * draws), draws)} des tirages"


def share_words(count: int, draws: int) -> str:
    """A share without decimals, except near the ends: neither 0 % nor 100 % unless it is so."""
    share = count / draws
    return percent(share, _decimals(share, least=0))


def _decimals(share: float, *, least: int) -> int:
    """Fewest decimals of a percentage that do not make 0 or 100 of what is neither."""
    for decimals in range(least, _MOST_DECIMALS):
        if share in (0, 1) or 0 < round(100 * share, decimals) < 100:
            return decimals
    return _MOST_DECIMALS
