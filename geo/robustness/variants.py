"""What may reasonably be decided otherwise: each choice of the calculation that a draw may change.

Each draw takes weights from a Dirichlet law around those of the rules, and one option of each
other choice, all options alike (METHODS 5.1). Every option listed here is a setting; none claims
to be more likely than another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.components import STANDARDISATIONS, Standardisation
from geo.errors import BadInput
from geo.mediation.capacity import UNKNOWN, capacity
from geo.parameters import Parameters
from geo.priority.aggregate import AGGREGATIONS, Aggregation
from geo.priority.criteria import mediation_gap
from geo.priority.standardise import DECIMALS
from geo.words import number

CAPACITY_STEP = 5.0
Thresholds = tuple[float, float] | None


@dataclass(frozen=True)
class Choice:
    """The columns that one criterion may be read from; the first is that of the rules.

    ``columns``: (label in French, column of the ranking table) pairs, two or more.
    """

    criterion: str
    label_fr: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Variants:
    """Settings of the draws.

    Attributes
    ----------
    draws : how many [assumption, editable]; METHODS asks for 500 at least.
    seed : of the generator (NumPy PCG64), printed with every result.
    concentration : weights are Dirichlet(concentration × weights) [assumption, editable]; the
        larger, the nearer to the weights of the rules.
    """

    draws: int = 10_000
    seed: int = 7
    concentration: float = 50.0
    standardisations: tuple[Standardisation, ...] = STANDARDISATIONS
    aggregations: tuple[Aggregation, ...] = AGGREGATIONS
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        wrong = []
        if self.draws < 1:
            wrong.append(f"{self.draws} tirage, au moins 1 attendu")
        if self.seed < 0:
            wrong.append(f"graine {self.seed}, un entier positif ou nul attendu")
        if not self.concentration > 0:
            wrong.append(f"concentration {self.concentration:g}, plus de 0 attendu")
        for name, chosen, known in (
            ("standardisation", self.standardisations, STANDARDISATIONS),
            ("agrégation", self.aggregations, AGGREGATIONS),
        ):
            unknown = [str(item) for item in chosen if item not in known]
            if unknown or not chosen:
                wrong.append(
                    f"{name} {', '.join(unknown) or 'absente'}, attendu parmi {', '.join(known)}"
                )
        names = [choice.criterion for choice in self.choices]
        wrong += [
            f"le critère {name} a deux listes de variantes, une seule attendue"
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
        wrong += [
            f"les variantes de {choice.criterion} sont vides"
            for choice in self.choices
            if not choice.columns
        ]
        if wrong:
            raise BadInput("Variantes refusées : " + " ; ".join(wrong) + ".")


def with_capacity(
    table: pd.DataFrame, reach: pd.DataFrame, parameters: Parameters
) -> tuple[pd.DataFrame, Choice]:
    """The table with the gap of mediation at each capacity of a post, and the choice among them.

    Capacities (people a year per full-time post) go from one end to the other of the range of the
    parameters, in steps of ``CAPACITY_STEP``; they only matter where mediation is known.

    Parameters
    ----------
    table : code_qp, population, coverage_state.
    reach : who reaches which QPV (``Analysis.mediation_reach``).
    """
    low, high = parameters.people_per_fte_range
    capacities = np.linspace(low, high, max(2, round((high - low) / CAPACITY_STEP) + 1))
    known = table["coverage_state"] != UNKNOWN
    columns, listed = {}, []
    for people in capacities.tolist():
        name = f"mediation_gap@{people:g}"
        found = capacity(table, reach, known, replace(parameters, people_per_fte=people))
        columns[name] = mediation_gap(found)
        listed.append((f"{number(people)} personnes/an/ETP", name))
    choice = Choice("mediation_gap", "capacité d'un poste de médiation", tuple(listed))
    return pd.concat([table, pd.DataFrame(columns, index=table.index)], axis=1), choice


def with_thresholds(
    table: pd.DataFrame, choice: Choice, thresholds: tuple[Thresholds, ...]
) -> tuple[pd.DataFrame, Choice]:
    """Each column of the choice, as it is (``None``) or cut in three classes at two thresholds.

    A value at a threshold is in the lower class. Classes are 0, 1 and 2, in the same sense as the
    column, so that they are standardised like it.
    """
    added: dict[str, pd.Series] = {}
    listed = []
    for (label, column), cuts in ((item, cuts) for item in choice.columns for cuts in thresholds):
        if cuts is None:
            listed.append((label, column))
            continue
        name = f"{column}@{cuts[0]:g}/{cuts[1]:g}"
        own = table[column].round(DECIMALS)
        classes = (own > cuts[0]).astype("float64") + (own > cuts[1])
        added[name] = classes.where(own.notna())
        listed.append((f"{label}, seuils {number(cuts[0], 2)} et {number(cuts[1], 2)}", name))
    wider = pd.concat([table, pd.DataFrame(added, index=table.index)], axis=1)
    return wider, replace(choice, columns=tuple(listed))


def gap_is_known(table: pd.DataFrame) -> bool:
    """Whether some mediation is known: else its capacity changes nothing."""
    return bool(np.isfinite(mediation_gap(table).to_numpy(float)).any())
