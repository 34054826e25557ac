"""Before and after a post came, beside similar QPV where none came: a description, not a proof.

The QPV where a post is opened were not drawn by lot: what differs afterwards may come from what
already differed, from a return to the usual (a post is often opened after a bad year) or from
anything else that happened there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.errors import BadInput
from geo.similar import similar_quarters
from geo.words import counted, listed, number

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

SERIES_COLUMNS = ("code_qp", "indicator", "period", "value", "status")
NOT_A_PROOF_FR = (
    "Description, pas preuve : ces quartiers n'ont pas été tirés au sort, et d'autres choses ont "
    "changé en même temps. Aucun écart n'est attribuable au poste."
)


@dataclass(frozen=True)
class Change:
    """One QPV: its mean before and after, how many periods each rests on, and their difference."""

    code_qp: str
    before: float
    after: float
    periods_before: int
    periods_after: int

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class BeforeAfter:
    """The followed QPV beside its comparators; ``left_out`` says which could not be compared.

    ``gap`` is the change of the QPV less the median change of the comparators (NaN when one is
    unknown); ``low`` and ``high`` bound the comparators' own changes.
    """

    indicator: str
    since: str
    treated: Change
    comparators: tuple[Change, ...]
    left_out: tuple[tuple[str, str], ...]
    median: float
    low: float
    high: float
    gap: float
    sentences: tuple[str, ...]


def indicator_series(indicators: pd.DataFrame) -> pd.DataFrame:
    """``SERIES_COLUMNS`` of the QPV of a territory, for what has two vintages on one perimeter.

    Carried, hidden and missing figures are left out, and what changes its source is cut: two
    editions of two producers do not compare. Often empty: most files hold one vintage.
    """
    rows = indicators[
        (indicators["territory_kind"] == "qpv")
        & (indicators["status"] == "observed")
        & (indicators["carried_from"] == "")
    ]
    by = ["code", "indicator", "perimeter", "source_id"]
    several = rows.groupby(by)["vintage"].transform("nunique") > 1
    found = rows[several].rename(columns={"code": "code_qp", "vintage": "period"})
    return found[list(SERIES_COLUMNS)].reset_index(drop=True)


def before_after(
    series: pd.DataFrame,
    indicator: str,
    treated: str,
    comparators: Sequence[str],
    since: str,
    names: Mapping[str, str] | None = None,
) -> BeforeAfter:
    """One QPV before and from ``since`` on (``AAAA`` or ``AAAA-MM``), beside comparators.

    Parameters
    ----------
    series : ``SERIES_COLUMNS``; only observed values count, a gap stays a gap.
    comparators : QPV without a post, chosen by the caller and told by name.
    names : what the sentences call each QPV; its code otherwise.

    Raises
    ------
    BadInput
        When the QPV has nothing to compare, before or after.
    """
    own = series[(series["indicator"] == indicator) & (series["status"] == "observed")]
    changes = {code: _change(own, code, since) for code in [treated, *comparators]}
    followed = changes.pop(treated)
    if not followed.periods_before or not followed.periods_after:
        side = "avant" if not followed.periods_before else "à partir de"
        raise BadInput(
            f"{treated} n'a aucune valeur observée de « {indicator} » {side} {since} : rien à "
            "comparer. À faire : apportez une série qui commence avant l'arrivée du poste et "
            "continue après (modèle : écran « Suivi » ; en commande : qpv template series)."
        )
    whole = [one for one in changes.values() if one.periods_before and one.periods_after]
    left_out = tuple(
        (code, "aucune valeur avant" if not one.periods_before else "aucune valeur après")
        for code, one in changes.items()
        if one not in whole
    )
    moves = np.array([one.change for one in whole])
    median = float(np.median(moves)) if len(moves) else float("nan")
    low, high = (float(moves.min()), float(moves.max())) if len(moves) else (np.nan, np.nan)
    gap = followed.change - median
    told = _sentences(indicator, since, followed, whole, (median, low, high), left_out, names or {})
    return BeforeAfter(
        indicator, since, followed, tuple(whole), left_out, median, low, high, gap, told
    )


def without_post(candidates: Collection[str], served: Collection[str]) -> list[str]:
    """The candidates where no post is declared: the only ones that may be comparators."""
    return sorted(set(candidates) - set(served))


def served_codes(lines: pd.DataFrame) -> set[str]:
    """The QPV where the lines of a follow-up declare a post."""
    return {code for text in lines["qpv"] for code in text.split(";") if code}


def quarters_with_posts(layers: Layers) -> set[str]:
    """The QPV that a known mediation post serves or served, whenever it was."""
    return set(layers["mediation_qpv"]["code_qp"])


def since_first_post(layers: Layers, code_qp: str, periods: Sequence[str]) -> str:
    """The first of ``periods`` (AAAA or AAAA-MM, in order) when the first known post is there.

    '' when no start is known, or when no period comes before: nothing could be compared.
    """
    posts = layers["mediation_qpv"].loc[layers["mediation_qpv"]["code_qp"] == code_qp]
    own = layers["mediation"]["mediation_id"].isin(posts["mediation_id"])
    starts = sorted(set(layers["mediation"].loc[own, "convention_start"]) - {""})
    if not starts:
        return ""
    since = next((one for one in periods if one >= starts[0][: len(one)]), "")
    return since if since != periods[0] else ""


def similar_without_post(
    analysis: Analysis, code_qp: str, served: Collection[str], count: int = 5
) -> list[str]:
    """The QPV that resemble one most (``geo.similar``) among those where no post is declared.

    Empty when the analysis does not hold the QPV, or knows too few of its criteria.
    """
    if code_qp not in set(analysis.comparators["code_qp"]):
        return []
    nearest = similar_quarters(analysis, code_qp, len(analysis.comparators))
    return [one.code_qp for one in nearest if one.code_qp not in served][:count]


def _change(own: pd.DataFrame, code: str, since: str) -> Change:
    rows = own[own["code_qp"] == code]
    early = rows["period"] < since
    before, after = rows.loc[early, "value"], rows.loc[~early, "value"]
    return Change(
        code,
        float(before.mean()) if len(before) else float("nan"),
        float(after.mean()) if len(after) else float("nan"),
        len(before),
        len(after),
    )


def _sentences(
    indicator: str,
    since: str,
    own: Change,
    others: Sequence[Change],
    spread: tuple[float, float, float],
    left_out: Sequence[tuple[str, str]],
    names: Mapping[str, str],
) -> tuple[str, ...]:
    unit = "\u00a0points" if "%" in indicator else ""
    told = [
        f"{names.get(own.code_qp, own.code_qp)}, « {indicator} » : "
        f"{number(own.before, 1)} en moyenne avant {since} "
        f"({counted(own.periods_before, 'période')}), {number(own.after, 1)} ensuite "
        f"({counted(own.periods_after, 'période')}), soit {_signed(own.change)}{unit}."
    ]
    if others:
        median, low, high = spread
        told.append(
            f"{counted(len(others), 'quartier comparable', 'quartiers comparables')} sans poste "
            f"({_told(others, names)}) : {_signed(median)}{unit} en médiane (de {_signed(low)} à "
            f"{_signed(high)})."
        )
    else:
        told.append("Aucun quartier comparable n'a de valeurs avant et après : lecture seule.")
    told += [f"Laissé de côté : {names.get(code, code)} ({why})." for code, why in left_out]
    return (*told, NOT_A_PROOF_FR)


def _told(others: Sequence[Change], names: Mapping[str, str]) -> str:
    """The comparators one by one; a name may hold a comma, a code never does."""
    told = [names.get(one.code_qp, one.code_qp) for one in others]
    return " ; ".join(told) if any("," in one for one in told) else listed(told)


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value, 1).replace("-", "\u2212")
