"""Each column of the QPV table, defined once: the table, the exports and the help read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geo.column_words import COMPONENT_WORDS, PART_NAMES
from geo.indicators import label_fr
from geo.words import lowered

Kind = Literal["text", "list", "number", "rank", "status", "class"]


@dataclass(frozen=True)
class Column:
    """One column: its id in ``Analysis.qpv``, its name in exports, and all a reader must know.

    ``definition`` is one sentence in French; ``method`` says where the figure comes from;
    ``status`` is the id of the column that holds the figure's status, when it has one.
    """

    id: str
    export: str
    heading: str
    unit: str
    definition: str
    method: str
    kind: Kind = "text"
    decimals: int = 0
    status: str = ""

    @property
    def full_heading(self) -> str:
        """Heading with its unit: ``Population (habitants)``."""
        return f"{self.heading} ({self.unit})" if self.unit else self.heading

    @property
    def table_heading(self) -> str:
        """The same, short enough to be read whole above a column of the screen's table."""
        return _TABLE_HEADINGS.get(self.id, self.full_heading)


_QPV = "Contours officiels des QPV (ANCT)"
_INSEE = "Insee, statistiques des QPV ; périmètre et édition dits avec le chiffre"
_ACCESS = (
    "Calcul du projet, méthode de l'APL (DREES), temps estimés (par les routes quand ils sont dans "
    "les données, sinon à vol d'oiseau)"
)
_NEED = "Calcul du projet, rangs parmi les QPV de la région"
_MEDIATION = "Fichier de médiation apporté par l'utilisateur"
_SHARED = (
    "Calcul du projet : la capacité des postes est répartie entre les quartiers à portée, à "
    "parts de besoin servies les plus égales possible ; périmètre et édition de la population"
)
_NONTAKEUP = "Calcul du projet : bénéficiaires de la C2S (Cnam) et taux national de non-recours"
_BRIDGE = "Calcul du projet, contours des deux générations et table officielle de passage"
_RESIDUAL = (
    "Calcul du projet : personnes à accompagner (population × taux) moins personnes déjà suivies ; "
    "périmètre et édition : ceux de la population du quartier"
)
_READING = "Calcul du projet, lecture 3 × 3 (accès, besoin restant)"
_EXCLUSION = (
    "Calcul du projet : classe d'accès et indice de fragilité numérique (IFN), porté des IRIS au "
    "quartier (modélisé)"
)
_SCORE = "Calcul du projet, moyenne pondérée de trois blocs ; les poids sont dans les paramètres"

