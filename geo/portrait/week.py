"""Who works in a quarter, or for a structure, and when: a week of services, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.completeness import user_posts
from geo.mediation.cited import cited_for_quarter
from geo.mediation.supply import PERMANENCE, active_posts
from geo.quarter import Worker, post_worker, without_workers, workers
from geo.words import date_fr, listed

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
HALVES = ("matin (avant 13 h)", "après-midi (dès 13 h)", "heures non connues")
_NOON = 13 * 60


@dataclass(frozen=True)
class Week:
    """The services of a quarter (or of a structure) by day, and each of them in words.

    ``slots`` maps (day, half of the day) to what happens then; ``regular`` details these
    services, ``others`` those without a known day, ``ended`` those whose convention
    is not running. ``silence`` is what is said when nobody is known, else "";
    ``cited`` the schemes of the commune that are not counted.
    """

    slots: dict[tuple[str, str], tuple[str, ...]]
    regular: tuple[Worker, ...]
    others: tuple[Worker, ...]
    ended: tuple[Worker, ...]
    silence: str
    cited: tuple[str, ...] = ()

    @property
    def halves(self) -> tuple[str, ...]:
        """The columns of the grid; that of unknown hours only when something is in it."""
        used = {half for _, half in self.slots}
        return tuple(half for half in HALVES if half != HALVES[2] or half in used)


def week(analysis: Analysis, layers: Layers, code_qp: str) -> Week:
    """The week of one quarter of the analysis."""
    row = analysis.qpv[analysis.qpv["code_qp"] == code_qp].iloc[0]
    found, cited = workers(analysis, layers, code_qp), cited_for_quarter(layers, row)
    if not found:
        return Week({}, (), (), (), without_workers(row), cited)
    posts = layers["mediation"].set_index("mediation_id", drop=False)
    pairs = analysis.mediation_in_qpv
    own = pairs[(pairs["code_qp"] == code_qp) & pairs["mediation_id"].isin(posts.index)]
    shown = posts.loc[own["mediation_id"]]
    told = _week(analysis, shown, found, shown["structure"].tolist())
    return replace(told, cited=cited)


def structure_week(analysis: Analysis, layers: Layers, structure: str) -> Week:
    """The week of one structure of the user's files: its permanences in all their places."""
    posts = user_posts(layers["mediation"]).set_index("mediation_id", drop=False)
    own = posts[posts["structure"] == structure]
    paid = layers["mediation_funders"]
    whom = [_whom(post, layers) for _, post in own.iterrows()]
    found = [
        post_worker(post, words, paid[paid["mediation_id"] == post["mediation_id"]])
        for (_, post), words in zip(own.iterrows(), whom, strict=True)
    ]
    silence = "" if found else "Aucune intervention déclarée par cette structure."
    return replace(_week(analysis, own, found, whom), silence=silence)


def _whom(post: pd.Series[Any], layers: Layers) -> str:
    """The quarters that a post names, else its kind of territory and its commune."""
    shares, quarters = layers["mediation_qpv"], layers["qpv"]
    codes = shares.loc[shares["mediation_id"] == post["mediation_id"], "code_qp"]
    if len(codes):
        labels = dict(zip(quarters["code_qp"], quarters["label"], strict=True))
        return f"pour {listed([labels.get(code, code) for code in codes])}"
    communes = layers["communes"].set_index("code")["label"]
    kind = f"{post.get('territory_kind', '')}, ".removeprefix(", ")
    return f"{kind}commune {communes.get(post['commune'], post['commune'] or 'non connue')}"


def _week(
    analysis: Analysis, posts: pd.DataFrame, found: Sequence[Worker], whom: Sequence[str]
) -> Week:
    """Sort services by what is known of their week; ``found`` and ``whom`` follow ``posts``."""
    running = set(active_posts(posts, analysis.parameters.as_of)["mediation_id"])
    slots: dict[tuple[str, str], list[str]] = {}
    regular, others, ended = [], [], []
    for (post_id, post), worker, words in zip(posts.iterrows(), found, whom, strict=True):
        if post["origin"] == "user" and post_id not in running:
            ended.append(Worker(worker.structure, (_ended(post), *worker.lines)))
        elif post["weekdays"]:
            regular.append(worker)
            for day, half, told in _slots(post, words):
                slots.setdefault((day, half), []).append(told)
        else:
            others.append(worker)
    told_slots = {place: tuple(sorted(told)) for place, told in slots.items()}
    return Week(told_slots, tuple(regular), tuple(others), tuple(ended), "")


def _slots(post: pd.Series[Any], whom: str) -> list[tuple[str, str, str]]:
    """Day, half of the day and words; ``whom``: the structure, or what it serves."""
    words = f"{post['host_place'] or 'lieu non précisé'}, {whom or 'structure non précisée'}"
    # A permanence is what a week is expected to hold: only another kind is named.
    words = words if post["kind"] == PERMANENCE else f"{post['kind']}, {words}"
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
    return int(hours) * 60 + int(minutes) if hours.isdecimal() and minutes.isdecimal() else None


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")
