"""What a wrong cell probably meant, when a list at hand can tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from datasets.mediation.personal import MASKED
from datasets.readers.tabular import normalise_label
from datasets.reading import Problem

_MOST = 3  # homonyms shown; beyond, the name alone does not help


def with_commune_codes(problems: Iterable[Problem], communes: pd.DataFrame) -> list[Problem]:
    """The same problems; a commune written by name gets its code in what was expected.

    Parameters
    ----------
    communes : columns code, label, departement of the communes at hand.
    """
    by_name: dict[str, list[str]] = {}
    for code, label in zip(communes["code"], communes["label"], strict=True):
        by_name.setdefault(normalise_label(str(label)), []).append(f"{code} ({label})")
    return [_with_code(problem, by_name) for problem in problems]


def _with_code(problem: Problem, by_name: dict[str, list[str]]) -> Problem:
    if problem.column != "commune" or problem.value in ("", MASKED):
        return problem
    found = sorted(by_name.get(normalise_label(problem.value), []))
    if not 0 < len(found) <= _MOST:
        return problem
    return replace(problem, expected="son code Insee : " + " ou ".join(found))