COLUMNS: tuple[Column, ...] = (
    Column("rank", "rang", "Rang", "", "Rang de priorité dans le territoire affiché, 1 = le plus "
           "prioritaire ; vide quand le score est inconnu.", _SCORE, "rank"),
    Column("code_qp", "code_qp", "Code", "", "Code officiel du quartier prioritaire.", _QPV),
    Column("label", "nom", "Quartier", "", "Nom officiel du quartier.", _QPV),
    Column("commune", "commune", "Code commune", "", "Code Insee de la première commune du "
           "quartier.", _QPV),
    Column("commune_label", "commune_nom", "Commune", "", "Commune ou communes du quartier.", _QPV),
    Column("departement", "departement", "Département", "", "Code du département.", _QPV),
    Column("perimeter", "perimetre", "Périmètre", "", "Génération du contour (2024 ou 2015).",
           _QPV),
    Column("situation", "situation", "Situation", "", "Lecture croisée de l'accès aux soins et "
           "du besoin restant.", _READING, "class"),
    Column("double_exclusion", "double_exclusion", "Double exclusion", "", "Accès au généraliste "
           "faible et fragilité numérique élevée : au-dessus de 100 (niveau de la région), ou de 7 "
           "sur l'échelle de 1 à 10 ; seuils choisis par le projet. « Indéterminé » quand l'indice "
           "ou l'accès manque.", _EXCLUSION, "class"),
    Column("near_cut", "proche_d_un_seuil", "Proche d'un seuil", "", "Axe (accès, besoin restant) "
           "dont la classe changerait pour peu (marge : voir les paramètres). Vide : aucun, ou "
           "classe inconnue.", _READING),
    Column("next_situation", "situation_voisine", "Situation voisine", "", "Situation que le "
           "quartier aurait si son chiffre le plus proche d'un seuil le franchissait ; parfois la "
           "même.", _READING, "class"),
    Column("score", "score", "Score de priorité", "sur 100", "Plus il est haut, plus l'accès "
           "manque, plus le besoin est fort et moins la médiation est présente.", _SCORE,
           "number", 1),
    Column("population", "population", "Population", "habitants", "Habitants du quartier, comptés "
           "sur le périmètre indiqué à côté ; d'un contour de 2015 redessiné, la part qui est dans "
           "celui de 2024 (tous si le recouvrement n'est pas mesuré).", _INSEE, "number", 0,
           "population_status"),
    Column("population_perimeter", "population_perimetre", "Périmètre de la population", "",
           "Contour sur lequel la population a été comptée : 2015 ou 2024.", _INSEE),
    Column("population_vintage", "population_millesime", "Édition de la population", "",
           "Édition du fichier dont vient la population.", _INSEE),
    Column("access", "acces", "Accès au généraliste", "consultations/an/hab. standardisé",
           "Consultations de médecin généraliste accessibles par an et par habitant, dans un rayon "
           "de 20 minutes en voiture.", _ACCESS, "number", 1, "access_status"),
    Column("access_class", "acces_classe", "Classe d'accès", "", "Faible, moyen ou élevé : par "
           "tiers de population de la région, ou par les seuils choisis dans les paramètres.",
           _ACCESS, "class"),
    Column("access_to_cut", "acces_ecart_au_seuil", "Accès : distance au seuil de classe",
           "consultations/an/hab. standardisé", "Variation de l'accès qui mènerait au seuil le "
           "plus proche où la classe change, les seuils restant où ils sont ; positive : l'accès "
           "devrait monter.", _READING, "number", 2),
    Column("access_below_share", "acces_part_sous_seuil", "Habitants en accès faible (estimé)",
           "part", "Part des habitants du quartier dont l'accès ne dépasse pas le seuil de la "
           "classe faible ; vide quand on ne sait pas qui y habite.", _ACCESS, "number", 2),
    Column("access_minus_commune", "acces_ecart_commune", "Écart estimé à la commune",
           "consultations/an/hab. standardisé", "Accès du quartier moins celui de sa commune (ou "
           "de son arrondissement), calculé de la même façon ; négatif : le quartier est moins "
           "bien servi.", _ACCESS, "number", 1),
    Column("access_minus_departement", "acces_ecart_departement", "Écart estimé au département",
           "consultations/an/hab. standardisé", "Accès du quartier moins celui de son "
           "département, calculé de la même façon ; négatif : le quartier est moins bien servi.",
           _ACCESS, "number", 1),
    Column("access_level", "acces_niveau", "Découpage du quartier", "", "Ce sur quoi l'accès du "
           "quartier est moyenné : ses carreaux de 200 m, ses IRIS, ou un seul point quand on ne "
           "sait pas où sont ses habitants.", _ACCESS, "class"),
    Column("access_pieces", "acces_morceaux", "Morceaux du quartier", "morceaux", "Nombre de "
           "carreaux ou d'IRIS que le quartier recoupe ; 1 pour un seul point.", _ACCESS,
           "number", 0),
    Column("access_precision", "acces_precision", "Précision de l'accès", "", "Position la moins "
           "précise sur laquelle repose l'accès.", _ACCESS, "class"),
    Column("apl_commune", "apl_commune", "APL de la commune", "consultations/an/hab. standardisé",
           "Accessibilité officielle de la commune, pour comparer.", "DREES, APL", "number", 1),
    Column("apl_commune_vintage", "apl_commune_millesime", "Année de l'APL", "",
           "Année de l'APL de la commune.", "DREES, APL"),
    Column("access_outlook", "acces_sans_les_plus_de_65_ans",
           "Accès si les généralistes de plus de 65 ans partent",
           "consultations/an/hab. standardisé", "Scénario, pas une prévision : l'accès estimé du "
           "quartier, moins la part de l'APL de sa commune qui repose sur les généralistes de plus "
           "de 65 ans ; personne ne s'installe.", "Calcul du projet d'après la DREES, APL",
           "number", 1, "access_outlook_status"),
    Column("access_outlook_lost", "acces_part_des_plus_de_65_ans",
           "Part de l'accès due aux plus de 65 ans", "part", "Part de l'APL de la commune qui "
           "repose sur les généralistes de plus de 65 ans.", "Calcul du projet d'après la DREES, "
           "APL", "number", 2, "access_outlook_status"),
    Column("nearest_gp_min", "generaliste_le_plus_proche_min", "Généraliste le plus proche",
           "min en voiture", "Temps estimé jusqu'au généraliste le plus proche ; vide quand des "
           "cabinets ne sont connus qu'à la commune, ou quand aucun n'est à portée (une heure à "
           "vol d'oiseau ; par les routes, l'étendue des temps préparés).", _ACCESS,
           "number", 0),
    Column("nearest_gp_walk_min", "generaliste_le_plus_proche_a_pied_min",
           "Généraliste le plus proche à pied", "min à pied", "Temps de marche estimé du bord du "
           "quartier au cabinet le plus proche (0 : dans le quartier), ou de son centre quand le "
           "cabinet n'est connu qu'à l'IRIS ; vide quand des cabinets ne sont connus qu'à la "
           "commune.", "Calcul du projet, à vol d'oiseau avec détour", "number", 0),
    Column("gp_inside", "generalistes_dans_le_quartier", "Généralistes dans le quartier",
           "lieux d'exercice", "Lieux d'exercice situés dans le contour ; vide quand la position "
           "des cabinets est trop imprécise pour le savoir.", "Insee, BPE", "number", 0),
    Column("gp_walk", "generalistes_a_pied", "Généralistes à pied", "lieux d'exercice",
           "Lieux d'exercice dans le quartier ou à distance de marche.", "Insee, BPE", "number",
           0),
    Column("need_score", "besoin_score", "Score de besoin", "sur 100", "Moyenne des rangs du "
           "quartier sur la pauvreté, la C2S, l'âge, l'isolement, l'emploi et le numérique.",
           _NEED, "number", 0, "need_status"),
    Column("need_observed_weight", "besoin_poids_observe", "Part du score observée", "part",
           "Part du poids du score qui repose sur des données présentes.", _NEED, "number", 2),
    Column("need_perimeter", "besoin_perimetre", "Périmètre du besoin", "", "Contours sur lesquels "
           "les données du score ont été comptées : 2015 (indicatif), 2024, ou les deux.", _INSEE),
    Column("need_overlap", "besoin_recouvrement_2015", "Recouvrement 2015-2024", "part", "Partie "
           "commune aux contours de 2015 et de 2024, sur leur réunion, pour les données comptées "
           "en 2015, effectifs compris ; vide quand le contour de 2015 manque.", _BRIDGE,
           "number", 2),
    Column("need_overlap_method", "besoin_recouvrement_mesure", "Mesure du recouvrement", "", "En "
           "habitants des carreaux de 200 m, à défaut en surface ; ou non mesuré, quand le contour "
           "de 2015 manque.", _BRIDGE),
    Column("unmet_score", "besoin_restant_score", "Score de besoin restant", "sur 100", "Score de "
           "besoin multiplié par la part du besoin que la médiation connue ne couvre pas.", _NEED,
           "number", 1),
    Column("need_class", "besoin_classe", "Classe de besoin restant", "", "Faible, moyen ou "
           "élevé : par tiers de population de la région, ou par vos seuils.", _NEED, "class"),
    Column("need_to_cut", "besoin_ecart_au_seuil", "Besoin restant : distance au seuil de classe",
           "points", "Variation du score de besoin restant qui mènerait au seuil le plus proche où "
           "la classe change, les seuils restant où ils sont ; positive : il devrait monter.",
           _READING, "number", 1),
    Column("need_people", "personnes_a_accompagner", "Personnes à accompagner", "personnes/an",
           "Habitants qu'une médiation devrait accompagner chaque année, selon le taux des "
           "paramètres ; périmètre et édition de la population.", _RESIDUAL,
           "number", 0, "need_people_status"),
    Column("need_people_low", "personnes_a_accompagner_min", "Personnes à accompagner, au moins",
           "personnes/an", "Bas de la fourchette, selon le taux bas des paramètres.", _RESIDUAL,
           "number", 0, "need_people_status"),
    Column("need_people_high", "personnes_a_accompagner_max", "Personnes à accompagner, au plus",
           "personnes/an", "Haut de la fourchette, selon le taux haut des paramètres "
           "(hypothèse).", _RESIDUAL, "number", 0, "need_people_status"),
    Column("c2s_unclaimed_people", "c2s_non_recours", "Non-recours estimé à la C2S", "personnes",
           "Personnes qui auraient droit à la C2S sans l'avoir, si le taux national de non-recours "
           "valait ici, et jamais plus que les assurés sans C2S du même contour ; régime général "
           "seulement.", _NONTAKEUP, "number", 0,
           "c2s_unclaimed_status"),
    Column("c2s_unclaimed_low", "c2s_non_recours_min", "Non-recours à la C2S, au moins",
           "personnes", "La plus petite des deux estimations nationales, plafonnée aux assurés "
           "sans C2S.", _NONTAKEUP, "number", 0,
           "c2s_unclaimed_status"),
    Column("c2s_unclaimed_high", "c2s_non_recours_max", "Non-recours à la C2S, au plus",
           "personnes", "La plus grande des deux estimations nationales, plafonnée aux assurés "
           "sans C2S.", _NONTAKEUP, "number", 0,
           "c2s_unclaimed_status"),
    Column("c2s_unclaimed_perimeter", "c2s_non_recours_perimetre", "Périmètre du non-recours", "",
           "Contour sur lequel les bénéficiaires de la C2S ont été comptés : 2015 (indicatif) ou "
           "2024.", _INSEE),
    Column("mediation_fte", "mediation_etp", "Médiation présente", "ETP", "Temps plein de "
           "médiation affecté au quartier ; vide quand personne ne l'a renseigné.", _MEDIATION,
           "number", 2, "mediation_status"),
    *(
        Column(name, f"mediation_etp_{part}", f"Médiation : {kind}", "ETP", "Part de la médiation "
               f"présente qui est de type « {kind} » ; vide quand elle n'est pas connue.",
               _MEDIATION, "number", 2, "mediation_status")
        for name, part, kind in (
            ("fte_permanence", "permanence", "permanence"),
            ("fte_outreach", "aller_vers", "aller-vers"),
            ("fte_group", "action_collective", "action collective"),
            ("fte_coordination", "coordination", "coordination"),
        )
    ),
    Column("mediation_points", "mediation_points", "Points de médiation", "points", "Points de "
           "médiation qui servent le quartier, y sont, ou sont à distance de marche.", _MEDIATION,
           "number", 0),
    Column("inhabitants_per_fte", "habitants_par_etp", "Habitants par ETP", "hab./ETP",
           "Habitants du quartier pour un temps plein de médiation.", _MEDIATION, "number", 0),
    Column("coverage_state", "couverture", "Couverture par la médiation", "", "Couvert, présence "
           "partielle, non couvert, ou inconnu.", _MEDIATION, "class"),
    Column("served_people", "personnes_suivies", "Personnes déjà suivies", "personnes/an",
           "Personnes que la médiation à portée peut suivre chaque année, personne n'étant compté "
           "deux fois ; vide quand ses heures ne sont pas toutes connues.", _SHARED, "number", 0),
    Column("residual_people", "personnes_restantes", "Besoin restant",
           "personnes/an", "Personnes à accompagner moins personnes déjà suivies ; un maximum "
           "quand la médiation n'est pas connue.", _RESIDUAL, "number", 0, "residual_status"),
    Column("residual_people_low", "personnes_restantes_bas", "Besoin restant, bas de fourchette",
           "personnes/an", "Le même, si chaque temps plein suivait le plus de personnes de la "
           "fourchette des paramètres.", _RESIDUAL, "number", 0, "residual_status"),
    Column("residual_people_high", "personnes_restantes_haut", "Besoin restant, haut de "
           "fourchette", "personnes/an", "Le même, si chaque temps plein suivait le moins de "
           "personnes de la fourchette des paramètres.", _RESIDUAL, "number", 0,
           "residual_status"),
    Column("residual_fte", "etp_manquants", "Médiation manquante", "ETP", "Temps plein qu'il "
           "faudrait pour ces personnes, selon le nombre de personnes par ETP des paramètres.",
           _RESIDUAL, "number", 2, "residual_status"),
    Column("residual_fte_low", "etp_manquants_bas", "Médiation manquante, bas de fourchette",
           "ETP", "La même, si chaque temps plein suivait le plus de personnes de la fourchette.",
           _RESIDUAL, "number", 2, "residual_status"),
    Column("residual_fte_high", "etp_manquants_haut", "Médiation manquante, haut de fourchette",
           "ETP", "La même, si chaque temps plein suivait le moins de personnes de la fourchette.",
           _RESIDUAL, "number", 2, "residual_status"),
    Column("help_walk", "aides_a_pied", "Aides numériques et sociales à pied", "lieux",
           "France services et conseillers numériques dans le quartier ou à distance de marche.",
           "ANCT", "number", 0),
    Column("precision", "precision", "Précision des lieux", "", "Position la moins précise sur "
           "laquelle repose la ligne : à l'adresse, au point, à l'IRIS ou à la commune.",
           "Fichiers lus", "class"),
    Column("missing_components", "composantes_manquantes", "Données manquantes", "", "Données "
           "absentes du calcul de cette ligne.", _NEED, "list"),
    Column("sentence", "phrase", "En une phrase", "", "Ce que disent les chiffres de la ligne.",
           "Écrite par le projet à partir des colonnes précédentes"),
)  # fmt: skip

