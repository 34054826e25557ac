"""What the team of Roanne had with it, and what to settle before knocking at the first door.

Facts of the published sheet of Roannais Agglomération (completed 23/06/2017, METHODS section 8) are
told as such; the rest is this project's advice, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

SHEET_2017 = "Roannais Agglomération, fiche du 23/06/2017 (publié)"
ADVICE = "Conseil du projet"


@dataclass(frozen=True)
class Item:
    """One thing to have or to settle, with where it comes from."""

    subject: str
    text: str
    source: str


CHECKLIST = (
    Item(
        "Matériel",
        "Un terminal mobile connecté en 4G, comme à Roanne.",
        SHEET_2017,
    ),
    Item(
        "Lieux",
        "Un accord avec des lieux d'accueil du quartier. À Roanne : 2 Maisons des services publics "
        "du CCAS dans les QPV (non labellisées MSAP) et un espace public numérique.",
        SHEET_2017,
    ),
    Item(
        "Cadre",
        "Un rattachement et des financeurs nommés. À Roanne : service Politique de la Ville, CLS "
        "2016-2020 et ASV ; ARS et DDCS.",
        SHEET_2017,
    ),
    Item(
        "Lieux",
        "Vérifier les horaires des lieux d'aide avant d'y orienter : ceux qui sont affichés ont "
        "la date de leur source.",
        ADVICE,
    ),
    Item(
        "Annonce",
        "Prévenir bailleurs, gardiens, associations et habitants (affiche, courrier) avec un "
        "numéro où joindre l'équipe.",
        ADVICE,
    ),
    Item(
        "Données",
        "N'écrire ni nom, ni adresse précise, ni santé : la fiche ne demande que des totaux par "
        "îlot et par passage.",
        ADVICE,
    ),
)
