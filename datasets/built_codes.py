"""The codes that exist where territories were built, for whoever fetched no national list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from datasets import store
from datasets.mediation.known import CodeList
from datasets.mediation.near import communes_around
from geo.errors import QpvError
from geo.schema import Layers
from geo.territory import departement_of_commune


@dataclass(frozen=True)
class BuiltCodes:
    """QPV 2024 and communes of the territories built, both whole in the same départements."""

    qpv: CodeList
    communes: CodeList


def codes_of(layers: Layers) -> BuiltCodes:
    """The codes of one build, whole in the départements of its territory and of its region."""
    quarters, places = layers["qpv"], layers["communes"]
    told = places.loc[places["scope"] != "halo", "code"]
    whole = frozenset(departement_of_commune(code) for code in told)
    own = quarters[quarters["perimeter"] == "2024"]
    return BuiltCodes(
        CodeList(frozenset(own["code_qp"]), whole, communes_around(own, places)),
        CodeList(frozenset(places["code"]), whole),
    )


def built_codes(data_dir: Path) -> BuiltCodes | None:
    """The codes of every build under ``data_dir``; None when there is none that can be read.

    A build holds its territory and the rest of its region, each département whole, and a halo
    of pieces beyond, which proves nothing of what is not in it.
    """
    qpv: set[str] = set()
    communes: set[str] = set()
    whole: set[str] = set()
    around: dict[str, frozenset[str]] = {}
    for built in store.list_built(data_dir):
        try:
            layers = store.load(built.slug, data_dir)
        except QpvError:
            continue  # damaged: « qpv build » says it; here it is one list fewer
        own = codes_of(layers)
        qpv |= own.qpv.codes
        around |= own.qpv.around
        communes |= own.communes.codes
        whole |= own.communes.departements or set()
    if not whole:
        return None
    departements = frozenset(whole)
    return BuiltCodes(
        CodeList(frozenset(qpv), departements, around), CodeList(frozenset(communes), departements)
    )