_TABLE_HEADINGS: Mapping[str, str] = {
    "score": "Score (sur 100)",
    "population": "Population (hab.)",
    "population_perimeter": "Périmètre population",
    "population_status": "Statut population",
    "access": "Accès (consult./an/hab.)",
    "access_status": "Statut accès",
    "need_score": "Besoin (sur 100)",
    "need_status": "Statut besoin",
    "mediation_fte": "Médiation (ETP)",
    "mediation_status": "Statut médiation",
    "residual_people": "Besoin restant (pers./an)",
    "residual_fte": "ETP manquants",
    "residual_status": "Statut besoin restant",
    "coverage_state": "Couverture",
    "precision": "Précision",
}

BY_ID: Mapping[str, Column] = {column.id: column for column in COLUMNS}

# What the screen shows first; the exports hold every column.
TABLE_IDS: tuple[str, ...] = (
    "rank", "code_qp", "label", "commune_label", "situation", "score", "population",
    "population_perimeter", "population_status", "access", "access_status", "need_score",
    "need_status", "mediation_fte", "mediation_status", "residual_people", "residual_fte",
    "residual_status", "coverage_state", "precision",
)  # fmt: skip


def status_column(column: Column) -> Column:
    """The column that says whether a figure is observed, modelled, hidden or missing."""
    return Column(
        column.status,
        f"{column.export}_statut",
        f"Statut : {lowered(column.heading)}",
        "",
        f"Statut de « {column.heading} » : observé, modélisé, secret statistique ou manquant.",
        column.method,
        "status",
    )


