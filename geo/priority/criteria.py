"""What a ranking may weigh: each criterion as data, and the table that holds its values.

A criterion names a column, the sense in which it means more need, its weight, its label and its
unit. Weights are relative: what counts is their share of the sum.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo.column_words import COMPONENT_WORDS
from geo.components import NEED_COMPONENTS, PRIORITY_BLOCKS
from geo.errors import BadInput
from geo.indicators import indicator
from geo.parameters import Parameters
from geo.words import plural

if TYPE_CHECKING:
    from geo.analysis import Analysis


@dataclass(frozen=True)
class Criterion:
    """One criterion of a ranking.

    Attributes
    ----------
    id : name used for weights and contributions.
    column : column of the ranking table that holds its values, in ``unit``.
    direction : +1 when a larger value means more need, -1 when it means less.
    weight : relative weight, 0 or more.
    on_100 : the column is already a score out of 100 where 100 is most need; it is used as it is,
        whatever the standardisation.
    required : without it a quarter has no score, however much else is known.
    status : column with the status of each value; ``modelled`` when empty.
    """

    id: str
    column: str
    direction: int
    weight: float
    label_fr: str
    unit: str
    on_100: bool = False
    required: bool = False
    status: str = ""

    def __post_init__(self) -> None:
        if self.direction not in (-1, 1):
            raise BadInput(
                f"Critère « {self.id} » : sens {self.direction} reçu, 1 (plus = plus de besoin) "
                "ou -1 (plus = moins de besoin) attendu."
            )
        if self.on_100 and self.direction != 1:
            raise BadInput(f"Critère « {self.id} » : un score sur 100 se lit dans le sens 1.")


def _known() -> Iterable[Criterion]:
    words = {name: f"{text[0].upper()}{text[1:]}" for name, text in COMPONENT_WORDS.items()}
    yield Criterion(
        "access_deficit", "access", -1, 0.0, words["access_deficit"],
        "consultations/an/hab.", status="access_status",
    )  # fmt: skip
    yield Criterion(
        "need", "need_score", 1, 0.0, "Besoin", "sur 100", on_100=True, required=True,
        status="need_status",
    )  # fmt: skip
    yield Criterion(
        "mediation_gap", "mediation_gap", 1, 0.0, words["mediation_gap"],
        "part du besoin non suivie",
    )  # fmt: skip
    for name in NEED_COMPONENTS:
        about = indicator(name)
        yield Criterion(
            name, name, about.direction, 0.0, words[name], about.unit, status=f"{name}_status"
        )
    yield Criterion(
        "apl_commune", "apl_commune", -1, 0.0, "APL de la commune", "consultations/an/hab."
    )
    yield Criterion(
        "nearest_gp_min", "nearest_gp_min", 1, 0.0, "Généraliste le plus proche", "min en voiture"
    )
    yield Criterion(
        "residual_people", "residual_people", 1, 0.0, "Besoin restant", "personnes/an",
        status="residual_status",
    )  # fmt: skip


# Every criterion that an analysis offers, with no weight yet.
CATALOGUE: Mapping[str, Criterion] = {criterion.id: criterion for criterion in _known()}


def default_criteria(parameters: Parameters) -> tuple[Criterion, ...]:
    """The three blocks of the analysis' own score, with the weights of its parameters."""
    weights = dict(parameters.priority_weights)
    return weighted({name: weights.get(name, 0.0) for name in PRIORITY_BLOCKS})


def weighted(weights: Mapping[str, float]) -> tuple[Criterion, ...]:
    """The criteria of the catalogue that these (relative) weights name, in the order given.

    Raises
    ------
    BadInput
        Listing every unknown name and every bad weight; see ``check_weights``.
    """
    unknown = [name for name in weights if name not in CATALOGUE]
    if unknown:
        raise BadInput(
            f"Poids : {', '.join(unknown)} {plural(len(unknown), 'inconnu')}. Critères possibles : "
            f"{', '.join(CATALOGUE)}."
        )
    chosen = tuple(
        dataclasses.replace(CATALOGUE[name], weight=float(weight))
        for name, weight in weights.items()
    )
    check_weights(chosen)
    return chosen


def check_weights(criteria: Iterable[Criterion]) -> None:
    """Refuse weights from which no score can be made.

    Raises
    ------
    BadInput
        Naming every negative or infinite weight, every criterion given twice, or saying that all
        weights are zero.
    """
    listed = list(criteria)
    wrong = [
        f"{c.id} = {c.weight:g}" for c in listed if not (math.isfinite(c.weight) and c.weight >= 0)
    ]
    if wrong:
        raise BadInput(
            f"Poids refusés : {', '.join(wrong)}. Attendu : des nombres positifs ou nuls. "
            "À faire : pour inverser un critère, changez son sens, pas le signe de son poids."
        )
    names = [criterion.id for criterion in listed]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"Poids : {', '.join(twice)} {plural(len(twice), 'cité')} deux fois.")
    if not sum(criterion.weight for criterion in listed) > 0:
        raise BadInput(
            "Poids refusés : ils sont tous nuls, aucun classement n'en sort. À faire : donnez un "
            "poids positif à un critère au moins."
        )


def ranking_table(analysis: Analysis) -> pd.DataFrame:
    """One row per QPV compared (territory and region): every column a criterion or a filter reads.

    Adds ``mediation_gap`` (the unmet share of need where somebody said who works there, else
    missing), one column per need component with its ``*_status``, and ``regime_*`` (in, out, ''
    unknown) for each list or rule of ``geo.regimes``.
    """
    table = pd.DataFrame(analysis.comparators.drop(columns="geometry")).reset_index(drop=True)
    table["mediation_gap"] = mediation_gap(table)
    long = pd.concat([analysis.components, analysis.other_components], ignore_index=True)
    for name in NEED_COMPONENTS:
        own = long[long["component"] == name].set_index("code_qp").reindex(table["code_qp"])
        table[name] = own["value"].to_numpy(float)
        table[f"{name}_status"] = own["status"].fillna("missing").to_numpy()
    for regime in analysis.regimes["regime"].unique():
        states = analysis.regimes[analysis.regimes["regime"] == regime].set_index("code_qp")
        own_states = states["state"].replace("unknown", "").reindex(table["code_qp"])
        table[f"regime_{regime}"] = own_states.fillna("").to_numpy()
    return table


def mediation_gap(quarters: pd.DataFrame) -> pd.Series:
    """Unmet share of need (0–1) where mediation is known; unknown is missing, never a total gap."""
    gap: pd.Series = quarters["unmet_share"].where(quarters["mediation_fte"].notna())
    return gap
