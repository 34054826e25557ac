"""Who works in a quarter, and when: a week of permanences, and the services that have no week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.mediation.supply import PERMANENCE
from geo.quarter import Worker, without_workers, workers
from geo.words import date_fr

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
HALVES = ("matin (avant 13 h)", "après-midi (dès 13 h)", "heures non connues")
_NOON = 13 * 60


@dataclass(frozen=True)
class Week:
    """The permanences of a quarter by day, and every service in words.

    ``slots`` maps (day, half of the day) to what happens then; ``regular`` details these
    permanences, ``others`` the services without a known week, ``ended`` those whose convention
    is not running. ``silence`` is what is said when nobody is known, else "".
    """

    slots: dict[tuple[str, str], tuple[str, ...]]
    regular: tuple[Worker, ...]
    others: tuple[Worker, ...]
    ended: tuple[Worker, ...]
    silence: str

    @property
    def halves(self) -> tuple[str, ...]:
        """The columns of the grid; that of unknown hours only when something is in it."""
        used = {half for _, half in self.slots}
        return tuple(half for half in HALVES if half != HALVES[2] or half in used)


def week(analysis: Analysis, layers: Layers, code_qp: str) -> Week:
    """The week of one quarter of the analysis."""
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp].iloc[0]
    found = workers(analysis, layers, code_qp)
    if not found:
        return Week({}, (), (), (), without_workers(row))
    posts = layers["mediation"].set_index("mediation_id", drop=False)
    pairs = analysis.mediation_in_qpv
    own = pairs[(pairs["code_qp"] == code_qp) & pairs["mediation_id"].isin(posts.index)]
    running = set(analysis.mediation_reach["mediation_id"])
    slots: dict[tuple[str, str], list[str]] = {}
    regular, others, ended = [], [], []
    for post_id, worker in zip(own["mediation_id"], found, strict=True):
        post = posts.loc[post_id]
        if post["origin"] == "user" and post_id not in running:
            ended.append(Worker(worker.structure, (_ended(post), *worker.lines)))
        elif post["kind"] == PERMANENCE and post["weekdays"]:
            regular.append(worker)
            for day, half, words in _slots(post):
                slots.setdefault((day, half), []).append(words)
        else:
            others.append(worker)
    told = {place: tuple(sorted(words)) for place, words in slots.items()}
    return Week(told, tuple(regular), tuple(others), tuple(ended), "")


def _slots(post: pd.Series[Any]) -> list[tuple[str, str, str]]:
    place = post["host_place"] or "lieu non précisé"
    words = f"{place}, {post['structure'] or 'structure non précisée'}"
    starts, ends = _minutes(post["starts_at"]), _minutes(post["ends_at"])
    if starts is None or ends is None:
        halves: Sequence[str] = HALVES[2:]
    else:
        words = f"{_clock(starts)}–{_clock(ends)} : {words}"
        halves = [half for half, held in zip(HALVES, (starts < _NOON, ends > _NOON), strict=False)
                  if held]  # fmt: skip
    days = [day for day in post["weekdays"].split(";") if day]
    return [(day, half, words) for day in days for half in halves]


def _ended(post: pd.Series[Any]) -> str:
    end = post["convention_end"]
    when = f"terminée le {date_fr(end)}" if end else "qui n'est pas en cours"
    return f"convention {when} : non comptée"


def _minutes(clock: str) -> int | None:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes) if hours.isdigit() and minutes.isdigit() else None


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")