def contribution_column(component: str) -> Column:
    """The column of one part of the priority score; the parts sum to the score."""
    words = COMPONENT_WORDS.get(component) or label_fr(component)
    return Column(
        f"contributions.{component}",
        f"score_part_{PART_NAMES.get(component, component)}",
        f"Part du score : {words}",
        "points",
        f"Points du score dus à « {words} » ; les parts s'additionnent au score.",
        _SCORE,
        "number",
        1,
    )


def definition(column_id: str) -> Column:
    """The definition of a column of ``Analysis.qpv``, status columns included.

    Raises
    ------
    LookupError
        When no column has this id.
    """
    if column_id in BY_ID:
        return BY_ID[column_id]
    for column in COLUMNS:
        if column.status == column_id:
            return status_column(column)
    raise LookupError(f"Colonne « {column_id} » inconnue")


def export_columns(components: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """All columns of an export, in order: a figure, its status; the score, its parts.

    ``components`` are the parts of the score, as found in ``contributions``.
    """
    ordered: list[Column] = []
    for column in COLUMNS:
        if column in ordered:
            continue
        ordered.append(column)
        if column.id == "population":
            # A population is read with its perimeter, right beside it.
            ordered.append(BY_ID["population_perimeter"])
        if column.status:
            ordered.append(status_column(column))
        if column.id == "score":
            ordered += [contribution_column(component) for component in components]
    return tuple(ordered)
