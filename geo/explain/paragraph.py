"""At most 120 plain words on one QPV: its situation, why, who works there, what is missing.

Every figure written is read from a cell and kept beside the text (``Fact``). A clause that holds a
modelled figure says so in words (« estimé », « environ », « indicatif ») : nothing computed reads
as if it had been counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from geo.analysis import Analysis
from geo.access.gp import GP
from geo.column_words import PRECISION_WORDS
from geo.errors import BadInput
from geo.explain.facts import Clause, Explanation, Fact, known, of_quarter
from geo.explain.need_clause import SHORTER, need_clause
from geo.mediation.cited import cited_in_short
from geo.schema import Layers
from geo.words import counted, listed, number

MAX_PARAGRAPH_WORDS = 120
_MOST_NAMES = 2

_SITUATIONS = {
    "double peine": "Le quartier cumule un accès faible au généraliste et un fort besoin "
    "d'accompagnement\u00a0: c'est la double peine.",
    "désert médical seul": "L'accès au généraliste y est faible, sans que le besoin "
    "d'accompagnement y soit des plus forts.",
    "non-recours seul": "Des généralistes sont à portée, mais le besoin d'accompagnement y est "
    "fort.",
    "hors alerte": "Le quartier n'est en alerte ni pour l'accès au généraliste, ni pour le besoin "
    "d'accompagnement.",
}
_UNDECIDED = "Des données manquent pour dire sa situation."


def explain(analysis: Analysis, layers: Layers, code_qp: str) -> Explanation:
    """The paragraph of one QPV of an analysis, with the cell behind each figure.

    Parameters
    ----------
    analysis : the result of ``geo.analyse``.
    layers : what it was made from; the names of structures are read there.

    Raises
    ------
    BadInput
        When the analysis holds no QPV of this code.
    """
    found = analysis.qpv[analysis.qpv["code_qp"] == code_qp]
    if found.empty:
        raise BadInput(
            f"Le quartier {code_qp} n'est pas dans {analysis.territory}. "
            "À faire : vérifiez le code, ou ouvrez le territoire qui le contient."
        )
    row = {str(name): value for name, value in found.iloc[0].items() if name != "geometry"}
    parts = analysis.components
    own = parts[parts["code_qp"] == code_qp] if len(parts) else parts
    names = _structures(analysis, layers, code_qp)
    dated = _dated(row, layers), _dated(row, layers, short=True)
    clauses: list[Clause] = []
    cited = cited_in_short(layers, found.iloc[0])
    for clauses in _variants(row, own, names, analysis.parameters.reach_min, dated, cited):
        if sum(len(clause.text.split()) for clause in clauses) <= MAX_PARAGRAPH_WORDS:
            break
    return Explanation(
        code_qp=code_qp,
        text=" ".join(clause.text for clause in clauses),
        facts=tuple(fact for clause in clauses for fact in clause.facts),
        fictional=analysis.fictional,
    )


def _variants(
    row: dict[str, Any],
    components: pd.DataFrame,
    names: list[str],
    reach_min: float,
    dated: tuple[str, str],
    cited: str,
) -> Iterator[list[Clause]]:
    """The same paragraph, from the fullest to the shortest; what is missing is said in all."""
    for detail in SHORTER:
        yield [
            clause
            for clause in (
                _people(row),
                Clause(_SITUATIONS.get(str(row["situation"]), _UNDECIDED)),
                _access(row, reach_min, dated[0 if detail.whole else 1], detail.around),
                _outlook(row) if detail.outlook else None,
                need_clause(row, components, detail),
                _workers(row, names if detail.whole else [], cited if detail.cited else ""),
                _help(row) if detail.around else None,
                _missing(row),
            )
            if clause is not None
        ]


def _people(row: dict[str, Any]) -> Clause:
    name = f"{row['label']} ({row['commune_label']})"
    if not known(row, "population"):
        hidden = row["population_status"] == "suppressed"
        why = "est couverte par le secret statistique" if hidden else "n'est pas publiée"
        return Clause(f"La population de {name} {why}.")
    people = of_quarter(row, "population", lambda value: counted(value, "habitant"))
    if people.status == "observed":
        return Clause(f"{name} compte {people.written}.", (people,))
    about = f", périmètre {people.perimeter}" if people.perimeter else ""
    return Clause(f"{name} compterait {people.written} (chiffre indicatif{about}).", (people,))


def _access(row: dict[str, Any], reach_min: float, dated: str, around: bool) -> Clause:
    if not known(row, "access"):
        return Clause("L'accès aux généralistes n'a pas pu être estimé, faute de données.")
    if row["access"] == 0:
        zero = of_quarter(row, "access", lambda _: "aucun généraliste")
        return Clause(
            f"On n'y trouve {zero.written} à moins de {number(reach_min)}\u00a0minutes de trajet "
            f"estimé{dated}.",
            (zero,),
        )
    access = of_quarter(row, "access", lambda value: counted(value, "consultation", decimals=1))
    facts = [access]
    text = f"On y estime l'accès au généraliste à {access.written} par an et par habitant{dated}"
    if around and known(row, "access_minus_departement"):
        gap = _gap(row)
        facts.append(gap)
        text += f", {gap.written} son département"
    if around and known(row, "nearest_gp_walk_min"):
        walk = of_quarter(
            row, "nearest_gp_walk_min", lambda value: counted(max(value, 1.0), "minute")
        )
        facts.append(walk)
        text += f", et le plus proche à environ {walk.written} à pied"
    return Clause(f"{text}.", tuple(facts))


def _outlook(row: dict[str, Any]) -> Clause | None:
    """What departures would leave, when that can be read at one decimal."""
    if not known(row, "access_outlook") or row["access"] - row["access_outlook"] < 0.05:
        return None
    left = of_quarter(row, "access_outlook", lambda value: number(value, 1))
    return Clause(
        "Si ceux de plus de soixante-cinq ans partent sans être remplacés, il est estimé à "
        f"{left.written} (scénario).",
        (left,),
    )


def _gap(row: dict[str, Any]) -> Fact:
    below = row["access_minus_departement"] < 0
    sense = "de moins que" if below else "de plus que"
    if round(abs(row["access_minus_departement"]), 1) == 0:
        return of_quarter(row, "access_minus_departement", lambda _: "autant que")
    return of_quarter(
        row,
        "access_minus_departement",
        lambda value: f"{number(value, 1)} {sense}",
        abs(row["access_minus_departement"]),
    )


def _workers(row: dict[str, Any], names: list[str], cited: str) -> Clause:
    if row["coverage_state"] == "inconnu":
        beside = f"\u00a0; {cited}" if cited else ""
        return Clause(f"Personne n'a encore dit qui y fait de la médiation en santé{beside}.")
    if row["coverage_state"] == "non couvert":
        return Clause("Aucun médiateur en santé n'y est déclaré.")
    if row["mediation_walk_only"]:
        return Clause("Une permanence de médiation en santé est à distance de marche.")
    who = "Une médiation en santé y est déclarée"
    if names:
        told = names[:_MOST_NAMES]
        more = len(names) - len(told)
        who = f"{listed([*told, *([f'{more} autres'] if more > 1 else names[2:])])} y "
        who += "intervient" if len(names) == 1 else "interviennent"
    if not known(row, "mediation_fte"):
        return Clause(f"{who}, pour un temps non précisé.")
    fte = of_quarter(row, "mediation_fte", lambda value: f"{number(value, 2)}\u00a0ETP")
    status = "déclaré" if fte.status == "observed" else "estimé"
    return Clause(f"{who} ({fte.written}, {status}).", (fte,))


def _help(row: dict[str, Any]) -> Clause | None:
    if not known(row, "help_walk") or row["help_walk"] == 0:
        return None
    places = of_quarter(
        row, "help_walk", lambda value: counted(value, "lieu d'aide", "lieux d'aide")
    )
    return Clause(f"À distance de marche\u00a0: {places.written}.", (places,))


def _missing(row: dict[str, Any]) -> Clause:
    if not known(row, "residual_people"):
        return Clause("Sans population publiée, les personnes à accompagner restent inconnues.")
    if round(row["residual_people"]) == 0:
        return Clause("La médiation déclarée suffit au besoin estimé.")
    people = of_quarter(row, "residual_people", lambda value: counted(value, "personne"))
    posts = of_quarter(row, "residual_fte", lambda value: counted(value, "poste", decimals=1))
    facts, interval, unless = [people, posts], "", ""
    if row["coverage_state"] == "inconnu":
        low, high = (of_quarter(row, f"need_people_{end}", number) for end in ("low", "high"))
        facts = [people, low, high, posts]
        interval = f" (de {low.written} à {high.written}, selon le taux supposé)"
        unless = ", si personne n'y travaille déjà"
    about = "au plus environ" if row["residual_is_maximum"] and not unless else "environ"
    return Clause(
        f"Resteraient à accompagner, selon notre estimation{unless}, {about} {people.written}"
        f"{interval} par an, soit {posts.written} à plein temps.",
        tuple(facts),
    )


def _dated(row: dict[str, Any], layers: Layers, *, short: bool = False) -> str:
    """`` (cabinets de 2018, connus à la commune)``: what the access rests on.

    The year is told of every quarter; ``short`` leaves out how well the places are known.
    """
    supply = layers["supply"]
    years = sorted(set(supply.loc[supply["profession"] == GP, "vintage"]) - {""})
    known_to = PRECISION_WORDS.get(str(row["access_precision"]), "")
    told = [f"cabinets de {' et '.join(years)}"] if years else []
    known_to = "" if short else known_to
    told += [f"connus {known_to}"] if known_to and known_to != PRECISION_WORDS["unknown"] else []
    return f" ({', '.join(told)})" if told else ""


def _structures(analysis: Analysis, layers: Layers, code_qp: str) -> list[str]:
    """Names of the structures whose users' file says that they serve the QPV or are held in it."""
    pairs, posts = analysis.mediation_in_qpv, layers["mediation"]
    if pairs.empty or posts.empty:
        return []
    own = pairs[(pairs["code_qp"] == code_qp) & pairs["relation"].isin(("served", "inside"))]
    named = posts[posts["mediation_id"].isin(own["mediation_id"]) & (posts["origin"] == "user")]
    return sorted(set(named["structure"]) - {""})
