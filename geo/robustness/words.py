"""Robustness in words: no rank is given without its share of the variants."""

from __future__ import annotations

from geo.intervals import wilson
from geo.words import counted, number, percent

_NO_BREAK = "\u00a0"


def kept_words(count: int, draws: int, seed: int) -> str:
    """« retenu dans 94 % des variantes (IC 95 % 91,6–95,8 %, 500 tirages, graine 7) »."""
    low, high = wilson(count, draws)
    return (
        f"retenu dans {share_words(count, draws)} des variantes (IC{_NO_BREAK}95{_NO_BREAK}% "
        f"{number(100 * low, 1)}–{percent(high)}, {counted(draws, 'tirage')}, graine {seed})"
    )


def before_words(first: str, second: str, share: float, draws: int) -> str:
    """« A avant B dans 93 % des tirages »."""
    return f"{first} avant {second} dans {share_words(round(share * draws), draws)} des tirages"


def share_words(count: int, draws: int) -> str:
    """A share without decimals, except near the ends: neither 0 % nor 100 % unless it is so."""
    if count in (0, draws):
        return percent(count / draws, 0)
    share = count / draws
    for decimals in (0, 1, 2, 3):
        if 0 < round(100 * share, decimals) < 100:
            return percent(share, decimals)
    return f"moins de {percent(0.00001, 3)}" if share < 0.5 else f"plus de {percent(0.99999, 3)}"
