"""The codes that exist where territories were built, for whoever fetched no national list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datasets import store
from datasets.mediation.known import CodeList
from geo.errors import QpvError
from geo.territory import departement_of_commune


@dataclass(frozen=True)
class BuiltCodes:
    """QPV 2024 and communes of the territories built, both whole in the same départements."""

    qpv: CodeList
    communes: CodeList


def built_codes(data_dir: Path) -> BuiltCodes | None:
    """The codes of every build under ``data_dir``; None when there is none that can be read.

    A build holds its territory and the rest of its region, each département whole, and a halo
    of pieces beyond, which proves nothing of what is not in it.
    """
    qpv: set[str] = set()
    communes: set[str] = set()
    whole: set[str] = set()
    for built in store.list_built(data_dir):
        try:
            layers = store.load(built.slug, data_dir)
        except QpvError:
            continue  # damaged: « qpv build » says it; here it is one list fewer
        quarters, places = layers["qpv"], layers["communes"]
        qpv |= set(quarters.loc[quarters["perimeter"] == "2024", "code_qp"])
        communes |= set(places["code"])
        told = places.loc[places["scope"] != "halo", "code"]
        whole |= {departement_of_commune(code) for code in told}
    if not whole:
        return None
    departements = frozenset(whole)
    return BuiltCodes(
        CodeList(frozenset(qpv), departements), CodeList(frozenset(communes), departements)
    )
