"""What a follow-up file holds: each column once, as data; the template and the checks read it."""

from __future__ import annotations

from collections.abc import Mapping

from datasets.brought.columns import PlainColumn
from datasets.brought.form import EXAMPLES_ARE_FICTIONAL, Form, check_words
from datasets.mediation.columns import MAX_FTE
from datasets.mediation.personal import names_a_person_header
from datasets.readers.tabular import normalise_label
from geo.monitoring.counters import COUNTERS, WORKSHOP_KINDS

SOURCE_ID = "monitoring"
# Counter of ``geo.monitoring`` by column of the file; workshops are told by kind (see below).
COUNT_COLUMNS: Mapping[str, str] = {
    "personnes_rencontrees": "met",
    "personnes_accompagnees": "accompanied",
    "sollicitations": "solicitations",
    "visites_a_domicile": "visits",
    "logements_visites": "dwellings_visited",
    "logements_avec_rencontre": "dwellings_met",
    "medecins_traitants_trouves": "gp_found",
    "droits_ouverts": "rights_opened",
}
_EXAMPLES = {
    "met": ("34", "21"), "accompanied": ("12", "9"), "solicitations": ("58", "40"),
    "visits": ("11", ""), "dwellings_visited": ("120", ""), "dwellings_met": ("55", ""),
    "gp_found": ("2", "0"), "rights_opened": ("6", "3"),
}  # fmt: skip
_KINDS = ", ".join(WORKSHOP_KINDS)
_RULES = (
    PlainColumn(
        "poste",
        "Code du poste, de votre choix, le même tous les mois (jamais le nom de la personne).",
        "un code court (MED-01)",
        ("EXEMPLE-1", "EXEMPLE-1"),
        mandatory=True,
    ),
    PlainColumn(
        "structure",
        "Structure qui emploie ou porte le poste, la même tous les mois.",
        "le nom de la structure",
        ("Association fictive Les Passerelles", "Association fictive Les Passerelles"),
        mandatory=True,
    ),
    PlainColumn(
        "mois",
        "Mois que décrit la ligne : une ligne par poste et par mois. Un mois sans ligne est "
        "manquant, jamais zéro.",
        "AAAA-MM (2025-03) ou MM/AAAA (03/2025), pas un mois à venir",
        ("2025-03", "2025-04"),
        mandatory=True,
    ),
    PlainColumn(
        "etp",
        "Équivalents temps plein travaillés ce mois-là (1 = un temps plein). Inconnu : laissez "
        "vide.",
        f"un nombre au-dessus de 0, au plus {MAX_FTE:.0f}",
        ("1", "0,8"),
    ),
    PlainColumn(
        "qpv_desservis",
        "QPV 2024 où le poste travaille. Un poste de plusieurs quartiers n’est pas divisé entre "
        "eux.",
        "des codes séparés par | (QN04201M|QN04202M)",
        ("QN09901M|QN09902I", "QN09901M"),
    ),
    PlainColumn(
        "commune",
        "Code Insee de la commune, quand le poste travaille hors des QPV.",
        "un code Insee de 5 caractères (26210)",
        ("", ""),
    ),
    PlainColumn(
        "cout",
        "Coût du poste ce mois-là, en euros, charges comprises. Inconnu : laissez vide.",
        "un nombre d’euros, 0 ou plus",
        ("4400", ""),
    ),
    *(
        PlainColumn(
            name,
            COUNTERS[counter].meaning_fr + " Un total. Zéro s’écrit 0, inconnu se laisse vide.",
            "un nombre entier, 0 ou plus",
            _EXAMPLES[counter],
        )
        for name, counter in COUNT_COLUMNS.items()
    ),
    PlainColumn(
        "ateliers",
        COUNTERS["workshops"].meaning_fr + f" Par type : {_KINDS}.",
        "type:nombre séparés par | (accès aux droits:2|dépistage:1)",
        ("accès aux droits:2|dépistage:1", "numérique:1"),
    ),
    PlainColumn(
        "participations_ateliers",
        COUNTERS["participants"].meaning_fr + " Par type, les mêmes que la colonne « ateliers ».",
        "type:nombre séparés par | (accès aux droits:18|dépistage:12)",
        ("accès aux droits:18|dépistage:12", ""),
    ),
)
_FOLDED = {normalise_label(rule.name): rule.name for rule in _RULES} | {
    "identifiant": "poste",
    "qpv": "qpv_desservis",
    "logements avec contact": "logements_avec_rencontre",
}
_NOT_FOLLOWED = frozenset({"adresse", "adresses", "rue", "age", "ages", "nir", "personne"})
_COUNTS = frozenset({"nombre", "nb", "personnes"})


def refused_header(title: str) -> bool:
    """True for a column that describes people or where they live: none has its place here."""
    words = frozenset(normalise_label(title).split())
    return names_a_person_header(title) or bool(words & _NOT_FOLLOWED and not words & _COUNTS)


FORM = Form(
    source_id=SOURCE_ID,
    name="monitoring",
    title="Modèle « suivi »",
    sheets=("Suivi",),
    rules={rule.name: rule for rule in _RULES},
    column_of=lambda title: _FOLDED.get(normalise_label(title), ""),
    advice=(
        "Une ligne par poste et par mois, dans la feuille « Suivi ».",
        "Des totaux seulement : ni nom, ni naissance, ni NIR, ni nationalité, ni adresse, ni "
        "téléphone, ni courriel. Une colonne de ce genre fait refuser le fichier.",
        "Zéro s’écrit 0 ; une valeur inconnue se laisse vide, elle n’est jamais prise pour zéro.",
        "Personnes, sollicitations, visites et logements sont des compteurs distincts : ils ne "
        "s’additionnent pas.",
        "À la restitution, les effectifs de moins de 11 sont cachés.",
        EXAMPLES_ARE_FICTIONAL,
        check_words("monitoring", "Suivi"),
    ),
    refused_header=refused_header,
    screen="Suivi",
)
