"""The invented names and the hand-set facts of the fictional island.

No name here is that of an existing commune (checked against the national list by
``tests/real/test_demo_names.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

DEPARTEMENT = "99"
REGION = "99"
ISLAND = "Île d’Hespérane"
FICTION = "Données fictives"
SEED = 20_240_101

# Official generations the demo imitates: every file says the same years.
CENSUS_YEAR = 2022
BPE_YEAR = 2021


@dataclass(frozen=True)
class Place:
    """A commune drawn by hand: seat in km from the island's origin, kind, inhabitants, EPCI."""

    name: str
    kind: str
    x_km: float
    y_km: float
    population: int = 0


MAIN, NORTH, SOUTH, MILL = "Portmarance", "Fort-Calune", "Sainte-Orlaine", "Brévaude"

# Populations of suburbs and villages (0 here) are shared out of ``POPULATION_OF_KIND``.
PLACES = (
    Place(MAIN, "ville", -9.0, -3.0, 210_000),
    Place(NORTH, "ville moyenne", 18.0, 20.0, 58_000),
    Place(SOUTH, "ville moyenne", 5.0, -25.5, 41_000),
    Place(MILL, "bourg isolé", -18.0, 18.0, 11_500),
    Place("Lannec-sous-Vigie", "banlieue", -10.5, 5.2),
    Place("Les Salines-Rousses", "banlieue", -17.0, 4.8),
    Place("Montorval", "banlieue", -1.5, 4.5),
    Place("Saint-Aubrial", "banlieue", 1.0, -2.5),
    Place("Courtavance", "banlieue", -0.5, -9.5),
    Place("Villegrèves", "banlieue", -6.0, -12.0),
    Place("Roquevermeille", "banlieue", -13.5, -10.8),
    Place("La Haie-Dormante", "banlieue", 6.0, 8.0),
    Place("Pierrelune", "banlieue", 8.5, -6.0),
    Place("Saint-Calune-le-Haut", "couronne", 11.5, 24.0),
    Place("Vigie-le-Phare", "couronne", 17.5, 27.0),
    Place("Les Forges-Basses", "couronne", 11.0, 17.0),
    Place("Rade-Verte", "couronne", 18.0, 12.5),
    Place("Anse-Calune", "couronne", 24.5, 15.0),
    Place("Orlaine-la-Blanche", "couronne", -2.0, -24.5),
    Place("Vallorlaine", "couronne", 1.5, -19.0),
    Place("Pré-Salin", "couronne", 9.0, -19.0),
    Place("Les Trois-Balises", "couronne", 12.5, -26.0),
)
POPULATION_OF_KIND = {"banlieue": 158_000, "couronne": 51_000, "village": 110_500}

# The ones by the sea first: names are given in order of distance to the coast.
VILLAGES = (
    "Anse-au-Goémon",
    "Bourg-Sauvagine",
    "Cap-Vermeil",
    "Dunes-Saint-Malaury",
    "Grèvelongue",
    "Kerlusane",
    "La Motte-Cendrée",
    "Marais-Doucet",
    "Ormelune",
    "Pointe-aux-Sternes",
    "Saint-Gwendal-des-Îles",
    "Tamarisque",
    "Vieux-Phare",
    "Fontelierre",
    "Bois-Corlieu",
    "Arvoise-les-Pins",
    "Ambrevent",
    "Quatre-Vigies",
    "Brandelune",
    "Corbelande",
    "Carnoval",
    "Champ-Doriant",
    "Combe-Ardoise",
    "Estervielle",
    "Genêtville",
    "Haute-Embrune",
    "Jonquerelle",
    "La Chesnaie-Brumée",
    "Lanvermine",
    "Le Val-Dormant",
    "Mesnil-Orage",
    "Montbrisure",
    "Noirecombe",
    "Roncemare",
    "Saint-Elvard",
    "Sainte-Amarille",
    "Valcendre",
    "Vaux-l’Hermine",
)

# name, SIREN (none exists in 999…), town the commune must be nearest to, in km
EPCIS = (
    ("CU Portmarance Rade (fictive)", "999000010", -9.0, -3.0),
    ("CA du Levant calunois (fictive)", "999000028", 18.0, 20.0),
    ("CA du Pays d’Orlaine (fictive)", "999000036", 5.0, -25.5),
    ("CC des Landes de Brévaude (fictive)", "999000044", -18.0, 19.0),
    ("CC du Grand Est hespéran (fictive)", "999000051", 26.0, -4.0),
    ("CC de la Pointe d’Ouest (fictive)", "999000069", -22.0, -19.0),
)


