"""Sums, means and differences that statistics allow; the others are refused with the reason.

A rate, a median or an index of a larger place is never the sum or the mean of those of its parts
(METHODS, section 6), and figures counted on the 2015 and on the 2024 perimeters are never put in
one operation (section 7).
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from geo.errors import NotSummable
from geo.indicators.listed import indicator, label_fr


def require_summable(name: str, operation: str = "la somme") -> None:
    """Refuse to add, average or subtract an indicator whose parts do not add up.

    Raises
    ------
    NotSummable
        In French, saying what may be used instead.
    """
    known = indicator(name)
    if known.summable:
        return
    instead = "la valeur publiée pour chaque territoire"
    if known.counts:
        above, below = (label_fr(part).lower() for part in known.counts)
        instead += f", ou ses effectifs sommables ({above}, divisés par : {below})"
    raise NotSummable(
        f"Indicateur non sommable : utilisez {instead}. {operation.capitalize()} de "
        f"« {known.label_fr} » n'a pas de sens."
    )


def require_one_perimeter(name: str, perimeters: Iterable[str]) -> None:
    """Refuse to bring figures of both generations of QPV together.

    Raises
    ------
    NotSummable
        When the 2015 and the 2024 perimeters meet in one operation.
    """
    met = sorted(set(perimeters) - {""})
    if len(met) > 1:
        raise NotSummable(
            f"Périmètres {' et '.join(met)} mélangés pour « {label_fr(name)} » : le contour des "
            "quartiers a changé, l'écart mesurerait ce changement et pourrait dévoiler les "
            "habitants de la bande qui sépare les deux contours. À faire : gardez un seul "
            "périmètre, ou montrez les deux valeurs séparément quand le secret le permet."
        )


def total(name: str, values: pd.Series, perimeters: Iterable[str] = ()) -> float:
    """The sum of a summable indicator; NaN as soon as one part is unknown (never taken as 0).

    Raises
    ------
    NotSummable
        For another indicator, or for figures of both perimeters.
    """
    require_summable(name)
    require_one_perimeter(name, perimeters)
    return float(values.sum(skipna=False))


def mean(name: str, values: pd.Series, perimeters: Iterable[str] = ()) -> float:
    """The mean of a summable indicator; NaN as soon as one part is unknown.

    Raises
    ------
    NotSummable
        For another indicator, or for figures of both perimeters.
    """
    require_summable(name, "la moyenne")
    require_one_perimeter(name, perimeters)
    return float(values.mean(skipna=False))


def difference(name: str, one: float, other: float, perimeters: Iterable[str] = ()) -> float:
    """``one`` minus ``other`` of a summable indicator, both on one perimeter.

    Raises
    ------
    NotSummable
        For another indicator, or for figures of both perimeters.
    """
    require_one_perimeter(name, perimeters)
    require_summable(name, "la différence")
    return one - other
