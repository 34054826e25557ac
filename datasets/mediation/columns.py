"""What a mediation file holds: each column once, as data.

The template, its documentation, the checks and the messages all read this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datasets.mediation.languages import LANGUAGES
from datasets.readers.tabular import normalise_label
from geo.parameters import Parameters
from geo.schema import MEDIATION_KINDS, MEDIATION_TERRITORIES

SOURCE_ID = "mediation"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
HOST_KINDS = (
    "centre social",
    "mairie",
    "maison de quartier",
    "France services",
    "association",
    "pharmacie",
    "maison de santé",
    "centre de santé",
    "PMI",
    "école",
    "bus itinérant",
    "autre",
)
VISIBILITY = ("vélo", "bus", "affichage", "brochures", "bouche-à-oreille", "porte-à-porte")
EXCHANGES = ("réseau régional des médiateurs", "ASV", "CLS", "CLSM", "CPTS", "comité de pilotage")
# A line is one post or one permanence; a line may stand for a small team of equal posts.
MAX_FTE = 5.0  # [assumption, editable]
# Beyond these a line is said to be doubtful, and kept: above 2 FTE it stands for a team, and ten
# times the most people that METHODS section 3 gives one FTE a year is rather a count of visits.
DOUBTFUL_FTE = 2.0  # [assumption, editable]
DOUBTFUL_PEOPLE_PER_FTE = 10 * max(Parameters().people_per_fte_range)  # [assumption, editable]
FULL_WEEK_HOURS = 35.0  # METHODS section 3 [assumption, editable]
SHARE_TOLERANCE = 0.01 + 1e-9  # 0.33 + 0.66, whatever the binary rounding
EXAMPLE_PREFIX = "EXEMPLE"
# Columns this project adds to the lines it gives back for correction; read again, they are skipped.
RETURNED_COLUMNS = ("ligne_d_origine", "motifs_du_refus")


@dataclass(frozen=True)
class ColumnRule:
    """One column: its name in the file, what it means, how it is written.

    ``examples`` gives one fictional value per example line of the template; ``allowed`` lists
    the only accepted values when ``closed``, and mere suggestions otherwise.
    """

    name: str
    meaning: str
    expected: str
    examples: tuple[str, str]
    mandatory: bool = False
    allowed: tuple[str, ...] = ()
    closed: bool = False


_RULES = (
    ColumnRule(
        "identifiant",
        "Identifiant stable de la ligne, de votre choix ; laissé vide, il est tiré du numéro "
        "de ligne. Une ligne dont l’identifiant commence par EXEMPLE n’est pas prise en compte.",
        "un texte court, différent à chaque ligne",
        ("EXEMPLE-1", "EXEMPLE-2"),
    ),
    ColumnRule(
        "structure",
        "Structure qui emploie ou porte l’intervention (jamais le nom d’une personne).",
        "le nom de la structure",
        ("Association fictive Les Passerelles", "Association fictive Les Passerelles"),
        mandatory=True,
    ),
    ColumnRule(
        "type_action",
        "Type d’intervention.",
        "une valeur parmi : " + ", ".join(MEDIATION_KINDS),
        ("permanence", "aller-vers"),
        mandatory=True,
        allowed=MEDIATION_KINDS,
        closed=True,
    ),
    ColumnRule(
        "lieu", "Nom du lieu qui accueille.", "un texte", ("Centre social fictif du Phare", "")
    ),
    ColumnRule(
        "type_lieu",
        "Sorte de lieu d’accueil.",
        "un texte, par exemple : " + ", ".join(HOST_KINDS),
        ("centre social", ""),
        allowed=HOST_KINDS,
    ),
    ColumnRule(
        "adresse",
        "Adresse du lieu d’accueil (jamais celle d’une personne suivie).",
        "un texte",
        ("1 rue Imaginaire", ""),
    ),
    ColumnRule(
        "commune",
        "Code Insee de la commune, obligatoire si longitude et latitude manquent.",
        "un code Insee de 5 caractères (42218, 01053, 2A004), pas un code postal",
        ("99001", "99001"),
    ),
    ColumnRule(
        "longitude",
        "Longitude du lieu en degrés (WGS 84), avec la latitude.",
        "des degrés décimaux, négatifs à l’ouest de Greenwich (4,3875)",
        ("", ""),
    ),
    ColumnRule(
        "latitude",
        "Latitude du lieu en degrés (WGS 84), avec la longitude.",
        "des degrés décimaux (45,4396)",
        ("", ""),
    ),
    ColumnRule(
        "jours",
        "Jours de la semaine, chaque semaine.",
        "lundi, mardi … dimanche, séparés par |",
        ("lundi|jeudi", "mercredi"),
        allowed=WEEKDAYS,
    ),
    ColumnRule("heure_debut", "Heure de début.", "HH:MM (09:00)", ("09:00", "14:00")),
    ColumnRule(
        "heure_fin", "Heure de fin, le même jour.", "HH:MM, après l’heure de début", ("12:30", "")
    ),
    ColumnRule(
        "heures_par_semaine",
        "Heures de travail par semaine. Sans ETP, l’ETP est calculé : heures / 35 (modélisé). "
        "Sans heures ni ETP, il est calculé des jours et des heures de début et de fin.",
        f"un nombre d’heures entre 0 (exclu) et {MAX_FTE * FULL_WEEK_HOURS:.0f}",
        ("7", ""),
    ),
    ColumnRule(
        "etp",
        "Équivalents temps plein de la ligne (1 = un poste à temps plein). Inconnu : laissez vide. "
        f"Au-dessus de {DOUBTFUL_FTE:.0f}, la ligne est signalée comme douteuse.",
        f"un nombre au-dessus de 0, au plus {MAX_FTE:.0f} (une ligne = un poste ou une permanence)",
        ("0,2", "0,5"),
    ),
    ColumnRule(
        "personnes_par_an",
        "Personnes suivies en un an : un total, jamais une liste. Inconnu : laissez vide. "
        f"Au-dessus de {DOUBTFUL_PEOPLE_PER_FTE:.0f} par ETP, il est signalé comme douteux.",
        "un nombre entier, 0 ou plus",
        ("60", ""),
    ),
    ColumnRule(
        "qpv_desservis",
        "QPV 2024 desservis, avec la part du poste donnée à chacun.",
        "CODE:part séparés par |, parts entre 0 et 1 de somme 1 (QN04201M:0,5|QN04202M:0,5) ; "
        "la part est facultative pour un seul code ; pour plusieurs, sans parts, l’ETP de chacun "
        "reste inconnu",
        ("QN09901M:0,5|QN09902I:0,5", "QN09901M"),
    ),
    ColumnRule(
        "complet_pour",
        "Territoire pour lequel ce fichier est complet : un quartier de ce territoire que le "
        "fichier ne nomme pas compte alors pour 0 ETP. Une seule ligne suffit ; un quartier à "
        "cheval sur deux communes demande les deux. Vide : rien n’est dit des autres quartiers, "
        "qui restent inconnus.",
        "dep:42, epci:244200770, commune:42187, region:84 ou qpv:QN04217M ; plusieurs séparés "
        "par |",
        ("dep:99", ""),
    ),
    ColumnRule(
        "financeurs",
        "Qui finance, avec la part de chacun si elle est connue.",
        "Nom:part séparés par |, parts entre 0 et 1 de somme 1, ou les noms seuls",
        ("ARS:0,6|Ville:0,4", "ARS|Département"),
    ),
    ColumnRule(
        "langues",
        "Langues parlées.",
        "des noms de langues séparés par | (français|arabe|turc)",
        ("français|arabe", ""),
        allowed=LANGUAGES,
    ),
    ColumnRule(
        "visibilite",
        "Ce qui rend l’intervention visible.",
        "des mots séparés par |, par exemple : " + ", ".join(VISIBILITY),
        ("affichage", "vélo|bouche-à-oreille"),
        allowed=VISIBILITY,
    ),
    ColumnRule(
        "echanges",
        "Réseaux et temps d’échange auxquels l’intervention participe.",
        "des mots séparés par |, par exemple : " + ", ".join(EXCHANGES),
        ("réseau régional des médiateurs|ASV", ""),
        allowed=EXCHANGES,
    ),
    ColumnRule(
        "territoire",
        "Sorte de territoire desservi. Un quartier de veille active ou un territoire rural n’est "
        "pas un QPV : l’intervention ne compte alors dans la couverture d’aucun QPV, et "
        "« qpv_desservis » reste vide (séparez en deux lignes ce qui sert les deux).",
        "une valeur parmi : " + ", ".join(MEDIATION_TERRITORIES) + " ; inconnu : laissez vide",
        ("qpv", "qpv"),
        allowed=MEDIATION_TERRITORIES,
        closed=True,
    ),
    ColumnRule(
        "debut_convention", "Début de la convention.", "JJ/MM/AAAA", ("01/01/2025", "01/09/2025")
    ),
    ColumnRule(
        "fin_convention",
        "Fin de la convention.",
        "JJ/MM/AAAA, après le début",
        ("31/12/2027", ""),
    ),
    ColumnRule(
        "source",
        "D’où vient l’information (document, bilan d’activité …).",
        "un texte, sans nom de personne",
        ("Exemple fictif", "Exemple fictif"),
    ),
    ColumnRule("annee", "Année de l’information.", "AAAA (2025)", ("2025", "2025")),
)

TEMPLATE_COLUMNS: Mapping[str, ColumnRule] = {rule.name: rule for rule in _RULES}
_BY_FOLDED_NAME = {normalise_label(name): name for name in TEMPLATE_COLUMNS}


def template_column(title: str) -> str:
    """The template column a header stands for (« Heure début » is heure_debut), '' when none."""
    return _BY_FOLDED_NAME.get(normalise_label(title), "")
