"""Who follows whom: the largest number of people served, shared as evenly as it can be.

Posts reach QPV; a post follows at most its capacity, a QPV has at most its need. Among the ways to
serve the most people, the one kept makes the served shares (people served over need) as equal as
reach allows: the smallest share as large as possible, then the next (lexicographic max-min). What
QPV may receive together is a polymatroid, where such a choice exists, is unique, and is also one of
the largest totals (Fujishige, 1980; Megiddo, 1974): evening out never costs anybody served.

The method is the decomposition of Fujishige: ask for the same share everywhere; when that cannot
be met, a smallest cut names the QPV that lack capacity; they and the posts that reach them are one
problem, the rest another. Counts are whole numbers of 2**-40 person and ratios are never rounded,
so the result is exact whatever the order of the rows.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_PART = 2**40
Arc = tuple[str, str]


def allocate(
    need: Mapping[str, float], capacity: Mapping[str, float], reach: Iterable[Arc]
) -> dict[Arc, float]:
    """People of each QPV followed by each post: ``{(post, code_qp): people}``, positive ones only.

    Parameters
    ----------
    need : people to follow by QPV code, finite and not negative.
    capacity : people that each post can follow, finite and not negative.
    reach : pairs (post, code_qp); those of an unknown post or QPV are left out.

    Where several posts reach a QPV, which of them follows whom is a choice without effect on what
    each QPV receives: it is made in the order of the identifiers.
    """
    needs = {code: _parts(people) for code, people in need.items()}
    capacities = {post: _parts(people) for post, people in capacity.items()}
    arcs = sorted(
        {
            (post, code)
            for post, code in reach
            if capacities.get(post, 0) > 0 and needs.get(code, 0) > 0
        }
    )
    found: dict[Arc, float] = {}
    waiting = list(_connected(arcs))
    while waiting:
        group = waiting.pop()
        ask, give, scale = _even_share(group, needs, capacities)
        flow = _largest_flow(group, ask, give)
        lacking = _lacking(flow)
        if lacking:
            waiting += [part for part in _split(group, lacking) if part]
            continue
        unit = scale * _PART
        found |= {arc: people / unit for arc, people in flow.sent.items() if people > 0}
    return dict(sorted(found.items()))


def _parts(people: float) -> int:
    return round(people * _PART)


def _even_share(
    group: list[Arc], needs: Mapping[str, int], capacities: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, int], int]:
    """The same share of need asked for every QPV of the group, in whole numbers times ``scale``."""
    ask = {code: needs[code] for _, code in group}
    give = {post: capacities[post] for post, _ in group}
    needed, offered = sum(ask.values()), sum(give.values())
    if offered >= needed:
        return ask, give, 1
    return (
        {code: people * offered for code, people in ask.items()},
        {post: people * needed for post, people in give.items()},
        needed,
    )


@dataclass
class _Flow:
    """What is sent along each arc, and what is left to give and to receive."""

    posts_of: Mapping[str, list[str]]
    codes_of: Mapping[str, list[str]]
    to_give: dict[str, int]
    to_receive: dict[str, int]
    sent: dict[Arc, int] = field(default_factory=lambda: defaultdict(int))


def _largest_flow(group: list[Arc], ask: dict[str, int], give: dict[str, int]) -> _Flow:
    """A largest flow by shortest augmenting paths (Edmonds and Karp), greedy to begin with."""
    posts_of, codes_of = defaultdict(list), defaultdict(list)
    for post, code in group:
        posts_of[code].append(post)
        codes_of[post].append(code)
    flow = _Flow(posts_of, codes_of, dict(give), dict(ask))
    # The posts that have the least choice go first: little is left to move afterwards.
    for post in sorted(codes_of, key=lambda name: (len(codes_of[name]), name)):
        for code in sorted(codes_of[post], key=lambda name: (len(posts_of[name]), name)):
            _send(flow, [(post, code)], min(flow.to_give[post], flow.to_receive[code]))
    while path := _augmenting_path(flow):
        taken = [flow.sent[arc] for arc in path[1::2]]
        ends = (flow.to_give[path[0][0]], flow.to_receive[path[-1][1]])
        _send(flow, path, min(*ends, *taken))
    return flow


def _send(flow: _Flow, path: list[Arc], people: int) -> None:
    """Send along a path whose arcs alternate: given, taken back, given …"""
    for place, arc in enumerate(path):
        flow.sent[arc] += -people if place % 2 else people
    flow.to_give[path[0][0]] -= people
    flow.to_receive[path[-1][1]] -= people


def _augmenting_path(flow: _Flow) -> list[Arc]:
    """A shortest way from a post with time left to a QPV with people left; empty when none."""
    came_to_post: dict[str, Arc | None] = {
        post: None for post in sorted(flow.to_give) if flow.to_give[post] > 0
    }
    came_to_code: dict[str, str] = {}
    queue = deque(came_to_post)
    while queue:
        post = queue.popleft()
        for code in flow.codes_of[post]:
            if code in came_to_code:
                continue
            came_to_code[code] = post
            if flow.to_receive[code] > 0:
                return _walk_back(code, came_to_code, came_to_post)
            for other in flow.posts_of[code]:
                if other not in came_to_post and flow.sent[other, code] > 0:
                    came_to_post[other] = (other, code)
                    queue.append(other)
    return []


def _walk_back(
    code: str, came_to_code: Mapping[str, str], came_to_post: Mapping[str, Arc | None]
) -> list[Arc]:
    path = [(came_to_code[code], code)]
    while taken := came_to_post[path[-1][0]]:
        path += [taken, (came_to_code[taken[1]], taken[1])]
    return path[::-1]


def _lacking(flow: _Flow) -> set[str]:
    """QPV that cannot have the share asked for, with all that their posts give elsewhere."""
    lacking = {code for code, people in flow.to_receive.items() if people > 0}
    queue = deque(sorted(lacking))
    while queue:
        for post in flow.posts_of[queue.popleft()]:
            for code in flow.codes_of[post]:
                if code not in lacking and flow.sent[post, code] > 0:
                    lacking.add(code)
                    queue.append(code)
    return lacking


def _split(group: list[Arc], lacking: set[str]) -> tuple[list[Arc], list[Arc]]:
    """The QPV that lack, with every post that reaches them; the others with the posts left."""
    kept = {post for post, code in group if code in lacking}
    return (
        [(post, code) for post, code in group if code in lacking],
        [(post, code) for post, code in group if code not in lacking and post not in kept],
    )


def _connected(arcs: list[Arc]) -> Iterator[list[Arc]]:
    """Groups of arcs that share no post and no QPV with one another."""
    of_post, of_code = defaultdict(list), defaultdict(list)
    for arc in arcs:
        of_post[arc[0]].append(arc)
        of_code[arc[1]].append(arc)
    seen: set[str] = set()
    for first in of_code:
        if first in seen:
            continue
        seen.add(first)
        group: set[Arc] = set()
        queue = deque([first])
        while queue:
            for post, _ in of_code[queue.popleft()]:
                for arc in of_post[post]:
                    group.add(arc)
                    if arc[1] not in seen:
                        seen.add(arc[1])
                        queue.append(arc[1])
        yield sorted(group)
