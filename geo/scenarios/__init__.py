"""Scenarios: what if a practice, a health centre or a mediator came, moved or closed."""

from geo.scenarios.apply import apply_scenario
from geo.scenarios.changes import Change, Scenario
from geo.scenarios.effects import Effects, compare, effects, sentences, to_record

__all__ = [
    "Change",
    "Effects",
    "Scenario",
    "apply_scenario",
    "compare",
    "effects",
    "sentences",
    "to_record",
]
