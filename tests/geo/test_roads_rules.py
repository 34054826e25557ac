"""Speeds, directions and rights of way read from tags."""

from __future__ import annotations

import pytest

from geo.roads.rules import CAR_RULES, WALK_RULES, parse_maxspeed, use_of


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("50 km/h", 50.0),
        ("30.5", 30.5),
        ("50 mph", 80.4672),
        ("10 knots", 18.52),
        ("FR:urban", 50.0),
        ("FR:rural", 80.0),
        ("FR:motorway", 130.0),
        ("FR:zone30", 30.0),
        ("FR:zone:30", 30.0),
        ("FR:30", 30.0),
        ("FR:living_street", 20.0),
        ("walk", 5.0),
        ("90;70", 70.0),
        ("signals", None),
        ("none", None),
        ("", None),
        ("0", None),
        ("500", None),
        ("-30", None),
        ("cinquante", None),
    ],
)
def test_maxspeed(text: str, kmh: float | None) -> None:
    assert parse_maxspeed(text) == pytest.approx(kmh)


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, "forward"),
        ({"oneway": "1"}, "forward"),
        ({"oneway": "-1"}, "backward"),
        ({"oneway": "no"}, "both"),
        ({}, "both"),
        ({"junction": "roundabout"}, "forward"),
        ({"junction": "roundabout", "oneway": "no"}, "both"),
        ({"junction": "circular"}, "forward"),
        ({"highway": "motorway"}, "forward"),
        ({"highway": "motorway", "oneway": "no"}, "both"),
        ({"highway": "motorway_link"}, "forward"),
        ({"highway": "trunk"}, "both"),
    ],
)
def test_directions_bind_cars_and_not_walkers(tags: dict[str, str], direction: str) -> None:
    tags = {"highway": "residential", "foot": "yes"} | tags
    assert use_of(tags, CAR_RULES).direction == direction
    assert use_of(tags, WALK_RULES).direction == "both"


def test_a_footway_may_be_one_way_for_walkers() -> None:
    tags = {"highway": "footway", "oneway:foot": "-1"}
    assert use_of(tags, WALK_RULES).direction == "backward"


@pytest.mark.parametrize(
    ("tags", "car", "walk"),
    [
        ({"highway": "residential"}, "", ""),
        ({"highway": "residential", "access": "no"}, "access", "access"),
        ({"highway": "residential", "access": "private"}, "access", "access"),
        ({"highway": "residential", "access": "private", "foot": "yes"}, "access", ""),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, "", "access"),
        ({"highway": "residential", "motor_vehicle": "no"}, "access", ""),
        ({"highway": "residential", "vehicle": "no", "motorcar": "yes"}, "", ""),
        ({"highway": "residential", "access": "destination"}, "", ""),
        ({"highway": "residential", "access": "agricultural;forestry"}, "access", "access"),
        ({"highway": "residential", "foot": "no"}, "", "access"),
        ({"highway": "residential", "oneway": "reversible"}, "access", ""),
        ({"highway": "service", "area": "yes"}, "class", ""),
        ({"highway": "motorway"}, "", "access"),
        ({"highway": "trunk"}, "", "access"),
        ({"highway": "trunk", "foot": "yes"}, "", ""),
        ({"highway": "footway"}, "class", ""),
        ({"highway": "steps"}, "class", ""),
        ({"highway": "track"}, "class", ""),
        ({"highway": "cycleway"}, "class", "access"),
        ({"highway": "cycleway", "foot": "designated"}, "class", ""),
        ({"highway": "construction"}, "class", "class"),
        ({}, "class", "class"),
    ],
)
def test_who_may_pass(tags: dict[str, str], car: str, walk: str) -> None:
    assert (use_of(tags, CAR_RULES).closed, use_of(tags, WALK_RULES).closed) == (car, walk)


def test_speeds_come_from_the_limit_else_from_the_class() -> None:
    assert use_of({"highway": "tertiary", "maxspeed": "80"}, CAR_RULES).kmh == 64.0
    assert use_of({"highway": "tertiary"}, CAR_RULES).kmh == 40.0
    unread = use_of({"highway": "tertiary", "maxspeed": "signals"}, CAR_RULES)
    assert (unread.kmh, unread.unread_limit) == (40.0, "signals")
    assert use_of({"highway": "tertiary", "maxspeed": "80"}, WALK_RULES).kmh == 5.0
    assert use_of({"highway": "steps"}, WALK_RULES).kmh == 3.0


def test_no_trip_begins_on_a_motorway() -> None:
    assert not use_of({"highway": "motorway"}, CAR_RULES).stop
    assert use_of({"highway": "primary"}, CAR_RULES).stop
