"""Ten thousand other reasonable rankings, and how often each quarter is on the list.

The candidates are those of the ranking; in each draw all of them are ranked, on weights,
standardisation, aggregation and columns of that draw. The interval says how far ten thousand
draws are from infinitely many: simulation error only, nothing on the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.compiled import in_threads
from geo.errors import BadInput
from geo.intervals import wilson_bounds
from geo.measure import Floats
from geo.priority.aggregate import transformed
from geo.priority.ranking import Ranking, Rules
from geo.robustness.loops import count_before, count_ranks
from geo.robustness.scales import Read, Scales
from geo.robustness.variants import Variants
from geo.robustness.words import kept_words

Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint32]
# Per cent of the draws of which the rank is told.
_PARTS = (5, 50, 95)


@dataclass(frozen=True, eq=False)
class Draws:
    """All that a draw needs, candidates in the order that settles ties.

    ``codes`` (n,); ``values`` (n, m) every column a criterion may be read from, sense applied;
    ``banks`` (kinds, m, n) the same, placed and ready to be weighed, 0 where missing; ``seen``
    (m, n); ``kinds`` (draws,), ``columns`` and ``weights`` (draws, k).
    """

    codes: npt.NDArray[np.str_]
    values: Floats
    banks: Floats
    seen: Floats
    absent: Floats
    kinds: Ints
    columns: Ints
    weights: Floats

    @property
    def complete(self) -> bool:
        """Nothing is missing: no weight has to be shared again."""
        return bool((self.seen == 1).all())


@dataclass(frozen=True, eq=False)
class Drawn:
    """The draws of some rules, and the rank of every candidate in each of them.

    No number of posts changes it. ``upto`` (n, n): in how many draws each candidate has each rank,
    from 0, or better; ``ranks`` (n, parts): the rank that 5 %, half and 95 % of the draws give it
    or better, from 1.
    """

    variants: Variants
    draws: Draws
    upto: Counts
    ranks: Ints


@dataclass(frozen=True, eq=False)
class Robustness:
    """What the draws say, one row per candidate in the order of its rank.

    ``table``: code_qp, rank, selected (in the ranking itself), kept (draws in which it is on the
    list), share (kept / draws), share_low, share_high (Wilson 95 %, simulation error only),
    rank_05, rank_50, rank_95 (5 %, half and 95 % of the draws rank it there or better).
    """

    table: pd.DataFrame
    posts: int
    variants: Variants
    draws: Draws

    def sentence(self, kept: int) -> str:
        """« retenu dans 94 % des variantes (IC 95 % …, 500 tirages, graine 7) », for that count."""
        return kept_words(kept, self.variants.draws, self.variants.seed)

    def sentences(self) -> list[str]:
        """``sentence`` of each row of ``table``."""
        return [self.sentence(kept) for kept in self.table["kept"]]


def robustness(
    table: pd.DataFrame, ranking: Ranking, variants: Variants, scales: Scales | None = None
) -> Robustness:
    """Draw ``variants.draws`` rankings of the candidates; the same seed gives the same bytes.

    Parameters
    ----------
    table : the table that was ranked, with every column that the variants may read.
    scales : ``Scales`` of that table, when they are at hand.

    Raises
    ------
    BadInput
        When a column of the variants is not in the table, or its criterion not in the rules.
    """
    return kept_of(ranking, drawn(table, ranking, variants, scales))


def drawn(
    table: pd.DataFrame, ranking: Ranking, variants: Variants, scales: Scales | None = None
) -> Drawn:
    """The draws of ``robustness``, which serve for every number of posts; raises the same."""
    draws = prepare(table, ranking, variants, scales)
    upto = np.cumsum(rank_counts(draws), axis=1, dtype=np.uint32)
    # Draws needed to make that share, in whole numbers: 5 % of 500 is 25, not 24.999…
    needed = [-(-part * len(draws.kinds) // 100) for part in _PARTS]
    ranks = np.column_stack([(upto < few).sum(axis=1) + 1 for few in needed])
    return Drawn(variants, draws, upto, ranks)


def kept_of(ranking: Ranking, found: Drawn) -> Robustness:
    """How often each candidate is on the list, by draws that ``drawn`` gave for these rules."""
    return Robustness(_summary(ranking, found), ranking.posts, found.variants, found.draws)


def before(found: Robustness, first: str, second: str) -> float:
    """Share of the draws in which one candidate comes before another.

    Raises
    ------
    BadInput
        When one of the two is not a candidate.
    """
    draws = found.draws
    codes = draws.codes.tolist()
    absent = [code for code in (first, second) if code not in codes]
    if absent:
        raise BadInput(f"{', '.join(absent)} : pas un candidat de ce classement.")
    rows = sorted((codes.index(first), codes.index(second)))
    count = count_before(
        np.ascontiguousarray(draws.banks[:, :, rows]),
        np.ascontiguousarray(draws.seen[:, rows]),
        draws.complete,
        draws.absent,
        draws.kinds,
        draws.columns,
        draws.weights,
    )
    share = count / len(draws.kinds)
    return share if codes[rows[0]] == first else 1 - share


def around_the_cut(found: Robustness, width: int = 3) -> pd.DataFrame:
    """Each of the last selected against each of the first left out: first, second, share.

    ``share`` is that of the draws in which ``first``, selected, comes before ``second``.
    """
    ranked = found.table["code_qp"].tolist()
    inside = ranked[max(found.posts - width, 0) : found.posts]
    outside = ranked[found.posts : found.posts + width]
    rows = [(a, b, before(found, a, b)) for a in inside for b in outside]
    return pd.DataFrame(rows, columns=["first", "second", "share"])


def prepare(
    table: pd.DataFrame, ranking: Ranking, variants: Variants, scales: Scales | None = None
) -> Draws:
    """Standardise every column once, and draw weights and choices: all the randomness is here.

    ``scales`` : those of this table, when they are at hand.
    """
    rules = ranking.rules
    names = _columns(table, rules, variants)
    read = [
        (name, criterion) for criterion, own in zip(rules.used, names, strict=True) for name in own
    ]
    scales = scales or Scales(table.reset_index(drop=True))
    rows = scales.ordered(np.flatnonzero(ranking.table["candidate"]), read)
    banks, seen = _banks(scales, read, rows, rules, variants)
    absent = np.array(
        [-1.0 if how == "sum" else np.log(rules.floor) - 1.0 for how in variants.aggregations]
    )
    kinds, columns, weights = _random(rules.weights, [len(own) for own in names], variants)
    return Draws(
        codes=scales.codes[rows],
        values=np.column_stack([scales.oriented(one)[rows] for one in read]),
        banks=banks,
        seen=seen,
        absent=np.tile(absent, len(variants.standardisations)),
        kinds=kinds,
        columns=columns,
        weights=weights,
    )


def rank_counts(draws: Draws) -> Counts:
    """(n, n): in how many draws each candidate has each rank, from 0; on all the cores."""
    n, total = len(draws.codes), len(draws.kinds)
    cores: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    parts = np.array_split(np.arange(total), min(cores, total))

    def work(part: Ints) -> Counts:
        counts = np.zeros((n, n), dtype=np.uint32)
        own = slice(part[0], part[-1] + 1)
        count_ranks(
            draws.banks,
            draws.seen,
            draws.complete,
            draws.absent,
            draws.kinds[own],
            draws.columns[own],
            draws.weights[own],
            counts,
        )
        return counts

    first, *others = in_threads(work, parts)
    for other in others:
        first += other
    return first


def _columns(table: pd.DataFrame, rules: Rules, variants: Variants) -> list[list[str]]:
    own = {criterion.id: [criterion.column] for criterion in rules.used}
    for choice in variants.choices:
        if choice.criterion in own:
            own[choice.criterion] = [column for _, column in choice.columns]
    absent = sorted({name for names in own.values() for name in names if name not in table})
    if absent:
        raise BadInput(f"Variantes impossibles : la table n'a pas {', '.join(absent)}.")
    return list(own.values())


def _banks(
    scales: Scales, read: list[Read], rows: Ints, rules: Rules, variants: Variants
) -> tuple[Floats, Floats]:
    """Banks (standardisation × aggregation, m, n) and what is seen (m, n)."""
    banks = []
    seen = np.zeros((len(read), len(rows)))
    for method in variants.standardisations:
        placed = np.stack([scales.placed(one, method, rules.span)[rows] for one in read])
        seen = np.isfinite(placed).astype(np.float64)
        banks += [
            np.nan_to_num(transformed(placed, how, floor=rules.floor))
            for how in variants.aggregations
        ]
    return np.stack(banks), seen


def _random(weights: Floats, options: list[int], variants: Variants) -> tuple[Ints, Ints, Floats]:
    """Kind, column of each criterion and weights of each draw, in this order of drawing."""
    generator = np.random.Generator(np.random.PCG64(variants.seed))
    drawn = generator.dirichlet(variants.concentration * weights, size=variants.draws)
    kinds = generator.integers(
        len(variants.standardisations) * len(variants.aggregations), size=variants.draws
    )
    starts = np.cumsum([0, *options[:-1]])
    columns = [
        start + generator.integers(count, size=variants.draws)
        for start, count in zip(starts, options, strict=True)
    ]
    return kinds, np.ascontiguousarray(np.column_stack(columns)), np.asarray(drawn)


def _summary(ranking: Ranking, drawn: Drawn) -> pd.DataFrame:
    total = len(drawn.draws.kinds)
    kept = drawn.upto[:, ranking.posts - 1]
    low, high = wilson_bounds(kept.astype(np.float64), total)
    found = pd.DataFrame(
        {
            "code_qp": drawn.draws.codes,
            "kept": kept.astype(np.int64),
            "share": kept / total,
            "share_low": low,
            "share_high": high,
            **{f"rank_{part:02d}": drawn.ranks[:, at] for at, part in enumerate(_PARTS)},
        }
    ).astype({"code_qp": "str"})
    base = ranking.table[["code_qp", "rank", "selected"]]
    return (
        base[ranking.table["candidate"]]
        .merge(found, on="code_qp")
        .sort_values("rank", ignore_index=True)
    )
