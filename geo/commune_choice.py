"""Which communes a group keeps: presses told by a map, a list too long, a code told twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from geo.commune_group import MOST
from geo.words import counted

_MOST_NAMED = 60  # past this, names are not being read any more
_LAST = 2**31  # no reader presses so often


def at_most(codes: Sequence[str], most: int = MOST) -> tuple[list[str], list[str]]:
    """The first ``most`` codes, each once, in order; then the others."""
    own = list(dict.fromkeys(codes))
    return own[:most], own[most:]


def too_many_words(names: Sequence[str], most: int = MOST) -> str:
    """What became of the communes beyond ``most``, one sentence that names them."""
    shown = ", ".join(names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    rest = f" et {counted(more, 'autre')}" if more > 0 else ""
    kept = "n'a pas été gardée" if len(names) == 1 else "n'ont pas été gardées"
    return (
        f"Un groupement a au plus {counted(most, 'commune')} : "
        f"{counted(len(names), 'commune')} en trop {kept} ({shown}{rest})."
    )


def after_presses(
    codes: Sequence[str], heard: int, told: Any, known: Collection[str]
) -> tuple[list[str], int]:
    """The group once what a map tells is done, and the number of the last press heard.

    ``told``: what the browser sends, believed in nothing: a list of ``[number, code, inside]``, all
    the presses that it has not been answered yet. Numbers grow with each press; those up to
    ``heard`` were done already. A press says what it wants (in, out), so that one told twice is
    done once. What is not such a press is ignored; a code that is not ``known`` too.
    """
    kept = dict.fromkeys(codes)
    if not isinstance(told, list) or len(told) > len(known):
        return list(kept), heard
    presses = sorted((one for one in told if _is_press(one)), key=lambda one: one[0])
    for number, code, inside in presses:
        if number <= heard:
            continue
        heard = number
        if not inside:
            kept.pop(code, None)
        elif code in known:
            kept.setdefault(code)
    return list(kept), heard


def _is_press(one: Any) -> bool:
    if not isinstance(one, list) or len(one) != 3:
        return False
    number, code, inside = one
    return (
        type(number) is int and 0 < number < _LAST
        and isinstance(code, str) and isinstance(inside, bool)
    )  # fmt: skip
