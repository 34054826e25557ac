"""A call studied whole: the ranking, its robustness, what would change it, what was overridden."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from geo.analysis import Analysis
from geo.assumptions import changes_in_words
from geo.components import STANDARDISATIONS, VARIED
from geo.priority.aggregate import AGGREGATION_WORDS, AGGREGATIONS
from geo.priority.change import Change, what_would_change
from geo.priority.criteria import Criterion
from geo.priority.overrides import Override, apply_overrides
from geo.priority.ranking import Ranking, Rules, effective_weights, rank_quarters
from geo.priority.standardise import STANDARDISATION_WORDS
from geo.robustness.draws import Drawn, Robustness, around_the_cut, drawn, kept_of
from geo.robustness.prepared import Prepared, prepare_variants
from geo.robustness.variants import Variants
from geo.schema import Layers
from geo.words import counted, listed, number

# Above this many candidates, what would change is only said around the cut.
MOST_CHANGES = 400
AROUND = 40


@dataclass(frozen=True, eq=False)
class Study:
    """``table`` is the ranked table as it was read (``geo.priority.ranking_table``), with the
    columns of the variants; ``decided`` that of ``apply_overrides``; ``changes`` by code."""

    analysis: Analysis
    table: pd.DataFrame
    ranking: Ranking
    robustness: Robustness
    decided: pd.DataFrame
    overrides: tuple[Override, ...]
    changes: dict[str, list[Change]]
    varied: tuple[str, ...]

    @cached_property
    def cut(self) -> pd.DataFrame:
        """``around_the_cut``, counted when it is asked for."""
        return around_the_cut(self.robustness)

    @cached_property
    def own(self) -> pd.DataFrame:
        """``decided``, quarters of the territory alone: by rank, then those without, by code."""
        shown = self.decided.sort_values(["rank", "code_qp"], na_position="last")
        return shown[(self.table["scope"] == "territory").reindex(shown.index)]


def study(
    layers: Layers,
    analysis: Analysis,
    rules: Rules,
    posts: int,
    *,
    draws: int = 10_000,
    seed: int = 7,
    varied: Collection[str] = VARIED,
    overrides: Sequence[Override] = (),
) -> Study:
    """Rank, draw, compare and override. Weights are always drawn; ``varied`` says what else is.

    Raises
    ------
    BadInput
        As ``rank_quarters``, ``robustness`` and ``apply_overrides``; or for an unknown ``varied``.
    """
    used = [criterion.id for criterion in rules.used]
    prepared = prepare_variants(layers, analysis, varied, used)
    return study_prepared(
        prepared, analysis, rules, posts, draws=draws, seed=seed, overrides=overrides
    )


def study_prepared(
    prepared: Prepared,
    analysis: Analysis,
    rules: Rules,
    posts: int,
    *,
    draws: int = 10_000,
    seed: int = 7,
    overrides: Sequence[Override] = (),
    around: int | None = None,
    ready: Drawn | None = None,
) -> Study:
    """The same from a table already prepared, which no weight, no number of posts changes.

    Parameters
    ----------
    ready : what ``draw`` gave for these rules, draws and seed, when it is at hand.
    around : what would change is told of that many candidates on each side of the cut only; of
        all of them, or of ``AROUND`` when they are more than ``MOST_CHANGES``, when not given.

    Raises
    ------
    BadInput
        As ``rank_quarters``, ``robustness`` and ``apply_overrides``.
    """
    ranking = rank_quarters(prepared.table, rules, posts)
    decided = apply_overrides(ranking, overrides)
    found = kept_of(ranking, ready or draw(prepared, rules, draws=draws, seed=seed))
    return Study(
        analysis,
        prepared.table,
        ranking,
        found,
        decided,
        tuple(overrides),
        changes_by_code(ranking, _worth_telling(ranking, around)),
        told_variants(found.variants),
    )


def draw(prepared: Prepared, rules: Rules, *, draws: int = 10_000, seed: int = 7) -> Drawn:
    """The draws of ``study_prepared``, the same for every number of posts; raises the same."""
    varied = prepared.varied
    used = {criterion.id for criterion in rules.used}
    variants = Variants(
        draws,
        seed,
        standardisations=STANDARDISATIONS if "echelles" in varied else (rules.standardisation,),
        aggregations=AGGREGATIONS if "agregations" in varied else (rules.aggregation,),
        choices=tuple(choice for choice in prepared.choices if choice.criterion in used),
    )
    return drawn(prepared.table, rank_quarters(prepared.table, rules, 1), variants, prepared.scales)


def changes_by_code(ranking: Ranking, codes: Sequence[str]) -> dict[str, list[Change]]:
    """What would change each of these candidates, by code."""
    changes: dict[str, list[Change]] = {}
    for change in what_would_change(ranking, codes):
        changes.setdefault(change.code_qp, []).append(change)
    return changes


def told_variants(variants: Variants) -> tuple[str, ...]:
    """What the draws change, one line each, every option named."""
    lines = [
        "poids : tirés au sort autour de ceux du classement (ils restent positifs et leur somme "
        f"vaut 100 % ; resserrement {number(variants.concentration)} : plus il est grand, plus les "
        "poids tirés restent proches)"
    ]
    scales = [STANDARDISATION_WORDS[name] for name in variants.standardisations]
    means = [AGGREGATION_WORDS[name] for name in variants.aggregations]
    for what, options in (("échelle", scales), ("agrégation", means)):
        lines.append(f"{what} : {listed(options)}")
    for choice in variants.choices:
        names = [label for label, _ in choice.columns]
        lines.append(
            f"{choice.label_fr} : {counted(len(names), 'option')}, de « {names[0]} » à "
            f"« {names[-1]} »"
            if len(names) > 6
            else f"{choice.label_fr} : {' ; '.join(names)}"
        )
    return tuple(lines)


def to_record(told: Study) -> dict[str, Any]:
    """Everything as plain values for JSON (``allow_nan=False``): None for what is missing."""
    ranking, found = told.ranking, told.robustness
    rules, variants = ranking.rules, found.variants
    weights = dict(zip([c.id for c in rules.used], rules.weights.tolist(), strict=True))
    effective = dict(zip(weights, effective_weights(ranking).tolist(), strict=True))
    return {
        "territory": told.analysis.territory,
        "fictional": told.analysis.fictional,
        "assumptions": changes_in_words(told.analysis.parameters),
        "posts": ranking.posts,
        "candidates": int(ranking.table["candidate"].sum()),
        "criteria": [
            {
                "id": c.id, "label": c.label_fr, "unit": c.unit, "direction": c.direction,
                "weight": weights[c.id], "effective_weight": _plain(effective[c.id]),
            }
            for c in rules.used
        ],
        "standardisation": rules.standardisation,
        "aggregation": rules.aggregation,
        "contributions_sum_to": "log(score)" if rules.aggregation == "geometric" else "score",
        "filters": [rule.sentence() for rule in rules.filters],
        "ties": "population la plus grande, puis code",
        "points": {"source": rules.points.source, "steps": [list(s) for s in rules.points.steps]},
        "draws": variants.draws,
        "seed": variants.seed,
        "interval": "Wilson 95 %, erreur de simulation seulement",
        "variants": list(told.varied),
        "overrides": len(told.overrides),
        "quarters": rows(told),
        "around_the_cut": told.cut.to_dict("records"),
    }  # fmt: skip


def rows(told: Study, codes: Collection[str] | None = None) -> list[dict[str, Any]]:
    """One record per quarter of the territory, in the order of ``Study.own``.

    ``codes`` : those asked for; all of them when None.
    """
    shown = told.own if codes is None else told.own[told.own["code_qp"].isin(list(codes))]
    parts = told.ranking.contributions.loc[shown.index].to_dict("index")
    drawn = _drawn(told.robustness, shown["code_qp"])
    # The columns read below and no other: the table has many more, one for each variant.
    read = {"label", "commune_label", "departement"}
    used = told.ranking.rules.used
    for criterion in used:
        read |= {criterion.column, criterion.status} & set(told.table.columns)
    named = told.table.loc[shown.index, ["code_qp", *sorted(read)]]
    names = named.set_index("code_qp").to_dict("index")
    records = []
    for row in shown.itertuples():
        code = str(row.code_qp)
        record: dict[str, Any] = {
            "code_qp": code,
            "label": str(names[code]["label"]),
            "commune_label": str(names[code]["commune_label"]),
            "departement": str(names[code]["departement"]),
            "population": _plain(row.population),
            "candidate": bool(row.candidate),
            "reason": row.reason,
            "score": _plain(row.score),
            "score_status": "modelled" if _plain(row.score) is not None else "missing",
            "observed_weight": _plain(row.observed_weight),
            "points": _plain(row.points),
            "rank": _plain(row.rank),
            "selected": bool(row.selected),
            "selected_by_calculation": bool(row.selected_by_calculation),
            "decision": row.decision,
            "motive": row.motive,
            "decided_on": row.decided_on,
            "decided_by": row.decided_by,
            "values": _values(used, names[code]),
            "contributions": {name: _plain(v) for name, v in parts[row.Index].items()},
        }
        record |= drawn.get(code, _UNDRAWN)
        record["changes"] = [
            {"criterion": c.criterion, "aim": c.aim, "value": _plain(c.value),
             "needed": _plain(c.needed), "unit": c.unit, "sentence": c.sentence}
            for c in told.changes.get(code, [])
        ]  # fmt: skip
        records.append(record)
    return records


def _values(used: Sequence[Criterion], row: Mapping[Hashable, Any]) -> dict[str, dict[str, Any]]:
    """What each criterion is worth, with its status: nothing here was counted as such."""
    values = {}
    for criterion in used:
        value = _plain(row[criterion.column])
        known = str(row[criterion.status]) if criterion.status in row else "modelled"
        values[criterion.id] = {
            "value": value,
            "unit": criterion.unit,
            "status": known if value is not None or known == "suppressed" else "missing",
        }
    return values


_DRAWN = ("kept", "share", "share_low", "share_high", "rank_05", "rank_50", "rank_95")
_UNDRAWN: dict[str, Any] = dict.fromkeys((*_DRAWN, "sentence"))


def _drawn(found: Robustness, codes: pd.Series) -> dict[str, dict[str, Any]]:
    """What the draws say of these candidates, by code."""
    asked = found.table[found.table["code_qp"].isin(codes)]
    columns = [asked[name].tolist() for name in ("code_qp", *_DRAWN)]
    return {
        code: {name: _plain(value) for name, value in zip(_DRAWN, values, strict=True)}
        | {"sentence": found.sentence(values[0])}
        for code, *values in zip(*columns, strict=True)
    }


def _plain(value: Any) -> int | float | None:
    if value is None or pd.isna(value):
        return None
    whole = float(value)
    if not math.isfinite(whole):
        return None
    return int(whole) if whole.is_integer() else whole


def _worth_telling(ranking: Ranking, around: int | None) -> list[str]:
    own = ranking.table[ranking.table["candidate"]].sort_values("rank")
    if around is None and len(own) > MOST_CHANGES:
        around = AROUND
    if around is not None:
        own = own.iloc[max(ranking.posts - around, 0) : ranking.posts + around]
    return [str(code) for code in own["code_qp"]]
