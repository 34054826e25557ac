"""Every number this project chose or borrowed, each with its unit, its source and its mark.

The marks are those of the method notes: ``official``, ``published``, ``computed``,
``secondary`` (second-hand, to be verified) and ``assumption`` (ours, meant to be edited).
A figure shown to a reader can always be traced back to one of these fields.
"""

# ruff: noqa: RUF009 -- `_parameter` only wraps `dataclasses.field`, whose defaults are immutable here.
from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from geo.access.rules import ACCESS_CLASSES, THIRDS, ClassRule, chosen_rule
from geo.access.settings import (
    TRAVEL_MODE_SOURCES,
    AccessSettings,
)
from geo.components import (
    NEED_COMPONENTS,
    NEED_DEFAULTS,
    PRIORITY_BLOCKS,
    STANDARDISATIONS,
    Standardisation,
    Weights,
)
from geo.confidentiality.rules import Secrecy, wrong_thresholds
from geo.errors import BadInput
from geo.setting_checks import wrong_settings
from geo.setting_marks import parameter as _parameter

_KNOWN = {
    "need_weights": NEED_COMPONENTS,
    "priority_weights": PRIORITY_BLOCKS,
    "need_standardisation": STANDARDISATIONS,
    "access_classes": tuple(ACCESS_CLASSES),
    "travel_mode_source": TRAVEL_MODE_SOURCES,
}


