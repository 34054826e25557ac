"""Who may be a candidate: filters on the columns of the table, each with its own sentence.

A filter answers in, out or unknown: an unknown value never passes in silence, nor fails as if it
were known (METHODS 4). Only quarters that are in for every filter are candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from geo.errors import BadInput
from geo.words import listed, number

Test = Literal["=", "!=", "in", ">=", ">", "<=", "<", "known"]
TESTS: tuple[Test, ...] = get_args(Test)
_WORDS: Mapping[str, str] = {
    "=": "égal à",
    "!=": "différent de",
    "in": "parmi",
    ">=": "au moins",
    ">": "plus de",
    "<=": "au plus",
    "<": "moins de",
}
IN, OUT, UNKNOWN = "retenu", "écarté", "indéterminé"
Value = str | float | tuple[str | float, ...]


@dataclass(frozen=True)
class Filter:
    """One condition. ``sentence_fr`` is what people read; written from the condition when empty."""

    column: str
    test: Test
    value: Value = ""
    sentence_fr: str = ""

    def __post_init__(self) -> None:
        if self.test not in TESTS:
            raise BadInput(
                f"Filtre sur « {self.column} » : « {self.test} » reçu, {', '.join(TESTS)} attendu."
            )
        if self.test in (">=", ">", "<=", "<") and isinstance(self.value, str | tuple):
            raise BadInput(
                f"Filtre sur « {self.column} » : un nombre est attendu après {self.test}, "
                f"« {self.value} » reçu."
            )

    def sentence(self) -> str:
        """The condition in French: its own sentence, else one made from the condition."""
        if self.sentence_fr:
            return self.sentence_fr
        if self.test == "known":
            return f"{self.column} connu"
        if isinstance(self.value, tuple):
            shown = listed([_shown(item) for item in self.value])
        else:
            shown = _shown(self.value)
        return f"{self.column} {_WORDS[self.test]} {shown}"


IN_TERRITORY = Filter("scope", "=", "territory", "QPV du territoire choisi")
POPULATION_KNOWN = Filter("population", "known", sentence_fr="population connue")
FDEP_4_5 = Filter("regime_fdep_45", "=", "in", "FDep 4-5 (les deux quintiles défavorisés)")
DEFAULT_FILTERS = (IN_TERRITORY,)
# Lists that are read when a territory is built, by the column that they settle: the screens do not
# take them.
_LISTS = {
    "regime_fdep_45": ("le fichier FDep", "--fdep FICHIER"),
    "regime_zip_zac": ("la liste de zonage", "--zoning FICHIER"),
}
PRESETS: Mapping[str, Filter] = {
    "population-connue": POPULATION_KNOWN,
    "fdep-4-5": FDEP_4_5,
    "zip-zac": Filter("regime_zip_zac", "=", "in", "zonage médical ZIP ou ZAC"),
    "decret-2003": Filter("regime_decree_2003", "=", "in", "décret 2003-1140, article 2"),
    "acces-faible": Filter("access_class", "=", "low", "accès au généraliste faible"),
    "double-peine": Filter("situation", "=", "double peine", "situation « double peine »"),
    "sans-mediation": Filter(
        "coverage_state", "in", ("non couvert", "inconnu"),
        "aucune médiation connue (non couvert, ou non renseigné)",
    ),
}  # fmt: skip


def eligibility(table: pd.DataFrame, filters: Iterable[Filter]) -> pd.DataFrame:
    """One column per filter, named by its sentence: ``retenu``, ``écarté`` or ``indéterminé``.

    Raises
    ------
    BadInput
        Naming every filter whose column the table does not have.
    """
    chosen = list(filters)
    absent = [rule for rule in chosen if rule.column not in table]
    if absent:
        raise BadInput(
            "Filtre impossible : "
            + " ; ".join(f"« {rule.sentence()} » lit « {rule.column} »" for rule in absent)
            + ". Ces données ne sont pas dans le territoire construit. À faire : apportez le "
            "fichier qui les donne, ou retirez le filtre."
        )
    return pd.DataFrame(
        {rule.sentence(): _answers(table[rule.column], rule) for rule in chosen},
        index=table.index,
    )


def reasons(answers: pd.DataFrame) -> list[str]:
    """Why each quarter is not a candidate, in words; '' for a candidate."""
    told: list[list[str]] = [[] for _ in range(len(answers))]
    for sentence, column in answers.items():
        states = column.to_numpy(object)
        for row in np.flatnonzero(states != IN):
            told[row].append(f"{sentence} : {'non' if states[row] == OUT else 'inconnu'}")
    return [" ; ".join(failed) for failed in told]


def what_is_asked_for(answers: pd.DataFrame, filters: Iterable[Filter]) -> list[str]:
    """What to do about the lists without which a filter leaves a quarter unknown; [] if none.

    ``answers`` : those of ``eligibility``. A quarter that another filter leaves out asks for none.
    """
    unsettled = answers[(answers != OUT).all(axis=1)]
    return [
        f"demandez {what} à la personne qui construit le territoire (« qpv build … {option} »)"
        for what, option in (
            _LISTS[rule.column]
            for rule in filters
            if rule.column in _LISTS and (unsettled[rule.sentence()] == UNKNOWN).any()
        )
    ]


def _answers(column: pd.Series, rule: Filter) -> pd.Series:
    unknown = column.isna() | (column.astype("str") == "")
    if rule.test == "known":
        return pd.Series(np.where(unknown, OUT, IN), index=column.index, dtype="str")
    passed = _passed(column.mask(unknown), rule)
    answers = np.select([unknown, passed.to_numpy(bool)], [UNKNOWN, IN], OUT)
    return pd.Series(answers, index=column.index, dtype="str")


def _passed(column: pd.Series, rule: Filter) -> pd.Series:
    value = rule.value
    if rule.test == "in":
        return column.isin(list(value) if isinstance(value, tuple) else [value])
    if rule.test in ("=", "!="):
        return (column == value) == (rule.test == "=")
    if not pd.api.types.is_numeric_dtype(column):
        raise BadInput(
            f"Filtre « {rule.sentence()} » : « {rule.column} » est un texte, pas un nombre."
        )
    figures = column.to_numpy(float, na_value=np.nan)
    compare: dict[str, Callable[..., Any]] = {
        ">=": np.greater_equal,
        ">": np.greater,
        "<=": np.less_equal,
        "<": np.less,
    }
    return pd.Series(compare[rule.test](figures, value), index=column.index)


def _shown(value: str | float) -> str:
    if isinstance(value, str):
        return f"« {value} »"
    return number(value, 0 if float(value).is_integer() else 2)
