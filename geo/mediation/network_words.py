"""The network of mediation as tables of French words, ready to be shown or written."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from geo.mediation.funding import UNSTATED
from geo.mediation.regional import Network
from geo.schema import Layers
from geo.words import UNKNOWN, date_fr, listed, number, percent

_STATUS = {"observed": "écrit", "modelled": "au prorata des ETP", "missing": UNKNOWN}
_TERRITORIES = {"qpv": "QPV", "veille active": "veille active", "rural": "rural"}
BIKE, BUS = "vélo", "bus"


def place_names(layers: Layers) -> dict[str, str]:
    """Code → name of each QPV and of each commune of the layers."""
    quarters, communes = layers["qpv"], layers["communes"]
    named = dict(zip(communes["code"], communes["label"], strict=True))
    labels = zip(quarters["code_qp"], quarters["label"], quarters["commune_label"], strict=True)
    return named | {code: f"{label}, {commune}" for code, label, commune in labels}


def work_table(found: Network, names: Mapping[str, str]) -> pd.DataFrame:
    """Who works where, one row a structure and place."""
    rows = [
        {
            "Structure": row["structure"],
            "Où": _place(row, names),
            "Territoire": _kinds(row["territory_kinds"]),
            "Actions": ", ".join(row["kinds"]),
            "Interventions": number(row["posts"]),
            "ETP": _least(row["fte"], row["fte_is_minimum"], number(row["fte"], 2)),
        }
        for row in found.work.to_dict("records")
    ]
    return pd.DataFrame(rows)


def partners_table(found: Network, names: Mapping[str, str]) -> pd.DataFrame:
    """Pairs of structures that share a quarter, a place or a network."""
    rows = [
        {
            "Structure": row["structure"],
            "Avec": row["partner"],
            "Quartiers communs": _named(row["shared_quarters"], names),
            "Lieux communs": _items(row["shared_places"]),
            "Réseaux communs": _items(row["shared_exchanges"]),
        }
        for row in found.partners.to_dict("records")
    ]
    return pd.DataFrame(rows)


def seen_table(found: Network) -> pd.DataFrame:
    """How each structure is seen (by bike, by bus, otherwise), and the networks it goes to."""
    seen, met = _by_structure(found.visibility, "means"), _by_structure(found.exchanges, "exchange")
    rows = [
        {
            "Structure": structure,
            "Visible à vélo": _seen(held, BIKE),
            "Visible en bus": _seen(held, BUS),
            "Autres moyens d'être vu": _counts(held, without=(BIKE, BUS)),
            "Réseaux et temps d'échange": _counts(met.get(structure, {})),
        }
        for structure, held in seen.items()
    ]
    return pd.DataFrame(rows)


def funders_table(found: Network) -> pd.DataFrame:
    """Shares of each département, what is not stated last, then their sum."""
    rows = []
    for code, own in found.by_departement.groupby("departement"):
        apart = own["funder"] == UNSTATED
        for row in pd.concat([own[~apart], own[apart]]).to_dict("records"):
            share = percent(row["share"], 1, "non précisée")
            rows.append(
                {
                    "Département": code or UNKNOWN,
                    "Financeur": row["funder"],
                    "Part du coût": _least(row["share"], row["share_is_minimum"], share),
                    "Statut": _STATUS[row["share_status"]],
                    "Interventions": number(row["posts"]),
                }
            )
        rows.append(
            {
                "Département": code or UNKNOWN,
                "Financeur": "Total",
                "Part du coût": percent(own["share"].sum(min_count=1), 1),
                "Statut": "",
                "Interventions": "",
            }
        )
    return pd.DataFrame(rows)


def brought_table(found: Network, names: Mapping[str, str]) -> pd.DataFrame:
    """What each structure brings to the territory of each funder."""
    rows = [
        {
            "Financeur": row["funder"],
            "Structure": row["structure"],
            "Département": row["departement"] or UNKNOWN,
            "Territoire": _kinds(row["territory_kinds"]),
            "Interventions": number(row["posts"]),
            "Heures par semaine": _least(
                row["fte"], row["fte_is_minimum"], number(row["hours_per_week"], 1)
            ),
            "ETP": _least(row["fte"], row["fte_is_minimum"], number(row["fte"], 2)),
            "dont payés par lui": number(row["fte_paid"], 2),
            "Part du coût de la structure": percent(row["share"], 1, "non précisée"),
            "Quartiers servis": _named(row["quarters"], names),
            "Communes": _named(row["communes"], names),
        }
        for row in found.brought.sort_values(["funder", "structure", "departement"]).to_dict(
            "records"
        )
    ]
    return pd.DataFrame(rows)


def losses_table(losses: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """What would be lost if a structure stopped (table of ``loss_by_structure``)."""
    rows = [
        {
            "Structure": row["structure"],
            "Interventions": number(row["posts"]),
            "ETP": number(row["fte"], 2),
            "Quartiers servis": number(row["quarters"]),
            "Personnes qui ne seraient plus suivies (modélisé)": _range(row),
            "Quartiers sans médiateur": _named(row["without_mediator"], names),
            "Quartiers qui ne seraient plus couverts": _named(row["no_longer_covered"], names),
            "Fin des conventions": _ends(row["first_end"], row["last_end"]),
        }
        for row in losses.to_dict("records")
    ]
    return pd.DataFrame(rows)


def _place(row: Mapping[Hashable, Any], names: Mapping[str, str]) -> str:
    code, commune = str(row["code_qp"]), str(row["commune"])
    if not code:
        return f"commune {names.get(commune, commune)}" if commune else UNKNOWN
    afoot = " (à portée de marche)" if row["relation"] == "walk" else ""
    return f"{names.get(code, code)} ({code}){afoot}"


def _kinds(kinds: Iterable[str]) -> str:
    return ", ".join(_TERRITORIES[kind] for kind in kinds) or UNSTATED


def _named(codes: Iterable[str], names: Mapping[str, str]) -> str:
    return _items(names.get(code, code) for code in codes)


def _items(items: Iterable[str]) -> str:
    return " ; ".join(items) or "–"


def _by_structure(rows: pd.DataFrame, item: str) -> dict[str, dict[str, int]]:
    return {
        str(structure): dict(zip(own[item], own["posts"], strict=True))
        for structure, own in rows.groupby("structure")
    }


def _counts(held: Mapping[str, int], without: Iterable[str] = ()) -> str:
    return _items(
        f"{name} ({number(count)})" for name, count in held.items() if name not in without
    )


def _seen(held: Mapping[str, int], means: str) -> str:
    """« oui » with how many posts; « non dit »: a file that is silent does not say no."""
    return f"oui ({number(held[means])})" if means in held else "non dit"


def _least(value: float, is_minimum: bool, written: str) -> str:
    return f"au moins {written}" if is_minimum and value == value else written


def _range(row: Mapping[Hashable, Any]) -> str:
    low, high = row["people_lost_low"], row["people_lost_high"]
    least = "au moins " if row["is_minimum"] else ""
    interval = f" ({number(low)} à {number(high)})" if low != high else ""
    return f"{least}{number(row['people_lost'])}{interval}"


def _ends(first: str, last: str) -> str:
    told = [date_fr(end) for end in dict.fromkeys((first, last)) if end]
    return listed(told) if last else listed([*told, "date non connue"])
