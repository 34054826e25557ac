"""What the screen of a call shows: the list, the regimes side by side, what would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from geo.analysis import Analysis
from geo.names import DEPARTEMENTS
from geo.priority.overrides import BY_CALCULATION, overridden_sentence
from geo.priority.points import PointsTable
from geo.priority.ranking import Ranking, effective_weights
from geo.regimes import REGIMES
from geo.report.screen import written_once
from geo.robustness.study import Study, changes_by_code, rows
from geo.robustness.words import (
    before_words,
    kept_plainly,
    outside_its_variants,
    outside_words,
    share_words,
)
from geo.words import counted, listed, number, percent

_LISTED = "retenu"
_POINTS = f"Points (sur {PointsTable().best})"
_NEXT = "suivant"
_RANKS = "Rangs à 90 %"
_FIRM, _OPEN = 0.9, 0.5
Lines = list[dict[str, Any]]


def list_frame(found: Study, lines: Lines | None = None) -> pd.DataFrame:
    """``lines`` as a table: French columns; figures stay numbers (NaN when there is none)."""
    shown = list_lines(found) if lines is None else lines
    draws = found.robustness.variants.draws
    return pd.DataFrame(
        [
            {
                "Liste": row["decision"] or (_LISTED if row["selected"] else _NEXT),
                "Rang": row["rank"],
                "Quartier": f"{row['label']}, {row['commune_label']}",
                "Département": DEPARTEMENTS.get(row["departement"], row["departement"]),
                _POINTS: row["points"],
                "Score": row["score"],
                "Retenu dans": "" if row["kept"] is None
                else f"{share_words(row['kept'], draws)} des variantes",
                "Solidité": firmness(row["share"], selected=bool(row["selected"])),
                _RANKS: "" if row["rank_05"] is None
                else f"{row['rank_05']} à {row['rank_95']}",
                "Code": row["code_qp"],
            }
            for row in shown
        ],
        columns=list(LIST_WORDS),
    ).astype({"Rang": "Int64", _POINTS: "Int64", "Score": "float64"})  # fmt: skip


def list_lines(found: Study, beyond: int = 10) -> Lines:
    """The quarters on the list, then the next ``beyond``, then those decided otherwise."""
    own = found.own
    near = (own["rank"] <= found.ranking.posts + beyond).fillna(False).astype("bool")
    near |= own["selected"] | (own["decision"] != "")
    shown = rows(found, own.loc[near, "code_qp"])
    return sorted(
        shown, key=lambda row: (not row["selected"], row["rank"] or len(own), row["code_qp"])
    )


def outside_sentence(lines: Lines) -> str:
    """What is said under ``list_frame`` of ranks outside their variants; '' when there is none."""
    return outside_words(
        [
            f"{row['label']} ({row['commune_label']}, rang {row['rank']}, variantes de "
            f"{row['rank_05']} à {row['rank_95']})"
            for row in lines
            if outside_its_variants(row)
        ]
    )


def in_french(frame: pd.DataFrame) -> Styler:
    """The list with its scores written the French way; they still sort as numbers."""
    styled = frame.style.format({"Score": partial(number, decimals=1)}, na_rep="–")
    return written_once(styled)


# Each column of the list, and what it says.
LIST_WORDS = {
    "Liste": "Retenu, suivant sur la liste, ou décidé par dérogation.",
    "Rang": "Place parmi les candidats. Modélisé.",
    "Quartier": "Nom et commune.",
    "Département": "Département de la commune.",
    _POINTS: "Points du barème, tirés du score. Modélisé.",
    "Score": "Score sur 100 avec les poids choisis : plus il est haut, plus le besoin est grand. "
    "Modélisé.",
    "Retenu dans": "Part des variantes du calcul où ce quartier reste parmi les retenus.",
    "Solidité": "Ferme : 90 % des variantes ou plus disent comme la liste. Assez ferme : de 50 à "
    "90 %. Fragile : moins de la moitié. « Hors liste, ferme » : elles disent qu'il n'est pas "
    "retenu.",
    _RANKS: "Rangs dans 90 % des variantes : ceux entre lesquels elles se tiennent, les 5 % "
    "plus hauts et les 5 % plus bas laissés de côté. "
    "Le rang avec vos réglages peut tomber en dehors.",
    "Code": "Code officiel du quartier.",
}


def firmness(share: float | None, *, selected: bool) -> str:
    """How much of the variants say as the list does, in a word; off the list, it says so."""
    if share is None:
        return ""
    agreed = share if selected else 1 - share
    word = "ferme" if agreed >= _FIRM else "assez ferme" if agreed >= _OPEN else "fragile"
    return word if selected else f"hors liste, {word}"


def call_summary(found: Study, lines: Lines) -> list[str]:
    """What the list says, for who reads nothing else; ``lines``: those of ``list_lines``."""
    told = [row for row in lines if row["selected"]]
    candidates = int(found.ranking.table["candidate"].sum())
    shares = [row["share"] for row in told if row["share"] is not None]
    firm = sum(share >= _FIRM for share in shares)
    people = sum(row["population"] or 0 for row in told)
    unknown = sum(row["population"] is None for row in told)
    outside = int((~found.own["candidate"]).sum())
    sentences = [
        f"{counted(len(told), 'quartier retenu', 'quartiers retenus')} sur "
        f"{counted(candidates, 'candidat')}, pour "
        f"{counted(found.ranking.posts, 'poste demandé', 'postes demandés')}. "
        f"{counted(people, 'habitant')} y vivent"
        + (f" (population non connue dans {number(unknown)} d'entre eux)." if unknown else "."),
        f"{counted(firm, 'quartier retenu reste', 'quartiers retenus restent')} sur la liste dans "
        f"au moins {percent(_FIRM, 0)} de {number(found.robustness.variants.draws)} variantes du "
        "calcul (modélisé).",
    ]
    if outside:
        sentences.append(
            f"{counted(outside, 'quartier')} hors classement, faute de données ou de conditions "
            "remplies : le dossier dit la raison de chacun."
        )
    return [*sentences, *filter(None, [overridden_sentence(found.decided)])]


def outside_frame(found: Study) -> pd.DataFrame:
    """The quarters that are not ranked, with the reason."""
    return pd.DataFrame(
        [
            (f"{row['label']}, {row['commune_label']}", row["reason"], row["code_qp"])
            for row in rows(found, found.own.loc[~found.own["candidate"], "code_qp"])
        ],
        columns=["Quartier", "Raison", "Code"],
    )


def change_lines(found: Study, codes: Collection[str]) -> list[tuple[str, list[str]]]:
    """(quarter, one sentence per criterion) of what would make each enter or leave the list."""
    names = found.table.set_index("code_qp")["label"]
    ranks = found.ranking.table.set_index("code_qp")["rank"]
    untold = [code for code in codes if code not in found.changes]
    changes = found.changes | changes_by_code(found.ranking, untold)
    decided = set(found.decided.loc[found.decided["decision"] != "", "code_qp"])
    return [
        (
            f"{names[code]} (rang {ranks[code]})"
            + (f". {BY_CALCULATION}" if code in decided else ""),
            [change.sentence for change in changes[code]],
        )
        for code in sorted(codes, key=lambda code: ranks[code])
        if code in changes
    ]


def edge_lines(found: Study) -> list[str]:
    """« A avant B dans 93 % des variantes », for the last retained against the first left out."""
    names = found.table.set_index("code_qp")["label"]
    draws = found.robustness.variants.draws
    return [
        before_words(str(names[first]), str(names[second]), float(share), draws)
        for first, second, share in found.cut.itertuples(index=False)
    ]


def regime_states(analysis: Analysis) -> pd.DataFrame:
    """One row per QPV of the territory, one column per eligibility regime: its state."""
    own = analysis.regimes[analysis.regimes["code_qp"].isin(analysis.qpv["code_qp"])]
    return own.pivot(index="code_qp", columns="regime", values="state")


def regimes_frame(states: pd.DataFrame, retained: Collection[str]) -> pd.DataFrame:
    """One row per eligibility regime: what it asks, how many QPV, how many of the list.

    ``states`` : those of ``regime_states``.
    """
    chosen = states[states.index.isin(list(retained))]
    lines = []
    for name, regime in REGIMES.items():
        state = _counts(states, name)
        lines.append(
            {
                "Régime": regime.label_fr,
                "Ce qu'il demande": regime.rule_fr,
                "Quartiers retenus": state["in"],
                "Non retenus": state["out"],
                "Indéterminés": state["unknown"],
                "Dans cette liste": _on_the_list(_counts(chosen, name)),
            }
        )
    return pd.DataFrame(lines)


def _counts(states: pd.DataFrame, regime: str) -> Counter[str]:
    """How many quarters are in each state of a regime."""
    return Counter(states[regime].to_numpy(object) if regime in states else ())


def quarter_lines(found: Study, code: str) -> list[str]:
    """One quarter in words: its place, how firm it is, and what would change it."""
    row = next(iter(rows(found, [code])), None)
    if row is None:
        return []
    decided = []
    if row["decision"]:
        decided = [f"{row['decision'][0].upper()}{row['decision'][1:]}. {row['motive']}".strip()]
    if not row["candidate"]:
        return [f"Hors classement : {row['reason']}.", *decided]
    state = "retenu" if row["selected"] else "non retenu"
    lines = [
        f"{state[0].upper()}{state[1:]} : rang {row['rank']}, {counted(row['points'], 'point')}, "
        f"score {number(row['score'], 1)} sur 100 (modélisé).",
        f"{kept_plainly(row['kept'], found.robustness.variants.draws)}.",
    ]
    changes = found.changes.get(code) or changes_by_code(found.ranking, [code]).get(code, [])
    if decided and changes:
        decided.append(BY_CALCULATION)
    return [*lines, *decided, *(change.sentence for change in changes)]


def edge_codes(found: Study, width: int = 3) -> list[str]:
    """The last retained by the calculation and the first left out."""
    table = found.ranking.table.dropna(subset=["rank"]).sort_values("rank")
    posts = found.ranking.posts
    return [str(code) for code in table["code_qp"].iloc[max(posts - width, 0) : posts + width]]


def weights_sentence(ranking: Ranking) -> str:
    """The weights that count: a criterion that nobody knows weighs nothing, and it is said."""
    candidate = ranking.table["candidate"].to_numpy(bool)
    known = np.isfinite(ranking.placed[candidate]).mean(axis=0)
    rules = ranking.rules
    told, absent = [], []
    for criterion, weight, share in zip(rules.used, effective_weights(ranking), known, strict=True):
        name = criterion.label_fr.lower()
        if share == 0:
            absent.append(name)
            continue
        partly = "" if share == 1 else f", connu pour {percent(float(share), 0)} des candidats"
        told.append(f"{name} {percent(float(weight), 0)}{partly}")
    text = f"Score sur 100 : {listed(told)}."
    if absent:
        text += (
            f" Inconnu partout, donc sans poids : {listed(absent)} ; son poids est rendu aux "
            "autres critères."
        )
    return text


def _on_the_list(states: Counter[str]) -> str:
    """« 9 retenus, 3 indéterminés sur 12 »: unknown is never counted as left out."""
    kept, unknown = states["in"], states["unknown"]
    told = [counted(kept, "retenu")] if kept or not unknown else []
    told += [counted(unknown, "indéterminé")] if unknown else []
    return f"{', '.join(told)} sur {number(states.total())}"
