"""The key figures of a territory and its summary in words, ready to be shown as they are."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.column_words import PRECISION_WORDS, STATUS_WORDS, said_unit
from geo.columns import BY_ID
from geo.kept import CELL_WORDS, kept
from geo.mediation.headline import least_share
from geo.mediation.populations import in_words
from geo.names import DEPARTEMENTS, REGIONS
from geo.overlap import DESERT, SITUATIONS, situation_words
from geo.programme import published_posts
from geo.territory import Territory, parse_territory
from geo.words import counted, listed, number, percent, plural

if TYPE_CHECKING:
    from geo.analysis import Analysis
    from geo.mediation import Coverage


@dataclass(frozen=True)
class KeyFigure:
    """One figure as a reader meets it: label, value, unit, status, source, and what it means."""

    id: str
    label: str
    value: str
    unit: str
    status: str
    source: str
    definition: str
    limit: str = ""

    @property
    def brief(self) -> str:
        """The status in a few words, with what the figure must never be read without."""
        return _joined(self.status.split(" ; ")[0], self.limit)


def territory_title(analysis: Analysis) -> str:
    """The territory in words: ``Loire (42)``, ``Roanne (42187)``, ``France``."""
    territory = parse_territory(analysis.territory)
    if territory.kind == "commune":
        named = analysis.communes.loc[analysis.communes["code"] == territory.code, "label"]
        if len(named):
            return f"{named.iloc[0]} ({territory.code})"
    return territory_name(territory)


def territory_heading(text: str, communes: pd.DataFrame | None = None) -> str:
    """The territory in words with what a command calls it: ``Loire (dep:42)``, ``France``.

    ``communes`` (``code``, ``label``) names a commune; without it the name is « Commune ».
    """
    territory = parse_territory(text)
    name = territory_name(territory)
    if territory.kind == "commune" and communes is not None:
        found = communes.loc[communes["code"] == territory.code, "label"]
        name = str(found.iloc[0]) if len(found) else name
    if territory.kind == "france":
        return name
    return (
        f"{name.removesuffix(f'({territory.code})').removesuffix(territory.code).strip()} ({text})"
    )


def territory_name(territory: Territory) -> str:
    """The same without any data at hand: communes and EPCI keep their code."""
    if territory.kind == "demo":
        return "Territoire de démonstration"
    names = {"dep": DEPARTEMENTS, "region": REGIONS}.get(territory.kind, {})
    if territory.code in names:
        return f"{names[territory.code]} ({territory.code})"
    words = {"dep": "Département", "region": "Région", "epci": "EPCI", "commune": "Commune"}
    return f"{words.get(territory.kind, 'France')} {territory.code}".strip()


def situation_counts(analysis: Analysis) -> dict[str, int]:
    """How many quarters each of the five situations holds, zeros included."""
    found = analysis.qpv["situation"].value_counts()
    return {name: int(found.get(name, 0)) for name in SITUATIONS}


def map_summary(analysis: Analysis) -> str:
    """What the map shows, in words: the alternative for whoever does not see it."""
    counts = situation_counts(analysis)
    total = len(analysis.qpv)
    if not total:
        return "Ce territoire n'a aucun quartier prioritaire."
    text = f"{counted(total, 'quartier prioritaire', 'quartiers prioritaires')}. "
    text += _situations_in_words(analysis, counts)
    first = analysis.qpv[analysis.qpv["rank"].notna()].head(3)
    if len(first):
        places = [f"{row['label']} ({row['commune_label']})" for _, row in first.iterrows()]
        text += f" Les plus prioritaires : {listed(places)}."
    unscored = int(analysis.qpv["score"].isna().sum())
    if unscored:
        text += (
            f" {counted(unscored, 'quartier', 'quartiers')} sans score, faute de données : "
            "ce n'est pas un bon signe, c'est une inconnue."
        )
    return text


def _situations_in_words(analysis: Analysis, counts: dict[str, int]) -> str:
    """``64 quartiers d'accès faible : 16 en double peine, 43 en désert médical seul, 5 dont…``"""
    qpv = analysis.qpv
    low = qpv["access_class"] == "low"
    unknown = qpv["situation"] == "indéterminé"
    parts = [f"{counts[name]} en {name}" for name in SITUATIONS[:2] if counts[name]]
    without_need = int((low & unknown).sum())
    if without_need:
        parts.append(f"{without_need} {plural(without_need, 'indéterminé')} (besoin inconnu)")
    first = counted(int(low.sum()), "quartier d'accès faible", "quartiers d'accès faible")
    text = f"{first} : {', '.join(parts)}." if parts else f"{first}."
    others = [f"{counts[name]} en {name}" for name in ("non-recours seul",) if counts[name]]
    others += [f"{counts[name]} {name}" for name in ("hors alerte",) if counts[name]]
    undecided = int((~low & unknown).sum())
    others += [f"{undecided} {plural(undecided, 'indéterminé')}"] if undecided else []
    text += f" Les autres : {listed(others)}." if others else ""
    # The legend counts them together, so the sum is told wherever the words split it.
    both = without_need + undecided
    return f"{text} Indéterminés en tout : {both}." if without_need and undecided else text


