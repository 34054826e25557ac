"""The compiled loops of the draws: a score for each quarter, a rank for each score.

Ranks are found by counting: scores fall into more buckets than there are quarters, then each
bucket, of a few scores, is put in order. Quarters come in the order that settles ties, and every
step keeps the order of equals, so that ties need no further look.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Ints = npt.NDArray[np.int64]
# Totals are compared to nine decimals, as in ``geo.priority.ranking.order_key``.
_SCALE = 1e9
# Buckets a quarter, and how many scores one may hold before it is better to sort them all.
_BUCKETS = 2
_FULLEST = 256


@compiled
def score_draw(
    bank: Any, seen: Any, complete: bool, columns: Any, weights: Any, absent: float, out: Any,
    observed: Any,
) -> None:  # fmt: skip
    """Keys of one draw into ``out`` (n,): Σ w_k u_k / Σ observed w_k, to nine decimals.

    ``bank`` (m, n) holds 0 where ``seen`` (m, n) is 0; ``columns`` (k,) picks rows of both.
    ``absent`` is the total of a quarter of which nothing is observed: below every other.
    """
    n = out.size
    out[:] = 0.0
    for k in range(columns.size):
        weight, row = weights[k], bank[columns[k]]
        for i in range(n):
            out[i] += weight * row[i]
    if not complete:
        observed[:] = 0.0
        for k in range(columns.size):
            weight, row = weights[k], seen[columns[k]]
            for i in range(n):
                observed[i] += weight * row[i]
        for i in range(n):
            out[i] = out[i] / observed[i] if observed[i] > 0 else absent
    for i in range(n):
        out[i] = np.rint(out[i] * _SCALE)


@compiled
def place(key: Any, bucket: Any, starts: Any, sorted_key: Any, sorted_row: Any) -> None:
    """Rows by decreasing key into ``sorted_row``, equals in their order; the rest is scratch.

    ``starts`` holds one place more than there are buckets.
    """
    n, buckets = key.size, starts.size - 1
    low, high = key[0], key[0]
    for i in range(n):
        low, high = min(low, key[i]), max(high, key[i])
    scale = (buckets - 1) / (high - low) if high > low else 0.0
    starts[:] = 0
    for i in range(n):
        bucket[i] = np.int32((high - key[i]) * scale)
        starts[bucket[i] + 1] += 1
    fullest = 0
    for b in range(buckets):
        fullest = max(fullest, starts[b + 1])
        starts[b + 1] += starts[b]
    if fullest > _FULLEST:
        sorted_row[:] = np.argsort(-key, kind="mergesort")
        return
    for i in range(n):
        where = starts[bucket[i]]
        starts[bucket[i]] = where + 1
        sorted_key[where], sorted_row[where] = key[i], i
    for i in range(1, n):  # nobody moves further than the head of its bucket
        own, row, j = sorted_key[i], sorted_row[i], i
        while j > 0 and sorted_key[j - 1] < own:
            sorted_key[j], sorted_row[j] = sorted_key[j - 1], sorted_row[j - 1]
            j -= 1
        sorted_key[j], sorted_row[j] = own, row


@compiled
def count_ranks(
    banks: Any, seen: Any, complete: bool, absent: Any, kinds: Any, columns: Any, weights: Any,
    counts: Any,
) -> None:  # fmt: skip
    """Adds to ``counts`` (n, n) how often each row (first index) has each rank, from 0.

    ``banks`` (kinds, m, n); for each draw its kind, its columns (draws, k) and weights (draws, k).
    """
    n = counts.shape[0]
    key, observed, sorted_key = np.empty(n), np.empty(n), np.empty(n)
    bucket, sorted_row = np.empty(n, np.int32), np.empty(n, np.int32)
    starts = np.empty(_BUCKETS * n + 1, np.int32)
    for d in range(kinds.size):
        kind = kinds[d]
        score_draw(banks[kind], seen, complete, columns[d], weights[d], absent[kind], key, observed)
        place(key, bucket, starts, sorted_key, sorted_row)
        for rank in range(n):
            counts[sorted_row[rank], rank] += 1


@compiled
def count_before(
    banks: Any, seen: Any, complete: bool, absent: Any, kinds: Any, columns: Any, weights: Any
) -> int:  # fmt: skip
    """In how many draws the first of two rows, which ties favour, comes before the second."""
    key, observed = np.empty(2), np.empty(2)
    before = 0
    for d in range(kinds.size):
        kind = kinds[d]
        score_draw(banks[kind], seen, complete, columns[d], weights[d], absent[kind], key, observed)
        before += key[0] >= key[1]
    return before


@compiled
def dominates(values: Any, group: Any, out: Any) -> None:
    """``out`` (n, n): row a is at least b on every column, above on one, in the same group.

    ``values`` (n, m), larger is more need, NaN missing: two rows are compared only when the same
    values are missing in both.
    """
    n, m = values.shape
    for a in range(n):
        for b in range(n):
            above, level = False, group[a] == group[b] and a != b
            for k in range(m):
                if not level:
                    break
                own, other = values[a, k], values[b, k]
                if np.isnan(own) or np.isnan(other):
                    level = np.isnan(own) and np.isnan(other)
                else:
                    level = own >= other
                    above = above or own > other
            out[a, b] = level and above
