"""The regimes as plain records and as sentences, for the faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from geo.regimes.model import REGIMES
from geo.regimes.table import disagreements
from geo.words import counted, listed

if TYPE_CHECKING:
    from geo.analysis import Analysis

_MOST_NAMED = 8


def regime_records(analysis: Analysis) -> dict[str, Any]:
    """What JSON holds: the regimes, what each says of each QPV, the disagreements.

    Every value is str, bool, list or dict; an absent date is None.
    """
    frame = analysis.regimes
    rows = frame.to_dict(orient="records")
    return {
        "territory": analysis.territory,
        "fictional": analysis.fictional,
        "regimes": [asdict(regime) for regime in REGIMES.values()],
        "quarters": [{**row, "date": row["date"] or None} for row in rows],
        "disagreements": disagreements(frame).to_dict(orient="records"),
    }


def disagreement_summary(pairs: Sequence[dict[str, Any]]) -> list[str]:
    """One sentence per pair of regimes, the largest first: who keeps what the other leaves out."""
    by_pair: dict[tuple[str, str], list[str]] = {}
    for pair in pairs:
        by_pair.setdefault((pair["keeps"], pair["leaves_out"]), []).append(pair["code_qp"])
    ordered = sorted(by_pair.items(), key=lambda item: -len(item[1]))
    return [
        f"{REGIMES[keeps].label_fr} retient, {REGIMES[leaves].label_fr} ne retient pas : "
        f"{counted(len(codes), 'quartier')} ({_some(codes)})."
        for (keeps, leaves), codes in ordered
    ]


def _some(codes: list[str]) -> str:
    if len(codes) <= _MOST_NAMED:
        return listed(codes)
    return f"{', '.join(codes[:_MOST_NAMED])} …"
