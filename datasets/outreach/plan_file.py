"""The plan of a round, as ``qpv outreach --json`` writes it: what a filled sheet is held beside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from datasets.reading import UnreadableFile
from geo.outreach.assumptions import Assumptions

MAX_BYTES = 5_000_000
_EXPECTED = "le JSON écrit par « qpv outreach TERRITOIRE QPV … --json »"
_REMEDY = "refaites-le avec cette commande, sans le modifier"


@dataclass(frozen=True)
class KnownPlan:
    """The quarter, the stops and the assumptions of a plan."""

    code_qp: str
    stops: frozenset[str]
    assumptions: Assumptions


def read_plan(path: Path) -> KnownPlan:
    """Read a plan.

    Raises
    ------
    UnreadableFile
        When it is absent, too large or no plan.
    BadInput
        When its assumptions are out of their ranges.
    """
    if not path.is_file():
        raise UnreadableFile(path.name, "fichier absent", _EXPECTED, "vérifiez le chemin")
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(
            path.name, f"fichier de plus de {MAX_BYTES // 1_000_000} Mo", _EXPECTED, _REMEDY
        )
    try:
        plan = json.loads(path.read_bytes())
        stops = frozenset(str(stop["stop"]) for stop in plan["round"]["stops"])
        rate = plan["rate"]
        people_per_door = next(
            float(one["value"]) for one in plan["assumptions"] if one["name"] == "people_per_door"
        )
        known = (str(plan["code_qp"]), int(rate["met"]), int(rate["visited"]))
    except (ValueError, KeyError, TypeError, StopIteration, RecursionError, OverflowError) as error:
        raise UnreadableFile(path.name, "ce n'est pas un plan", _EXPECTED, _REMEDY) from error
    code, met, visited = known
    return KnownPlan(code, stops, Assumptions(met, visited, people_per_door))