@dataclass(frozen=True)
class Quarter:
    """A QPV drawn by hand.

    ``dx_km``/``dy_km`` from the seat of ``town``; ``other`` is the second commune of a QPV that
    straddles two; ``cells`` 200 m squares; ``poverty`` and ``ageing`` are shares (0..1) that
    the statistics follow; ``gp`` the general practitioners placed inside.
    """

    code: str
    label: str
    town: str
    dx_km: float
    dy_km: float
    cells: int
    population: int
    poverty: float
    ageing: float
    gp: int
    code_2015: str = ""
    other: str = ""


QUARTERS = (
    Quarter("QN09901M", "Les Amarres", MAIN, 0.9, 0.9, 11, 5_200, 0.51, 0.21, 6, "QP099001"),
    Quarter("QN09902I", "Cité des Brisants", MAIN, 2.3, 2.7, 14, 6_800, 0.48, 0.17, 1, "QP099002"),
    Quarter("QN09903M", "Haut-Vent", MAIN, 3.6, 0.3, 22, 9_200, 0.46, 0.15, 1, "QP099003"),
    Quarter("QN09904M", "Les Cormorans", MAIN, 0.0, 3.7, 10, 4_300, 0.44, 0.19, 1, "QP099004"),
    Quarter("QN09905M", "Bel-Estran", MAIN, -0.6, -3.1, 7, 2_400, 0.36, 0.25, 2, "QP099005"),
    Quarter("QN09906I", "La Corderie", MAIN, 1.6, -1.3, 8, 3_100, 0.40, 0.23, 2, "QP099006"),
    Quarter("QN09907N", "Les Quais-Neufs", MAIN, 2.6, -3.4, 5, 1_500, 0.38, 0.18, 0),
    Quarter("QN09908N", "Plaine-Basse", MAIN, 0.0, 0.0, 12, 3_400, 0.43, 0.16, 0, "", "Montorval"),
    Quarter(
        "QN09909M", "Les Tamaris", "Saint-Aubrial", -1.2, 0.9, 8, 2_900, 0.39, 0.20, 1, "QP099007"
    ),
    Quarter(
        "QN09910M", "Grand-Chemin", "Villegrèves", 0.7, 0.8, 6, 2_100, 0.37, 0.22, 0, "QP099008"
    ),
    Quarter("QN09911M", "Les Forges", NORTH, -1.5, -1.2, 15, 6_100, 0.53, 0.18, 1, "QP099009"),
    Quarter("QN09912M", "Cap-Levant", NORTH, 1.9, 1.0, 12, 4_700, 0.50, 0.16, 0, "QP099010"),
    Quarter("QN09913I", "La Batterie", NORTH, 0.6, -1.0, 5, 2_200, 0.47, 0.24, 0, "QP099011"),
    Quarter(
        "QN09914M", "Les Hauts de Calune", NORTH, -1.6, 1.7, 10, 3_600, 0.45, 0.17, 0, "QP099012"
    ),
    Quarter("QN09915N", "Pont-Tournant", NORTH, 1.6, -1.9, 4, 1_300, 0.42, 0.19, 0),
    Quarter("QN09916M", "Le Moulin-Clair", SOUTH, -1.0, 0.9, 6, 2_000, 0.33, 0.27, 3, "QP099013"),
    Quarter("QN09917M", "Les Embruns", SOUTH, 1.5, -0.6, 5, 1_800, 0.37, 0.24, 1, "QP099014"),
    Quarter("QN09918M", "La Filature", MILL, 0.8, -0.5, 8, 2_700, 0.55, 0.26, 0, "QP099015"),
)
# A 2015 neighbourhood that left the map in 2024: no successor in the correspondence.
LOST_2015 = Quarter(
    "QP099016", "Les Glycines", SOUTH, 0.2, 2.2, 4, 1_250, 0.29, 0.29, 0, "QP099016"
)

IRIS_COUNT = {MAIN: 50, NORTH: 17, SOUTH: 13}
