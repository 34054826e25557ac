"""Statistical secrecy: what may not be shown, and what would give it away (METHODS section 6).

``rules`` say which counts are hidden; ``tables``, ``audit`` and ``secondary`` protect a table whose
totals are shown. A hidden figure is ``s``, an unknown one is empty, a zero is 0.
"""

from geo.confidentiality.audit import Deduction, NotProtected, audit, deductions
from geo.confidentiality.rules import HIDDEN, CountRule, Secrecy, UnitRule
from geo.confidentiality.secondary import Protection, protect
from geo.confidentiality.tables import TOTAL, AdditiveTable, Axis, additive_table, with_totals

__all__ = [
    "HIDDEN",
    "TOTAL",
    "AdditiveTable",
    "Axis",
    "CountRule",
    "Deduction",
    "NotProtected",
    "Protection",
    "Secrecy",
    "UnitRule",
    "additive_table",
    "audit",
    "deductions",
    "protect",
    "with_totals",
]
