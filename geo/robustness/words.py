"""Robustness in words: no rank is given without its share of the variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo.intervals import wilson
from geo.words import counted, listed, number, percent

_NO_BREAK = "\u00a0"
_MOST_DECIMALS = 6  # a million draws


def kept_words(count: int, draws: int, seed: int) -> str:
    """« retenu dans 94 % des variantes (IC 95 % 91,6–95,8 %, 500 tirages, graine 7) »."""
    low, high = _bounds(count, draws)
    return (
        f"retenu dans {share_words(count, draws)} des variantes (IC{_NO_BREAK}95{_NO_BREAK}% "
        f"{low}–{high}{_NO_BREAK}%, {counted(draws, 'tirage')}, graine {seed})"
    )


def kept_plainly(count: int, draws: int) -> str:
    """« Retenu dans 94 % des 500 variantes du calcul (de 91,6 à 95,8 %, au hasard près) »."""
    low, high = _bounds(count, draws)
    return (
        f"Retenu dans {share_words(count, draws)} des {counted(draws, 'variante')} du calcul "
        f"(de {low} à {high}{_NO_BREAK}%, au hasard près)"
    )


def before_words(first: str, second: str, share: float, draws: int) -> str:
    """« A avant B dans 93 % des variantes »."""
    return f"{first} avant {second} dans {share_words(round(share * draws), draws)} des variantes"


def outside_words(names: Sequence[str]) -> str:
    """Why a rank may be outside those of 90 % of the variants, for the quarters where it is."""
    if not names:
        return ""
    return (
        f"Rang en dehors de l'intervalle de ses variantes : {listed(names)}. Ce n'est pas une "
        "erreur : le rang vient des réglages choisis, l'intervalle de variantes qui en tirent "
        "d'autres (poids, échelle, mesure de l'accès) ; ici, presque toutes classent le quartier "
        "autrement. Sa place tient à ces réglages."
    )


def outside_its_variants(row: Mapping[str, Any]) -> bool:
    """Whether the rank is not between those that 90 % of the variants give (``rows``)."""
    rank, low, high = row["rank"], row["rank_05"], row["rank_95"]
    return not (pd.isna(rank) or pd.isna(low)) and not low <= rank <= high


def share_in_short(count: int, draws: int) -> str:
    """« 94 % (91,6–95,8) », for a cell of a table."""
    low, high = _bounds(count, draws)
    return f"{share_words(count, draws)} ({low}–{high})"


def share_words(count: int, draws: int) -> str:
    """A share without decimals, except near the ends: neither 0 % nor 100 % unless it is so."""
    share = count / draws
    return percent(share, _decimals(share, least=0))


def share_pattern(draws: int) -> str:
    """The number format of a column of shares, fine enough for one variant: ``0.00%``."""
    return f"0.{'0' * max(1, len(str(draws - 1)) - 2)}%"


def _bounds(count: int, draws: int) -> tuple[str, str]:
    """Both ends of the 95 % interval as percentages without their sign."""
    low, high = wilson(count, draws)
    decimals = max(_decimals(low, least=1), _decimals(high, least=1))
    return number(100 * low, decimals), number(100 * high, decimals)


def _decimals(share: float, *, least: int) -> int:
    """Fewest decimals of a percentage that do not make 0 or 100 of what is neither, as written."""
    for decimals in range(least, _MOST_DECIMALS):
        ends = percent(0.0, decimals), percent(1.0, decimals)
        if share in (0, 1) or percent(share, decimals) not in ends:
            return decimals
    return _MOST_DECIMALS
