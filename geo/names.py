"""Names of régions and départements (code officiel géographique): territories by their name."""

from __future__ import annotations

from collections.abc import Mapping

REGIONS: Mapping[str, str] = {
    "01": "Guadeloupe",
    "02": "Martinique",
    "03": "Guyane",
    "04": "La Réunion",
    "06": "Mayotte",
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d'Azur",
    "94": "Corse",
    "99": "Île d'Hespérane (région fictive)",
}

_HEXAGONE = (
    "Ain;Aisne;Allier;Alpes-de-Haute-Provence;Hautes-Alpes;Alpes-Maritimes;Ardèche;Ardennes;"
    "Ariège;Aube;Aude;Aveyron;Bouches-du-Rhône;Calvados;Cantal;Charente;Charente-Maritime;Cher;"
    "Corrèze;;Côte-d'Or;Côtes-d'Armor;Creuse;Dordogne;Doubs;Drôme;Eure;Eure-et-Loir;Finistère;"
    "Gard;Haute-Garonne;Gers;Gironde;Hérault;Ille-et-Vilaine;Indre;Indre-et-Loire;Isère;Jura;"
    "Landes;Loir-et-Cher;Loire;Haute-Loire;Loire-Atlantique;Loiret;Lot;Lot-et-Garonne;Lozère;"
    "Maine-et-Loire;Manche;Marne;Haute-Marne;Mayenne;Meurthe-et-Moselle;Meuse;Morbihan;Moselle;"
    "Nièvre;Nord;Oise;Orne;Pas-de-Calais;Puy-de-Dôme;Pyrénées-Atlantiques;Hautes-Pyrénées;"
    "Pyrénées-Orientales;Bas-Rhin;Haut-Rhin;Rhône;Haute-Saône;Saône-et-Loire;Sarthe;Savoie;"
    "Haute-Savoie;Paris;Seine-Maritime;Seine-et-Marne;Yvelines;Deux-Sèvres;Somme;Tarn;"
    "Tarn-et-Garonne;Var;Vaucluse;Vendée;Vienne;Haute-Vienne;Vosges;Yonne;Territoire de Belfort;"
    "Essonne;Hauts-de-Seine;Seine-Saint-Denis;Val-de-Marne;Val-d'Oise"
)

DEPARTEMENTS: Mapping[str, str] = {
    **{f"{rank:02d}": name for rank, name in enumerate(_HEXAGONE.split(";"), start=1) if name},
    "2A": "Corse-du-Sud",
    "2B": "Haute-Corse",
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
    "977": "Saint-Barthélemy",
    "978": "Saint-Martin",
    "987": "Polynésie française",
    "99": "Île d'Hespérane (département fictif)",
}

# One, and several.
PROFESSION_WORDS = {
    "medecin_generaliste": ("médecin généraliste", "médecins généralistes"),
    "infirmier": ("infirmier", "infirmiers"),
    "chirurgien_dentiste": ("chirurgien-dentiste", "chirurgiens-dentistes"),
    "sage_femme": ("sage-femme", "sages-femmes"),
    "masseur_kinesitherapeute": ("kinésithérapeute", "kinésithérapeutes"),
    "pharmacie": ("pharmacie", "pharmacies"),
    "centre_de_sante": ("centre de santé", "centres de santé"),
    "maison_de_sante": ("maison de santé", "maisons de santé"),
    "hopital": ("établissement hospitalier", "établissements hospitaliers"),
}