@dataclass(frozen=True)
class Parameters(AccessSettings, Secrecy):
    """The settings of one analysis. Defaults are documented field by field by ``describe``.

    The thresholds of statistical secrecy come first, from ``Secrecy``, then the settings of access.

    Raises
    ------
    BadInput
        When a setting is out of its range; the message names it.
    """

    need_rate_per_year: float = _parameter(
        0.02,
        "part des habitants/an",
        "Habitants à accompagner chaque année",
        "Choix du projet ; repère CORHESAN Marseille 1,89 %/an (calculé)",
        "assumption",
    )
    need_rate_range: tuple[float, float] = _parameter(
        (0.0189, 0.03),
        "part des habitants/an",
        "Habitants à accompagner chaque année, bas et haut de la fourchette",
        "Bas : CORHESAN Marseille (1 700 suivis en 3 ans, 30 000 hab.), un minimum du besoin ; "
        "haut : choix du projet, une fois et demie le taux central",
        "assumption",
    )
    c2s_nontakeup: float = _parameter(
        0.44,
        "part des ayants droit",
        "Non-recours à la C2S (taux national appliqué à chaque quartier)",
        "Taux national 2021 (recours 56 %) ; l'appliquer à un quartier est une estimation",
        "published",
    )
    c2s_nontakeup_range: tuple[float, float] = _parameter(
        (0.44, 0.45),
        "part des ayants droit",
        "Non-recours à la C2S, bas et haut de la fourchette",
        "Taux nationaux 2021 (recours 56 %) et 2020 (55 %)",
        "published",
    )
    people_per_fte: float = _parameter(
        118.0,
        "personnes/an/ETP",
        "Personnes accompagnées par un médiateur à temps plein",
        "ARS Auvergne-Rhône-Alpes 2024 : environ 10 000 personnes pour 85 postes",
        "computed",
    )
    people_per_fte_range: tuple[float, float] = _parameter(
        (100.0, 150.0),
        "personnes/an/ETP",
        "Fourchette des personnes accompagnées par un médiateur à temps plein",
        "Choix du projet ; repères calculés : Vienne 136, CORHESAN Marseille 142",
        "assumption",
    )
    full_week_hours: float = _parameter(
        35.0, "h/semaine", "Temps plein", "Choix du projet", "assumption"
    )
    max_inhabitants_per_fte: float = _parameter(
        15000.0,
        "hab./ETP",
        "Habitants par ETP au-delà desquels un quartier n'est pas dit couvert",
        "Choix du projet ; ce n'est pas une norme",
        "assumption",
    )
    min_observed_weight: float = _parameter(
        0.6,
        "part du poids",
        "Poids observé en dessous duquel aucun score n'est donné",
        "Choix du projet",
        "assumption",
    )
    need_weights: Weights = _parameter(
        tuple((name, 1 / len(NEED_DEFAULTS)) for name in NEED_DEFAULTS),
        "part du poids",
        "Poids des composantes du besoin (égaux)",
        "Choix du projet",
        "assumption",
    )
    need_standardisation: Standardisation = _parameter(
        "percentile",
        f"un choix parmi {', '.join(STANDARDISATIONS)}",
        "Mise à l'échelle des composantes du besoin (rang, écart à la moyenne, extrêmes)",
        "Choix du projet",
        "assumption",
    )
    need_z_span: float = _parameter(
        3.0,
        "écarts types",
        "Écart à la moyenne qui vaut 50 points de besoin, quand l'échelle est l'écart à la moyenne",
        "Choix du projet",
        "assumption",
    )
    priority_weights: Weights = _parameter(
        tuple((name, 1 / len(PRIORITY_BLOCKS)) for name in PRIORITY_BLOCKS),
        "part du poids",
        "Poids du déficit d'accès, du besoin et du manque de médiation (égaux)",
        "Choix du projet",
        "assumption",
    )
    class_shares: tuple[float, float] = _parameter(
        THIRDS,
        "part de la population",
        "Coupures des trois classes, pondérées par la population",
        "Choix du projet",
        "assumption",
    )
    access_classes: str = _parameter(
        "terciles",
        f"un choix parmi {', '.join(ACCESS_CLASSES)}",
        "Règle des classes d'accès (tiers de population, ou seuils du zonage)",
        ACCESS_CLASSES["terciles"].source,
        ACCESS_CLASSES["terciles"].mark,
    )
    access_cuts: tuple[float, ...] = _parameter(
        (),
        "consultations/an/hab. standardisé",
        "Vos deux seuils d'accès (vide : la règle des classes d'accès)",
        "Choix de l'utilisateur",
        "assumption",
    )
    need_cuts: tuple[float, ...] = _parameter(
        (),
        "points sur 100",
        "Vos deux seuils de besoin restant (vide : les parts de population)",
        "Choix de l'utilisateur",
        "assumption",
    )
    near_cut_share: float = _parameter(
        0.1,
        "part de l'écart entre les deux seuils",
        "Distance à un seuil de classe en dessous de laquelle un quartier est dit « proche »",
        "Choix du projet",
        "assumption",
    )
    regime_min_share: float = _parameter(
        0.5,
        "part des habitants",
        "Habitants d'un quartier qu'une liste par commune ou IRIS doit retenir pour le retenir",
        "Choix du projet",
        "assumption",
    )
    min_pieces_area: float = _parameter(
        0.9,
        "part de la surface",
        "Surface du quartier où l'on sait qui habite, en dessous de laquelle son accès est lu en "
        "un seul point",
        "Choix du projet",
        "assumption",
    )
    similar_min_share: float = _parameter(
        0.6,
        "part des critères",
        "Critères que deux quartiers doivent avoir en commun pour être dits proches ou non",
        "Choix du projet",
        "assumption",
    )
    as_of: str = _parameter(
        "",
        "AAAA-MM-JJ",
        "Date à laquelle une convention de médiation doit être en cours "
        "(vide : l'année que décrit chaque ligne)",
        "Choix du projet",
        "assumption",
    )

    def __post_init__(self) -> None:
        wrong = [*wrong_settings(self, _KNOWN), *wrong_thresholds(self)]
        if wrong:
            raise BadInput("Paramètres refusés : " + " ; ".join(wrong) + ".")

    @property
    def access_rule(self) -> ClassRule:
        """How access is classed: the user's cuts, thresholds of the zoning, or shares of people."""
        return chosen_rule(ACCESS_CLASSES[self.access_classes], self.access_cuts, self.class_shares)

    @property
    def need_rule(self) -> ClassRule:
        """How the unmet need is classed: the user's cuts, or shares of people."""
        return chosen_rule(ACCESS_CLASSES["terciles"], self.need_cuts, self.class_shares)


@dataclass(frozen=True)
class ParameterInfo:
    """One setting, ready to be printed beside a result."""

    name: str
    value: object
    unit: str
    label_fr: str
    source: str
    mark: str
    is_default: bool


def describe(parameters: Parameters | type[Parameters] = Parameters) -> list[ParameterInfo]:
    """Every setting with its value, unit, French label, source and mark, in reading order."""
    chosen = parameters() if isinstance(parameters, type) else parameters
    rule = chosen.access_rule
    own = {"access_classes": {"source": rule.source, "mark": rule.mark}}
    told = []
    for setting in dataclasses.fields(chosen):
        value = getattr(chosen, setting.name)
        # The source of the usual value says nothing of another one.
        changed = {} if value == setting.default else {
            "source": f"Valeur choisie pour ce calcul ; d'origine : {setting.metadata['source']}",
            "mark": "assumption",
        }  # fmt: skip
        facts = {**setting.metadata, **changed, **own.get(setting.name, {})}
        told.append(
            ParameterInfo(
                name=setting.name,
                value=value,
                unit=facts["unit"],
                label_fr=facts["label_fr"],
                source=facts["source"],
                mark=facts["mark"],
                is_default=value == setting.default,
            )
        )
    return told
