"""What the variants of a ranking read, prepared once: it depends on the data, never on the rules.

Weights, standardisation, aggregation and number of posts may change without any of this being
done again; the models of access, above all, are long to calculate.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from geo.access.rules import ACCESS_CLASSES
from geo.analysis import Analysis
from geo.components import VARIED
from geo.errors import BadInput
from geo.priority.criteria import ranking_table
from geo.robustness.access_models import with_access_models
from geo.robustness.scales import Scales
from geo.robustness.variants import Choice, gap_is_known, with_capacity, with_thresholds
from geo.schema import Layers

# The criteria of which other measures are as defensible.
_WITH_VARIANTS = ("access_deficit", "mediation_gap")


@dataclass(frozen=True, eq=False)
class Prepared:
    """``table``: that of ``ranking_table`` with the columns of the variants; never modified."""

    table: pd.DataFrame
    choices: tuple[Choice, ...]
    varied: tuple[str, ...]

    @cached_property
    def scales(self) -> Scales:
        """Each column on each scale, filled as calls ask for them."""
        return Scales(self.table.reset_index(drop=True))


def prepare_variants(
    layers: Layers,
    analysis: Analysis,
    varied: Collection[str] = VARIED,
    used: Collection[str] = _WITH_VARIANTS,
) -> Prepared:
    """The ranking table, with one column for each measure that a draw may read.

    Parameters
    ----------
    varied : what draws change beside the weights, among ``VARIED``.
    used : ids of the criteria that will weigh something; nothing is calculated for the others.

    Raises
    ------
    BadInput
        For an unknown ``varied``.
    """
    unknown = sorted(set(varied) - set(VARIED))
    if unknown:
        raise BadInput(
            f"Variantes : {', '.join(unknown)} inconnue(s). Possibles : {', '.join(VARIED)}."
        )
    table = ranking_table(analysis)
    chosen = []
    if "access_deficit" in used:
        access = Choice("access_deficit", "mesure de l'accès", (("référence", "access"),))
        if "acces" in varied:
            table, access = with_access_models(table, layers, analysis.parameters)
        if "seuils" in varied:
            cuts = [rule.cuts for rule in ACCESS_CLASSES.values()]
            table, access = with_thresholds(table, access, tuple(cuts))
        chosen.append(access)
    if "mediation_gap" in used and "capacite" in varied and gap_is_known(table):
        table, gap = with_capacity(table, analysis.mediation_reach, analysis.parameters)
        chosen.append(gap)
    listed = tuple(choice for choice in chosen if len(choice.columns) > 1)
    return Prepared(table, listed, tuple(varied))
