"""The mediation file a planner of the island would bring: 14 lines, all fictional.

Some neighbourhoods have nobody, one of 9,200 inhabitants has a single day a week, some
conventions are over, one line does not know its hours. It declares itself complete for the whole
island: the neighbourhoods that it does not name have nobody, which no other file may suppose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.demo.files import RawFolder, table
from datasets.demo.island import to_lonlat
from datasets.demo.quarters import Neighbourhood
from geo.territory import DEMO_DEPARTEMENT

COLUMNS = (
    "identifiant;structure;type_action;lieu;type_lieu;adresse;commune;longitude;latitude;jours;"
    "heure_debut;heure_fin;heures_par_semaine;etp;personnes_par_an;qpv_desservis;complet_pour;"
    "financeurs;langues;visibilite;echanges;territoire;debut_convention;fin_convention;source;annee"
)
PASSERELLES = "Association Les Passerelles d’Hespérane (fictive)"
MUTUELLE = "Mutuelle du Levant (fictive)"
LIEN = "Association Santé Lien (fictive)"
_EXCHANGES = {
    PASSERELLES: "réseau des médiateurs d’Hespérane (fictif)|ASV",
    LIEN: "réseau des médiateurs d’Hespérane (fictif)",
    "Atelier santé ville de Portmarance (fictif)": "ASV|CLS",
}
_COMPLETE_FOR = f"dep:{DEMO_DEPARTEMENT}"
_ARS_CITY = "ARS:0,6|Ville:0,4"


@dataclass(frozen=True)
class _Line:
    """One line; the position is that of the first QPV served, or its commune when not placed."""

    structure: str
    kind: str
    place: tuple[str, str]
    days: str
    times: tuple[str, str]
    hours: str
    people: str
    served: str
    funders: str
    languages: str
    visibility: str
    convention: tuple[str, str]
    placed: bool = True


_WEEK = "lundi|mardi|mercredi|jeudi|vendredi"
_LINES = (
    _Line(
        PASSERELLES, "permanence", ("Centre social des Brisants", "centre social"),
        _WEEK, ("09:00", "16:00"), "35", "112", "QN09902I", _ARS_CITY,
        "français|arabe", "affichage|brochures", ("01/01/2023", "31/12/2026"),
    ),
    _Line(
        PASSERELLES, "aller-vers", ("", ""), _WEEK, ("09:30", "16:30"), "35", "96",
        "QN09902I:0,4|QN09904M:0,6", "ARS:0,5|Ville:0,3|Caisse d’assurance maladie:0,2",
        "français|arabe|turc", "vélo|porte-à-porte", ("01/03/2024", "28/02/2027"), False,
    ),
    _Line(
        LIEN, "permanence", ("Maison de quartier du Haut-Vent", "maison de quartier"),
        "mercredi", ("09:00", "16:00"), "7", "24", "QN09903M", "ARS",
        "français", "affichage", ("01/09/2023", "31/08/2026"),
    ),
    _Line(
        LIEN, "permanence", ("Mairie de quartier Sud", "mairie"),
        "mardi|jeudi|vendredi", ("09:00", "14:00"), "15", "55", "QN09905M:0,5|QN09906I:0,5",
        _ARS_CITY, "français|portugais", "affichage|bouche-à-oreille", ("01/01/2024", ""),
    ),
    _Line(
        LIEN, "action collective", ("Maison de santé de la Corderie", "maison de santé"),
        "jeudi", ("14:00", "17:30"), "3,5", "40", "QN09906I", "Caisse d’assurance maladie",
        "français", "brochures", ("01/01/2025", "31/12/2025"),
    ),
    _Line(
        MUTUELLE, "aller-vers", ("Bus santé de la Rade", "bus itinérant"),
        "lundi|mardi|jeudi|vendredi", ("09:30", "16:30"), "28", "88",
        "QN09907N:0,3|QN09908N:0,7", "ARS:0,5|Département:0,25|Mutuelle:0,25",
        "français|anglais", "bus", ("01/04/2024", "31/03/2027"),
    ),
    _Line(
        PASSERELLES, "permanence", ("France services des Tamaris", "France services"),
        "lundi|jeudi", ("09:00", "12:30"), "7", "30", "QN09909M", "Ville",
        "français", "affichage", ("01/01/2022", "31/12/2024"),
    ),
    _Line(
        "Atelier santé ville de Portmarance (fictif)", "coordination", ("", ""), _WEEK, ("", ""),
        "35", "", "QN09902I:0,25|QN09903M:0,25|QN09904M:0,25|QN09905M:0,25",
        "ARS:0,5|Ville:0,5", "français", "", ("01/01/2024", "31/12/2026"), False,
    ),
    _Line(
        MUTUELLE, "permanence", ("Centre de santé des Forges", "centre de santé"),
        _WEEK, ("08:30", "15:30"), "35", "121", "QN09911M",
        "ARS:0,4|Ville:0,3|Département:0,3", "français|arabe|comorien",
        "affichage|porte-à-porte", ("01/01/2023", "31/12/2027"),
    ),
    _Line(
        MUTUELLE, "aller-vers", ("", ""), "lundi|mardi|mercredi|vendredi", ("09:30", "16:30"),
        "28", "74", "QN09911M:0,4|QN09912M:0,6", "ARS:0,7|Mutuelle:0,3", "français|arabe",
        "vélo", ("01/06/2024", "31/05/2027"), False,
    ),
    _Line(
        LIEN, "action collective", ("École du Levant", "école"), "mardi", ("13:30", "16:00"),
        "2,5", "35", "QN09912M", "Ville", "français", "brochures", ("01/09/2023", "30/06/2025"),
    ),
    _Line(
        "Centre social du Pays d’Orlaine (fictif)", "permanence",
        ("Centre social du Moulin", "centre social"), _WEEK, ("09:00", "16:00"), "35", "108",
        "QN09916M", "ARS:0,5|Ville:0,25|Caisse d’allocations familiales:0,25", "français",
        "affichage|brochures", ("01/01/2024", "31/12/2026"),
    ),
    _Line(
        "Centre social du Pays d’Orlaine (fictif)", "aller-vers", ("", ""),
        "mardi|mercredi|jeudi", ("10:00", "17:00"), "21", "62", "QN09916M:0,4|QN09917M:0,6",
        "ARS:0,8|Ville:0,2", "français|anglais", "vélo|bus", ("01/01/2025", "31/12/2027"), False,
    ),
    _Line(
        PASSERELLES, "permanence", ("Pharmacie des Cormorans", "pharmacie"), "vendredi",
        ("", ""), "", "", "QN09904M", "Ville", "français", "bouche-à-oreille", ("01/02/2025", ""),
    ),
)  # fmt: skip


def write_mediation(folder: RawFolder, quarters: list[Neighbourhood]) -> None:
    """``mediation_demo.csv``, in the project's template."""
    by_code = {quarter.facts.code: quarter for quarter in quarters}
    rows = []
    for rank, line in enumerate(_LINES, start=1):
        quarter = by_code[line.served[:8]]
        lon, lat = _position(quarter) if line.placed else ("", "")
        place, kind = line.place
        full_time = f"{float(line.hours.replace(',', '.')) / 35:.2f}" if line.hours else ""
        rows.append(
            (
                f"DEMO-{rank:02d}",
                line.structure,
                line.kind,
                place,
                kind,
                f"{rank} rue Imaginaire" if place else "",
                quarter.communes[0].code,
                lon,
                lat,
                line.days,
                *line.times,
                line.hours,
                full_time.replace(".", ","),
                line.people,
                line.served,
                _COMPLETE_FOR,
                line.funders,
                line.languages,
                line.visibility,
                _EXCHANGES.get(line.structure, ""),
                "qpv",
                *line.convention,
                "Données fictives de démonstration",
                "2025",
            )
        )
    data = table(COLUMNS.split(";"), rows, bom=True)
    folder.write("mediation", "mediation_demo.csv", data)


def _position(quarter: Neighbourhood) -> tuple[str, str]:
    point = quarter.outline.representative_point()
    lon, lat = to_lonlat(np.array([[point.x, point.y]]))[0].tolist()
    return f"{lon:.5f}".replace(".", ","), f"{lat:.5f}".replace(".", ",")
