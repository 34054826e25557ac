"""The two lists of priority neighbourhoods: 2024 as it is, 2015 through the official table."""

from __future__ import annotations

import pandas as pd

from geo.regimes.model import Case, Verdict, unknown
from geo.words import listed, percent

_IN_FORCE = {"hexagone": ("2024-01-01", "2023-1314"), "overseas": ("2025-01-01", "2024-1212")}


def qpv_2024(case: Case) -> list[Verdict]:
    """Every QPV of the 2024 layer is in the list of its décret; Mayotte was revised by another."""
    return [_listed(case, departement) for departement in case.quarters["departement"]]


def _listed(case: Case, departement: str) -> Verdict:
    if case.layers.fictional:
        return Verdict("in", "Quartier de la liste fictive.", "2024-01-01", "qpv_2024", "observed")
    date, decree = _IN_FORCE["overseas" if len(departement) == 3 else "hexagone"]
    reason = f"Dans la liste officielle (décret {decree})."
    return Verdict("in", reason, date, "qpv_2024", "observed")


def qpv_2015(case: Case) -> list[Verdict]:
    """Kept when the official table gives a 2015 QPV, or when the outlines overlap by half.

    The share of people (else of surface) that was inside a 2015 QPV is said when both outlines
    are known. Without table and outline nothing is concluded: absence of overlap in a partial
    set of 2015 outlines proves nothing.
    """
    links = case.layers["correspondence"]
    pairs = case.bridge[case.bridge["kind"] == "paire"]
    # One unknown part makes the whole unknown.
    measured = pairs.groupby("code_2024")["beta"].agg(lambda own: own.sum(skipna=False))
    by_code = {str(code): rows for code, rows in links.groupby("code_2024")}
    return [
        _earlier(code, by_code.get(code), float(measured.get(code, float("nan"))), case)
        for code in case.quarters["code_qp"]
    ]


def _earlier(code: str, rows: pd.DataFrame | None, share: float, case: Case) -> Verdict:
    date, source = "2015-01-01", "qpv_2015_2024"
    known = share == share
    overlap = f" ; {percent(share, 0)} du quartier y était déjà (estimé)" if known else ""
    if rows is not None:
        earlier = sorted(set(rows["code_2015_by_label"]) - {""})
        if not earlier:
            reason = "Nouveau en 2024 : aucun quartier de 2015 dans la table officielle de passage"
            return Verdict("out", f"{reason}{overlap}.", date, source, "observed")
        doubt = " ; la table échange ce quartier avec un autre, le nom décide"
        doubt = doubt if rows["suspect"].any() else ""
        reason = f"Issu de {listed(earlier)}{overlap}{doubt}."
        return Verdict("in", reason, date, source, "observed")
    if known and share >= case.parameters.regime_min_share:
        return Verdict(
            "in", f"Absent de la table de passage{overlap}.", date, "qpv_2015", "modelled"
        )
    return unknown("Absent de la table de passage de 2015 à 2024.", date, source)
