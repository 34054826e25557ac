"""The question, and what answers it: the surest first, then by rank of priority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geo.search.index import COMMUNE, SMALL_WORDS, Entry, SearchIndex
from geo.search.letters import (
    errors_allowed,
    errors_between,
    letters_held,
    quarter_code,
    words,
)

# [assumption, editable] How sure a word is: written in full, begun, with one or two errors.
_WHOLE, _BEGUN, _ONE_ERROR, _TWO_ERRORS, _BEGUN_WITH_ERROR = 1.0, 0.9, 0.8, 0.65, 0.6
# A name of its own counts a little more than that of the commune it lies in.
_OF_COMMUNE = 0.95
_UNLIKELY = 0.9  # a commune without QPV of which the question holds a part of the name only
_LEAST_SHARE = 0.5  # of the letters asked that an answer must hold when none holds them all
_MOST_WORDS, _MOST_LETTERS = 12, 120  # beyond, a question is cut: it is not one
_UNRANKED = 10**9


@dataclass(frozen=True)
class Hit:
    """``kind``: quartier or commune; ``about``: where and which rank; ``certain``: no error.

    ``rank``: of priority, None when there is none; ``quarters``: QPV that a commune holds.
    """

    kind: str
    code: str
    label: str
    about: str
    rank: int | None
    quarters: int
    certain: bool
    score: float


@dataclass(frozen=True)
class Found:
    """The best hits, how many there are in all, and what the reader must be told."""

    hits: tuple[Hit, ...]
    total: int
    note: str = ""


def search(index: SearchIndex, text: str, limit: int | None = 12) -> Found:
    """Rank what answers ``text``; the same question always gets the same answer.

    Accents, case, hyphens, « St » and word order are ignored; words that nothing bears are tried
    with typing errors. QPV found by their commune come in order of priority.
    """
    asked = words(text[:_MOST_LETTERS])[:_MOST_WORDS]
    if not asked:
        return Found((), 0)
    coded = {hit.code: hit for hit in _by_code(index, text[:_MOST_LETTERS])}
    needed = [word for word in asked if word not in SMALL_WORDS] or list(asked)
    exact = {word: _near(index, word, errors=False) for word in asked}
    hits = _all_of(index, exact, needed, asked)
    if not coded and not any(hit.score >= _OF_COMMUNE * 0.9 for hit in hits):
        loose = {word: _near(index, word, errors=True) for word in asked}
        known = {hit.code for hit in hits}
        hits += [hit for hit in _all_of(index, loose, needed, asked) if hit.code not in known]
        hits = hits or _most_of(index, loose, needed, asked)
    hits = [*coded.values(), *(hit for hit in hits if hit.code not in coded)]
    return _found(hits, limit, _note(index, hits, needed))


def _found(hits: Iterable[Hit], limit: int | None, note: str = "") -> Found:
    ordered = sorted(
        hits,
        key=lambda hit: (
            -round(hit.score, 3), hit.kind != COMMUNE, -hit.quarters,
            hit.rank or _UNRANKED, hit.label, hit.code,
        ),
    )  # fmt: skip
    return Found(tuple(ordered[:limit]), len(ordered), note)


def _by_code(index: SearchIndex, text: str) -> list[Hit]:
    """QPV whose code is the text, whole or begun (``4217``); zeros and spaces do not count."""
    code = quarter_code(text)
    if not code:
        return []
    return [
        _hit(index.entries[place], _WHOLE if known == code else _BEGUN, certain=True)
        for known, place in index.by_code.items()
        if known == code or (len(code) >= 4 and known.startswith(code))
    ]


def _near(index: SearchIndex, word: str, *, errors: bool) -> dict[str, float]:
    """The words of the territory that may be the one asked, and how surely."""
    found = {
        known: _WHOLE if known == word else _BEGUN
        for known in index.held
        if known == word or (len(word) > 1 and not word.isdigit() and known.startswith(word))
    }
    allowed = errors_allowed(word) if errors else 0
    if not allowed:
        return found
    bits = letters_held(word)
    for known, held in index.letters.items():
        if known in found or known.isdigit() or (bits & ~held).bit_count() > allowed:
            continue
        count = errors_between(word, known, allowed)
        if count <= allowed:
            found[known] = _ONE_ERROR if count == 1 else _TWO_ERRORS
        elif (
            len(known) > len(word)
            and min(
                errors_between(word, known[:length], 1) for length in (len(word), len(word) + 1)
            )
            <= 1
        ):
            found[known] = _BEGUN_WITH_ERROR
    return found


def _all_of(
    index: SearchIndex,
    near: Mapping[str, Mapping[str, float]],
    needed: list[str],
    asked: Iterable[str],
) -> list[Hit]:
    """The entries that bear every needed word."""
    common = frozenset.intersection(*(_bearing(index, near[word]) for word in needed))
    return [_scored(index.entries[place], near, needed, asked) for place in sorted(common)]


def _most_of(
    index: SearchIndex,
    near: Mapping[str, Mapping[str, float]],
    needed: list[str],
    asked: Iterable[str],
) -> list[Hit]:
    """When nothing bears them all: the entries that bear most of the letters asked."""
    letters: dict[int, int] = {}
    for word in needed:
        for place in _bearing(index, near[word]):
            letters[place] = letters.get(place, 0) + len(word)
    whole = sum(len(word) for word in needed)
    kept = [place for place, held in sorted(letters.items()) if held >= _LEAST_SHARE * whole]
    return [_scored(index.entries[place], near, needed, asked) for place in kept]


def _bearing(index: SearchIndex, near: Iterable[str]) -> frozenset[int]:
    return frozenset(place for known in near for place in index.held[known])


def _scored(
    entry: Entry,
    near: Mapping[str, Mapping[str, float]],
    needed: list[str],
    asked: Iterable[str],
) -> Hit:
    """How well an entry answers: how sure each word is, by its letters, and how whole its name."""
    own = {*entry.names, "".join(entry.names)}
    towns = {word for town in entry.towns for word in (*town, "".join(town))}
    codes = {entry.code.lower(), *entry.postcodes, *entry.communes}
    total = 0.0
    used: set[str] = set()
    worst = 1.0
    for word in needed:
        best, by = 0.0, ""
        for known, surety in near[word].items():
            value = surety * (1.0 if known in own else _OF_COMMUNE if known in towns | codes else 0)
            if value > best:
                best, by = value, known
        total += best * len(word)
        used.add(by)
        worst = min(worst, near[word].get(by, 0.0))
    surety = total / sum(len(word) for word in needed)
    used |= {word for word in asked if word in own | towns}
    whole = _wholeness(entry, used)
    # Whoever types « saint etienne » does not look for one of the thirty villages so called.
    unlikely = _UNLIKELY if entry.kind == COMMUNE and not entry.quarters and whole < 1 else 1.0
    return _hit(entry, surety * (0.9 + 0.1 * whole) * unlikely, certain=worst >= _BEGUN)


def _wholeness(entry: Entry, used: set[str]) -> float:
    """The share of a name that the question holds: « Roanne » is not « Saint-Roanne-le-Haut »."""
    if used & {entry.code.lower(), *entry.postcodes, *entry.communes}:
        return 1.0
    shares = []
    for name in (entry.names, *entry.towns):
        heavy = [word for word in name if word not in SMALL_WORDS] or list(name)
        held = sum(len(word) for word in heavy if word in used)
        whole = "".join(name) in used
        shares.append(1.0 if whole else held / max(sum(map(len, heavy)), 1))
    return max(shares)


def _hit(entry: Entry, score: float, *, certain: bool) -> Hit:
    return Hit(
        entry.kind, entry.code, entry.label, entry.about, entry.rank, entry.quarters, certain, score
    )


def _note(index: SearchIndex, hits: list[Hit], needed: list[str]) -> str:
    postcode = next((word for word in needed if word.isdigit() and len(word) == 5), "")
    if not hits and postcode and not index.postcodes_known:
        return (
            "Les codes postaux ne sont pas connus dans cette construction du territoire : cherchez "
            "par nom de commune, ou construisez de nouveau le territoire (écran « Données » ; en "
            "commande : `qpv build`)."
        )
    if not hits:
        return (
            "Rien de ce nom dans ce territoire. À essayer : le nom de la commune seul, le code du "
            "quartier (QN…), ou un autre territoire."
        )
    if not any(hit.certain for hit in hits):
        return "Rien ne s'écrit exactement ainsi ; voici ce qui s'en approche."
    return ""
