"""Local schemes (CLS, ASV, CLSM, CPTS, France services) beside the quarters: covered, or not known.

Three states: covered; not covered, where a list says that it is complete for the place; else not
known. A missing line is never an absence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.access.communes import quarter_communes
from geo.completeness import declared_complete
from geo.mediation.plain import plain
from geo.words import counted, listed, number, percent

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.schema import Layers

KIND_WORDS = {
    "CLS": "contrat local de santé",
    "ASV": "atelier santé ville",
    "CLSM": "conseil local de santé mentale",
    "CPTS": "communauté professionnelle territoriale de santé",
    "France services": "maison France services",
}
# What « démarche territoriale de santé » means in the filter: one of these three.
COORDINATION = ("CLS", "ASV", "CLSM")
COVERED, WITHOUT, UNKNOWN = "couvert", "sans", "non connu"
# Their places are known by the national list of help points; who they are meant for is not.
_UNLISTED = {
    "France services": "territoire desservi non connu ; leurs lieux sont parmi les lieux d'aide",
}


_RESOURCES = "centre national de ressources des CLSM"


@dataclass(frozen=True)
class NationalFigure:
    """A published count, with the year it speaks of."""

    text: str
    year: str
    source: str


NATIONAL = (
    NationalFigure(
        "192 conseils locaux de santé mentale actifs, 16,5 millions d'habitants, plus de 70 % de "
        "moins de 100 000 habitants",
        "au 01/01/2018",
        "bilan national des CLSM",
    ),
    NationalFigure("260 conseils locaux de santé mentale", "2023", "centre national de ressources"),
    NationalFigure(
        "298 conseils locaux de santé mentale",
        "dernier décompte lu",
        "centre national de ressources",
    ),
)


@dataclass(frozen=True)
class SchemeCoverage:
    """``quarters``: code_qp, label, commune_label, population, then one state by kind and
    ``coordination`` (one of CLS, ASV, CLSM). ``counts``: one row a kind: covered, without, unknown
    (quarters), and people_covered with people_known (how many quarters have a population).
    ``schemes``: code_qp, kind, label, years, link, source_label. ``places`` counts the France
    services (buses too) that the national list of ``places_vintage`` has in the communes of the
    territory: whom each is meant for is not known."""

    territory: str
    fictional: bool
    year: str
    quarters: pd.DataFrame
    counts: pd.DataFrame
    schemes: pd.DataFrame
    places: int
    places_vintage: str


def scheme_coverage(analysis: Analysis, layers: Layers, year: str = "") -> SchemeCoverage:
    """Which schemes cover each quarter of the territory.

    ``year`` (``YYYY``) leaves out what had ended before or had not started; "" keeps all.
    """
    shown = analysis.qpv["code_qp"]
    table = layers["qpv"].reset_index(drop=True)
    communes = quarter_communes(layers)
    kept = table["code_qp"].isin(shown) & (table["perimeter"] == "2024")
    quarters, own = table[kept], communes[kept]
    active = _active(layers["local_schemes"], year)
    pairs = _covering(quarters, own, active)
    states = {
        kind: _states(quarters, own, active[active["kind"] == kind], pairs[pairs["kind"] == kind])
        for kind in KIND_WORDS
    }
    frame = quarters[["code_qp", "label", "commune_label", "population"]].assign(**states)
    frame["coordination"] = _any_of(frame[list(COORDINATION)])
    ordered = frame.set_index("code_qp").loc[shown].reset_index()
    places = _france_services(layers)
    return SchemeCoverage(
        territory=analysis.territory,
        fictional=analysis.fictional,
        year=year,
        quarters=ordered,
        counts=_counts(ordered),
        schemes=pairs.sort_values(["code_qp", "kind", "label"], ignore_index=True),
        places=len(places),
        places_vintage=str(places["vintage"].max()) if len(places) else "",
    )


def without_scheme(found: SchemeCoverage, kind: str = "coordination") -> pd.DataFrame:
    """The quarters known to be without a scheme of this kind (default: no CLS, ASV nor CLSM)."""
    return found.quarters[found.quarters[kind] == WITHOUT].reset_index(drop=True)


def schemes_in_words(found: SchemeCoverage, code_qp: str) -> tuple[str, ...]:
    """One French sentence a kind for the page of a quarter, « non connu » said as such."""
    row = found.quarters.set_index("code_qp").loc[code_qp]
    own = found.schemes[found.schemes["code_qp"] == code_qp]
    told = []
    for kind, words in KIND_WORDS.items():
        names = [
            f"{label}{f' ({years})' if years else ''}"
            for label, years in own.loc[own["kind"] == kind, ["label", "years"]].itertuples(
                index=False
            )
        ]
        said = {
            COVERED: listed(names),
            WITHOUT: "aucun, d'après une liste qui se dit complète",
            UNKNOWN: _UNLISTED.get(kind, "non connu"),
        }
        told.append(f"{kind} ({words}) : {said[str(row[kind])]}.")
    return tuple(told)


def counts_in_words(found: SchemeCoverage) -> tuple[str, ...]:
    """One French sentence a kind on the whole territory."""
    told = []
    for row in found.counts.to_dict("records"):
        people = (
            f", où vivent {counted(row['people_covered'], 'habitant')}"
            if row["people_known"] == row["covered"]
            else f", où vivent au moins {counted(row['people_covered'], 'habitant')} "
            "(populations incomplètes)"
        )
        places = _places_in_words(found) if row["kind"] == "France services" else ""
        if not row["covered"] and not row["without"]:
            unknown = counted(row["unknown"], "quartier")
            told.append(f"{row['kind']} : non connu, aucune liste ne le dit ({unknown}){places}.")
            continue
        told.append(
            f"{row['kind']} : {counted(row['covered'], 'quartier couvert', 'quartiers couverts')}"
            f"{people if row['covered'] else ''} ; {number(row['without'])} sans ; "
            f"{number(row['unknown'])} non connus{places}."
        )
    return tuple(told)


def to_record(found: SchemeCoverage) -> dict[str, Any]:
    """The coverage as plain values for JSON: None for what is unknown."""
    tables = {
        name: [plain(row) for row in getattr(found, name).to_dict("records")]
        for name in ("quarters", "counts", "schemes")
    }
    return {
        "territory": found.territory,
        "fictional": found.fictional,
        "year": found.year or None,
        "france_services_places": found.places if found.places_vintage else None,
        "france_services_vintage": found.places_vintage or None,
        **tables,
        "national": [vars(figure) for figure in NATIONAL],
    }


def share_in_words(found: SchemeCoverage) -> str:
    """The share of quarters with one of CLS, ASV, CLSM: a lower bound when some are unknown."""
    states = found.quarters["coordination"]
    if states.eq(UNKNOWN).all():
        return "Aucune liste de démarches ne dit ce qui couvre ces quartiers."
    share = percent(float(states.eq(COVERED).mean()))
    least = "Au moins " if states.eq(UNKNOWN).any() else ""
    return f"{least}{share} des quartiers ont un CLS, un ASV ou un CLSM."


def _places_in_words(found: SchemeCoverage) -> str:
    if not found.places_vintage:
        return ""
    return (
        f" (territoire desservi non connu ; la liste nationale ({found.places_vintage}) a "
        f"{counted(found.places, 'lieu', 'lieux')} ou bus France services dans les communes du "
        "territoire)"
    )


def _france_services(layers: Layers) -> pd.DataFrame:
    communes = layers["communes"]
    own = communes.loc[communes["scope"] == "territory", "code"]
    points = layers["help_points"]
    return points[(points["kind"] == "france_services") & points["commune"].isin(set(own))]


def _active(schemes: pd.DataFrame, year: str) -> pd.DataFrame:
    if not year:
        return schemes
    started = (schemes["start_year"] == "") | (schemes["start_year"] <= year)
    going = (schemes["end_year"] == "") | (schemes["end_year"] >= year)
    return schemes[started & going]


def _covering(quarters: pd.DataFrame, communes: pd.Series, schemes: pd.DataFrame) -> pd.DataFrame:
    """Each scheme and quarter it covers: by its code, one of its communes, its EPCI…"""
    keys = {
        "qpv": quarters["code_qp"].map(lambda code: (code,)),
        "commune": communes,
        "epci": quarters["epci"].map(lambda code: (code,) if code else ()),
        "departement": quarters["departement"].map(lambda code: (code,)),
    }
    rows = []
    for kind, codes in keys.items():
        pairs = pd.DataFrame({"code_qp": quarters["code_qp"], "code": codes}).explode("code")
        rows.append(schemes[schemes["territory_kind"] == kind].merge(pairs, on="code"))
    found = pd.concat(rows, ignore_index=True)
    years = found["start_year"] + "-" + found["end_year"]
    return (
        found.assign(years=years.str.strip("-"))
        .drop_duplicates(["code_qp", "kind", "label"])
        .reindex(columns=["code_qp", "kind", "label", "years", "link", "source_label"])
    )


def _states(
    quarters: pd.DataFrame, communes: pd.Series, schemes: pd.DataFrame, pairs: pd.DataFrame
) -> pd.Series:
    states = pd.Series(UNKNOWN, index=quarters.index, dtype="str")
    states[declared_complete(quarters, communes, schemes)] = WITHOUT
    states[quarters["code_qp"].isin(pairs["code_qp"])] = COVERED
    return states


def _any_of(states: pd.DataFrame) -> pd.Series:
    """Covered by one is covered; without any only when all are known to be absent."""
    some = pd.Series(UNKNOWN, index=states.index, dtype="str")
    some[(states == WITHOUT).all(axis=1)] = WITHOUT
    some[(states == COVERED).any(axis=1)] = COVERED
    return some


def _counts(quarters: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for kind in (*KIND_WORDS, "coordination"):
        covered = quarters[quarters[kind] == COVERED]
        rows.append(
            {
                "kind": "CLS, ASV ou CLSM" if kind == "coordination" else kind,
                "covered": len(covered),
                "without": int((quarters[kind] == WITHOUT).sum()),
                "unknown": int((quarters[kind] == UNKNOWN).sum()),
                "people_covered": float(covered["population"].sum()),
                "people_known": int(covered["population"].notna().sum()),
            }
        )
    return pd.DataFrame(rows)
