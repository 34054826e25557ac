"""The codes that exist, as the lists at hand can say: everywhere, or in some départements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CodeList:
    """Codes of a list that is whole in ``departements`` (None: in the whole country).

    ``around``: for the QPV whose place is known, the communes that hold it or are near it.
    """

    codes: frozenset[str]
    departements: frozenset[str] | None = None
    around: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def denies(self, code: str, departement: str) -> bool:
        """True when the list proves that no such code exists in that département."""
        return code not in self.codes and self.covers(departement)

    def covers(self, departement: str) -> bool:
        return self.departements is None or departement in self.departements


Codes = Collection[str] | CodeList


def code_list(codes: Codes | None) -> CodeList | None:
    """Plain codes are a list of the whole country; None is no list at all."""
    if codes is None or isinstance(codes, CodeList):
        return codes
    return CodeList(frozenset(codes))


@dataclass(frozen=True)
class Known:
    """The QPV and communes that exist; None: no list at hand, the form alone is checked."""

    qpv: CodeList | None = None
    communes: CodeList | None = None
