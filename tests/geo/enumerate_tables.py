"""Every table of counts that fits what is shown, by plain enumeration: no solver, no algebra."""

from __future__ import annotations

import math
from collections.abc import Iterator

from geo.confidentiality import HIDDEN, AdditiveTable, Protection
from geo.confidentiality.tables import Key


def possible_values(protection: Protection, cap: int, enough: int = 2) -> dict[Key, set[int]]:
    """The values that each hidden cell takes over all fitting tables, ``enough`` at most each.

    ``cap`` bounds the figures tried: finding two values below it proves that there are two.
    """
    shown = protection.shown()
    found: dict[Key, set[int]] = {key: set() for key, value in shown.items() if value == HIDDEN}
    for key, values in found.items():
        for value in range(1, cap + 1):
            if len(values) >= enough:
                break
            fitting = next(fitting_tables(protection.table, {**shown, key: float(value)}, cap), {})
            for name, number in fitting.items():
                if name in found:
                    found[name].add(number)
    return found


def fitting_tables(
    table: AdditiveTable, shown: dict[Key, float | str | None], cap: int
) -> Iterator[dict[Key, int]]:
    """All tables whose every sum holds; hidden cells are 1 or more, unknown ones 0 or more."""
    sums = [(table.keys[total], [table.keys[part] for part in parts])
            for total, parts in table.relations]  # fmt: skip
    filled = {key: int(value) for key, value in shown.items()
              if isinstance(value, float) and not math.isnan(value)}  # fmt: skip
    least = {key: 1 if value == HIDDEN else 0 for key, value in shown.items()}
    yield from _filled(filled, sums, least, cap)


def _filled(
    filled: dict[Key, int],
    sums: list[tuple[Key, list[Key]]],
    least: dict[Key, int],
    cap: int,
) -> Iterator[dict[Key, int]]:
    forced = _forced(filled, sums, least, cap)
    if forced is None:
        return
    left = [key for key in least if key not in forced]
    if not left:
        yield forced
        return
    # The cell with fewest values left, so that a dead end is met early.
    chosen = min(left, key=lambda key: len(_range(key, forced, sums, least, cap)))
    for value in _range(chosen, forced, sums, least, cap):
        yield from _filled({**forced, chosen: value}, sums, least, cap)


def _forced(
    filled: dict[Key, int], sums: list[tuple[Key, list[Key]]], least: dict[Key, int], cap: int
) -> dict[Key, int] | None:
    """Fill the cells that are alone unknown in their sum; None when a sum cannot hold."""
    filled = dict(filled)
    again = True
    while again:
        again = False
        for total, parts in sums:
            unknown = [key for key in (total, *parts) if key not in filled]
            if len(unknown) > 1:
                floor = sum(filled.get(key, least[key]) for key in parts)
                if total in filled and floor > filled[total]:
                    return None
                continue
            known = sum(filled[key] for key in parts if key in filled)
            if not unknown:
                if known != filled[total]:
                    return None
                continue
            key = unknown[0]
            value = known if key == total else filled[total] - known
            if not least[key] <= value <= cap:
                return None
            filled[key] = value
            again = True
    return filled


def _range(
    key: Key,
    filled: dict[Key, int],
    sums: list[tuple[Key, list[Key]]],
    least: dict[Key, int],
    cap: int,
) -> range:
    low, high = least[key], cap
    for total, parts in sums:
        if key == total:
            low = max(low, sum(filled.get(part, least[part]) for part in parts))
        elif key in parts and total in filled:
            others = sum(filled.get(part, least[part]) for part in parts if part != key)
            high = min(high, filled[total] - others)
    return range(low, high + 1)