def filter_in_words(
    analysis: Analysis, situations: Collection[str] | None, cell_key: str = ""
) -> str:
    """``Filtre actif : double peine (16 sur 145)``; nothing when every quarter is shown."""
    named = listed([name for name in SITUATIONS if name in (situations or ())])
    cell_words = f"case « {CELL_WORDS[cell_key]} »" if cell_key else ""
    parts = [words for words in (named, cell_words) if words]
    if not parts:
        return ""
    shown = int(kept(analysis.qpv, situations, cell_key).sum())
    return f"Filtre actif : {', '.join(parts)} ({number(shown)} sur {number(len(analysis.qpv))})"


def key_figures(analysis: Analysis) -> list[KeyFigure]:
    """The figures above the map, in reading order."""
    qpv, counts, coverage = analysis.qpv, situation_counts(analysis), analysis.coverage
    low = int((qpv["access_class"] == "low").sum())
    high = int((qpv["need_class"] == "high").sum())
    known = _plus_unknown(counts["indéterminé"])
    estimated = _access_known(int((qpv["access_class"] != "").sum()), len(qpv))
    no_need = _plus_unknown(int((qpv["need_class"] == "").sum()))
    rule, needed = analysis.parameters.access_rule, analysis.parameters.need_rule
    meanings = situation_words(analysis.parameters)
    method_access = f"Calcul du projet, {rule.label_fr}"
    method_need = f"Calcul du projet, {needed.label_fr}"
    method_both = f"Calcul du projet ; accès : {rule.label_fr} ; besoin : {needed.label_fr}"
    return [
        KeyFigure("qpv", "Quartiers prioritaires", number(len(qpv)), "quartiers", "observé",
                  "Contours officiels (ANCT)",
                  "Quartiers prioritaires (QPV) du territoire affiché."),
        KeyFigure("desert", "Accès le plus faible", number(low), "quartiers",
                  _joined("modélisé", estimated), method_access,
                  f"{_low_access(meanings)} : ce n'est pas un seuil officiel."
                  if rule.cuts is None else f"{_low_access(meanings)}."),
        KeyFigure("need", "Besoin restant élevé", number(high), "quartiers",
                  _joined("modélisé", no_need), method_need,
                  "Quartiers dont le besoin restant (ce que la médiation connue ne couvre pas) est "
                  f"dans la classe la plus élevée : {needed.label_fr}."),
        KeyFigure("both", "Double peine", number(counts["double peine"]), "quartiers",
                  _joined("modélisé", known), method_both,
                  f"Quartiers en « double peine » : {meanings['double peine']}."),
        _coverage(coverage, coverage.qpv_share, coverage.qpv_unknown > 0, "coverage_qpv",
                  "Quartiers avec médiation", "des quartiers",
                  "Part de tous les quartiers où au moins un médiateur intervient.",
                  coverage.statuses["qpv_with_mediator"]),
        _coverage(coverage, coverage.inhabitants_share,
                  coverage.inhabitants_known < coverage.inhabitants_total, "coverage_people",
                  "Habitants avec médiation", "des habitants",
                  "Part des habitants qui vivent dans un quartier où un médiateur intervient, "
                  "parmi ceux de tous les quartiers de population connue.",
                  coverage.statuses["inhabitants_with_mediator"],
                  in_words(coverage.populations)),
        _missing(analysis, "residual_people", "Personnes sans accompagnement", "personnes/an", 0),
        _missing(analysis, "residual_fte", "Médiation manquante", "ETP", 1),
    ]  # fmt: skip


def _low_access(meanings: dict[str, str]) -> str:
    """The lowest class of access, as the situations word it."""
    return f"Quartiers d'{meanings[DESERT].split(',')[0]}"


def _coverage(
    kpis: Coverage,
    share: float,
    is_minimum: bool,
    name: str,
    label: str,
    unit: str,
    definition: str,
    status: str,
    about: str = "",
) -> KeyFigure:
    known = not math.isnan(share)
    written = least_share(share, is_minimum)
    if known and is_minimum:
        definition += _AT_LEAST
    return KeyFigure(
        name, label, written, unit if known else "",
        _joined(STATUS_WORDS[status if known else "missing"], about if known else "",
                _unknown(kpis.qpv_unknown)),
        "Fichier de médiation apporté par l'utilisateur", definition,
    )  # fmt: skip


