"""What a regime says of a QPV: kept, left out or unknown, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from geo.parameters import Parameters
from geo.schema import Layers

State = Literal["in", "out", "unknown"]
STATE_WORDS: Mapping[str, str] = {
    "in": "retenu",
    "out": "non retenu",
    "unknown": "indéterminé",
}
REGIME_COLUMNS = (
    "code_qp",
    "regime",
    "state",
    "reason_fr",
    "date",
    "source_id",
    "status",
)


@dataclass(frozen=True)
class Regime:
    """One way of saying which places come first; ``rule_fr`` is what it asks for."""

    id: str
    label_fr: str
    rule_fr: str
    mark: str


REGIMES: Mapping[str, Regime] = {
    regime.id: regime
    for regime in (
        Regime("qpv_2024", "QPV 2024", "Quartier de la liste en vigueur depuis 2024.", "official"),
        Regime(
            "qpv_2015",
            "QPV 2015",
            "Quartier issu d'un quartier de la liste de 2015 (table officielle de passage).",
            "official",
        ),
        Regime(
            "fdep_45",
            "FDep 4-5",
            "Habitants dans des communes ou IRIS du quintile 4 ou 5 de désavantage social.",
            "published",
        ),
        Regime(
            "aura_priority",
            "Priorité ARS AURA",
            "QPV, ou territoire FDep 4 ou 5 (ARS Auvergne-Rhône-Alpes).",
            "published",
        ),
        Regime(
            "zip_zac",
            "ZIP ou ZAC",
            "Zone de la liste de l'ARS (CSP L1434-4), lue et jamais recalculée.",
            "published",
        ),
        Regime(
            "decree_2003",
            "Décret 2003-1140",
            "Au moins 5 000 habitants et trois des quatre conditions de l'article 2.",
            "official",
        ),
        Regime(
            "ufc",
            "Lecture UFC",
            "Désert : accès de plus de 60 % sous la moyenne nationale (difficile : de 30 à 60 %), "
            "transposé à l'APL de la commune.",
            "published",
        ),
    )
}


class Verdict(NamedTuple):
    """What one regime says of one QPV. ``date`` is that of the list or of the figures."""

    state: State
    reason_fr: str
    date: str
    source_id: str
    status: str


@dataclass(frozen=True)
class Case:
    """All that the regimes read: QPV (one row each), where their people live, what they were.

    ``shares`` is the table of ``people_shares``, ``bridge`` that of ``geo.bridge.bridge``.
    """

    layers: Layers
    quarters: pd.DataFrame
    shares: pd.DataFrame
    bridge: pd.DataFrame
    parameters: Parameters


def unknown(reason_fr: str, date: str = "", source_id: str = "") -> Verdict:
    """An input is missing: nobody can say."""
    return Verdict("unknown", reason_fr, date, source_id, "missing")


def by_share(kept: float, known: float, least: float) -> State:
    """In when the known part suffices, out when even the unknown part could not, else unknown.

    ``kept`` and ``known`` are shares of the people of a QPV, ``least`` the share that is asked.
    """
    if kept >= least - 1e-9:
        return "in"
    return "out" if kept + (1.0 - known) < least - 1e-9 else "unknown"
