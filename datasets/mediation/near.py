"""The communes near a QPV, from which a mediator may be thought to serve it."""

from __future__ import annotations

import pandas as pd


def communes_around(quarters: pd.DataFrame, places: pd.DataFrame) -> dict[str, frozenset[str]]:
    """For each QPV, its communes and those of the same EPCI.

    That the EPCI is what is near is a choice [assumption, editable]: the distance is not measured.

    Parameters
    ----------
    quarters : code_qp, communes (codes separated by ``;``); one whose communes are not all in
        ``places`` has no entry, since nothing can be said of what is near.
    places : code, epci ('' when a commune is in none), each EPCI whole.
    """
    epci = dict(zip(places["code"], places["epci"], strict=True))
    together = {
        str(code): frozenset(found) for code, found in places.groupby("epci")["code"] if code
    }
    found: dict[str, frozenset[str]] = {}
    for code, held in zip(quarters["code_qp"], quarters["communes"], strict=True):
        own = frozenset(str(held).split(";"))
        if own <= epci.keys():
            found[str(code)] = own.union(*(together.get(str(epci[one]), own) for one in own))
    return found