def _missing(analysis: Analysis, column: str, label: str, unit: str, decimals: int) -> KeyFigure:
    values = analysis.qpv[column]
    known = values.notna()
    # Need estimated from populations of the same rule: these counts may be added.
    total = number(values[known].sum(), decimals) if known.any() else number(None)
    statuses = sorted(set(analysis.qpv.loc[known, "residual_status"]))
    words = listed([STATUS_WORDS[status] for status in statuses]) or "manquant"
    absent = int((~known).sum())
    left_out = f"{counted(absent, 'quartier')} non {plural(absent, 'estimé')}" if absent else ""
    parameters = analysis.parameters
    rate = parameters.need_rate_per_year
    decimals = 0 if round(rate * 100, 6).is_integer() else 1
    order = (
        f"ordre de grandeur : {percent(rate, decimals)} des habitants "
        f"(hypothèse), {number(parameters.people_per_fte)} personnes par ETP"
    )
    most = bool(pd.isna(analysis.qpv["mediation_fte"]).any())
    limit = "hors médiateurs non connus" if most else ""
    published = ""
    if bool(pd.isna(analysis.qpv["mediation_fte"]).all()):
        limit, (posts, published) = _IF_NOBODY, published_posts(set(analysis.qpv["region"]))
        limit = _joined(limit, posts if unit == "ETP" else "")
    return KeyFigure(
        column, label, total, unit, _joined(words, order, limit, left_out),
        "Calcul du projet : habitants × taux à accompagner, moins les personnes suivies",
        "Somme des estimations par quartier ; le taux et le nombre de personnes par temps plein "
        "sont des paramètres, affichés dans « Données »." + (_UNDECLARED if most else "")
        + (f" {published}" if published else ""),
        limit,
    )  # fmt: skip


def _access_known(known: int, total: int) -> str:
    if known == total:
        return f"accès estimé pour les {number(total)}"
    return f"accès estimé pour {number(known)} sur {number(total)}"


def _plus_unknown(count: int) -> str:
    return f"plus {counted(count, 'indéterminé')}" if count else ""


def _unknown(count: int) -> str:
    return f"{counted(count, 'quartier')} non {plural(count, 'renseigné')}" if count else ""


def _joined(*parts: str) -> str:
    return " ; ".join(part for part in parts if part)


def quarter_facts(row: pd.Series[Any]) -> list[tuple[str, str]]:
    """The figures of one quarter as ``(heading, value with unit and status)``, in reading order."""
    facts = []
    for column_id in _QUARTER_IDS:
        column, value = BY_ID[column_id], row[column_id]
        if column.kind in ("number", "rank"):
            status = row[column.status] if column.status else ""
            if pd.isna(value):
                text = STATUS_WORDS["suppressed"] if status == "suppressed" else number(None)
            else:
                unit = said_unit(column.unit, float(value))
                text = f"{number(float(value), column.decimals)} {unit}".strip()
                about = [STATUS_WORDS[status]] if status in STATUS_WORDS else []
                about += [_STATUS_OF[column_id]] if column_id in _STATUS_OF else []
                about += _earlier_perimeter(row, column_id)
                if column_id.startswith("residual_") and pd.isna(row["mediation_fte"]):
                    about.append(_IF_NOBODY)
                text += f" ({', '.join(about)})" if about else ""
        else:
            text = PRECISION_WORDS.get(value, value) if column_id == "precision" else str(value)
        facts.append((column.heading, text))
    return facts


def _earlier_perimeter(row: pd.Series[Any], column_id: str) -> list[str]:
    """« périmètre 2015 » beside a figure that was counted on other limits than the QPV's."""
    told = {"population": "population_perimeter", "need_score": "need_perimeter"}.get(column_id)
    return ["périmètre 2015"] if told and "2015" in str(row[told]) else []


# Figures without a status column of their own: what they rest on never changes.
_STATUS_OF = {
    "nearest_gp_min": "modélisé",
    "nearest_gp_walk_min": "modélisé",
    "access_minus_commune": "modélisé",
    "gp_walk": "observé, distance de marche estimée",
    "help_walk": "observé, distance de marche estimée",
    "score": "modélisé",
}
_AT_LEAST = (
    " « Au moins » : là où la médiation est inconnue, elle n'est ni comptée ni tenue pour absente."
)
_UNDECLARED = (
    " Là où personne n'a déclaré la médiation présente, rien n'est retranché : c'est un maximum."
)
_IF_NOBODY = "si aucun médiateur ne travaille déjà"
_QUARTER_IDS = (
    "situation", "rank", "score", "population", "access", "access_minus_commune",
    "access_outlook", "nearest_gp_min", "nearest_gp_walk_min", "gp_walk",
    "need_score", "mediation_fte", "residual_people", "residual_fte", "help_walk", "precision",
)  # fmt: skip
