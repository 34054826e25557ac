"""What a way allows: for cars or on foot, at what speed, in which direction.

Speeds are averages over the road, stops and bends included; no turn is charged and none is
forbidden (turn restrictions, barriers on nodes, lights and congestion are not read).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Mode = Literal["car", "walk"]
Direction = Literal["both", "forward", "backward"]

KMH_PER_MPH = 1.609344
KMH_PER_KNOT = 1.852

# [published] default speeds per class of an open routing engine (car profile of OSRM); their use
# for French roads is an [assumption, editable]: `dataclasses.replace(CAR_RULES, class_kmh=...)`.
CAR_CLASS_KMH: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 90.0,
        "motorway_link": 75.0,
        "trunk": 85.0,
        "trunk_link": 70.0,
        "primary": 65.0,
        "primary_link": 60.0,
        "secondary": 55.0,
        "secondary_link": 50.0,
        "tertiary": 40.0,
        "tertiary_link": 30.0,
        "unclassified": 25.0,
        "residential": 25.0,
        "road": 25.0,
        "living_street": 10.0,
        "service": 15.0,
    }
)
# [assumption, editable] 5 km/h everywhere, slower on steps.
WALK_CLASS_KMH: Mapping[str, float] = MappingProxyType(
    dict.fromkeys([*CAR_CLASS_KMH, "pedestrian", "footway", "path", "track", "cycleway"], 5.0)
    | {"bridleway": 5.0, "steps": 3.0}
)
# [official] limits of the Code de la route: R413-2 (motorway, dual carriageway, other roads),
# R413-3 (built-up area), R110-2 (30 zone, living street).
NAMED_LIMITS_KMH: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 130.0,
        "trunk": 110.0,
        "rural": 80.0,
        "urban": 50.0,
        "living_street": 20.0,
        "walk": 5.0,  # [assumption] « au pas »
    }
)
_CLOSED = frozenset(
    [
        "no",
        "private",
        "agricultural",
        "forestry",
        "emergency",
        "psv",
        "bus",
        "military",
        "use_sidepath",
    ]
)
_FOOT_OPEN = frozenset(["yes", "designated", "permissive", "official", "destination", "customers"])
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?")
_LIMIT_RANGE_KMH = (1.0, 150.0)


@dataclass(frozen=True)
class RoadRules:
    """The rules of one mode, as data.

    ``class_kmh``: classes (``highway``) that the mode may use, with their mean speed.
    ``by_tag_only``: classes open only when ``foot`` says so. ``no_stop``: classes where no trip
    begins or ends. ``limit_share``: mean speed as a share of ``maxspeed`` where it is tagged;
    ``None`` leaves the class speed.
    """

    mode: Mode
    class_kmh: Mapping[str, float]
    access_tags: tuple[str, ...]
    by_tag_only: frozenset[str] = field(default_factory=frozenset)
    no_stop: frozenset[str] = field(default_factory=frozenset)
    limit_share: float | None = None


FAST_CLASSES = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
CAR_RULES = RoadRules(
    mode="car",
    class_kmh=CAR_CLASS_KMH,
    access_tags=("motorcar", "motor_vehicle", "vehicle", "access"),
    no_stop=FAST_CLASSES,
    # [assumption, editable] 0.8 brings a tagged road to the default of its class:
    # 110 → 88 (trunk 85), 80 → 64 (primary 65), 50 → 40 (tertiary 40), 30 → 24 (residential 25).
    limit_share=0.8,
)
WALK_RULES = RoadRules(
    mode="walk",
    class_kmh=WALK_CLASS_KMH,
    access_tags=("foot", "access"),
    by_tag_only=FAST_CLASSES | {"cycleway", "bridleway"},
    no_stop=FAST_CLASSES,
)


@dataclass(frozen=True)
class Use:
    """How one way may be used. ``closed`` is ``""``, ``"class"`` or ``"access"``."""

    closed: str = ""
    kmh: float = 0.0
    direction: Direction = "both"
    stop: bool = True
    unread_limit: str = ""


def use_of(tags: Mapping[str, str], rules: RoadRules) -> Use:
    """What a way with these tags allows under these rules (an absent tag is ``""``).

    >>> use_of({"highway": "residential", "maxspeed": "30", "oneway": "yes"}, CAR_RULES)
    Use(closed='', kmh=24.0, direction='forward', stop=True, unread_limit='')
    """
    highway = tags.get("highway", "")
    if highway not in rules.class_kmh or (rules.mode == "car" and tags.get("area") == "yes"):
        return Use(closed="class")
    if _closed_by_access(tags, rules):
        return Use(closed="access")
    if rules.mode == "car" and tags.get("oneway") == "reversible":
        return Use(closed="access")  # open one way or the other by the hour, which nobody tells
    kmh, unread = rules.class_kmh[highway], ""
    if rules.limit_share is not None and tags.get("maxspeed"):
        limit = parse_maxspeed(tags["maxspeed"])
        if limit is None:
            unread = tags["maxspeed"]
        else:
            kmh = limit * rules.limit_share
    return Use("", kmh, _direction(tags, rules.mode), highway not in rules.no_stop, unread)


def _closed_by_access(tags: Mapping[str, str], rules: RoadRules) -> bool:
    if rules.mode == "walk" and tags.get("foot") in _FOOT_OPEN:
        return False
    if tags["highway"] in rules.by_tag_only:
        return True
    # The most precise tag that is present decides alone.
    said = next((tags[name] for name in rules.access_tags if tags.get(name)), "")
    parts = {part.strip() for part in said.split(";")}
    return parts <= _CLOSED


def _direction(tags: Mapping[str, str], mode: Mode) -> Direction:
    said = tags.get("oneway" if mode == "car" else "oneway:foot", "")
    if said in ("yes", "true", "1"):
        return "forward"
    if said in ("-1", "reverse"):
        return "backward"
    implied = tags.get("junction") in ("roundabout", "circular") or tags["highway"] in (
        "motorway",
        "motorway_link",
    )
    return "forward" if mode == "car" and not said and implied else "both"


def parse_maxspeed(text: str) -> float | None:
    """A ``maxspeed`` in km/h, the lowest of several; ``None`` when it says no usable number.

    Named limits are read by their last word whatever the country before it.

    >>> [parse_maxspeed(text) for text in ("50", "FR:urban", "FR:zone30", "50 mph", "signals")]
    [50.0, 50.0, 30.0, 80.4672, None]
    """
    limits = [_one_limit(part.strip().lower()) for part in re.split(r"[;|,]", text)]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _one_limit(text: str) -> float | None:
    word = text.rpartition(":")[2].strip()
    if word in NAMED_LIMITS_KMH:
        return NAMED_LIMITS_KMH[word]
    found = _NUMBER.fullmatch(word.removeprefix("zone").strip())
    if not found:
        return None
    unit = {"mph": KMH_PER_MPH, "knots": KMH_PER_KNOT}.get(found[2] or "", 1.0)
    kmh = float(found[1]) * unit
    return kmh if _LIMIT_RANGE_KMH[0] <= kmh <= _LIMIT_RANGE_KMH[1] else None
