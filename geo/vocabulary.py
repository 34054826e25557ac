"""The words and codes that tables are written with; imports nothing: a reader needs no more."""

from __future__ import annotations

STATUSES = ("observed", "modelled", "suppressed", "missing")
SCOPES = ("territory", "comparator", "halo")
# From the finest to the coarsest: a figure carries the coarsest precision it rests on.
PRECISIONS = ("address", "coordinates", "cell", "iris", "commune", "unknown")
TERRITORY_KINDS = ("qpv", "iris", "commune", "epci", "departement", "region", "france")
PERIMETERS = ("2015", "2024")
ZONES = ("ZIP", "ZAC", "vigilance", "hors")
MEDIATION_KINDS = ("permanence", "aller-vers", "action collective", "coordination")
# « veille active » is what the 2015 contracts left beside their QPV: it is no QPV.
MEDIATION_TERRITORIES = ("qpv", "veille active", "rural")
SUPPLY_PROFESSIONS = (
    "medecin_generaliste",
    "infirmier",
    "chirurgien_dentiste",
    "sage_femme",
    "masseur_kinesitherapeute",
    "pharmacie",
    "centre_de_sante",
    "maison_de_sante",
    "hopital",
)

COMMUNE_CODE = r"^(\d{2}|2[AB])\d{3}$"
IRIS_CODE = r"^(\d{2}|2[AB])\d{7}$"
QPV_2024_CODE = r"^QN(\d{3}|02[AB])\d{2}[NMIC]$"
QPV_2015_CODE = r"^QP(\d{6}|02[AB]\d{3}|9\d{5})$"
CRS = "EPSG:4326"
