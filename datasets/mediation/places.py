"""Where France is, coarsely: enough to tell swapped, projected or foreign coordinates."""

from __future__ import annotations

from datasets.mediation.values import BadCell
from geo.territory import DEMO_DEPARTEMENT, departement_of_commune

# (west, south, east, north) in degrees, wide enough to hold each part of France and its coast.
_BOXES: dict[str, tuple[float, float, float, float]] = {
    "": (-5.6, 41.2, 9.8, 51.3),
    "971": (-61.9, 15.7, -60.9, 16.6),
    "972": (-61.3, 14.3, -60.7, 15.0),
    "973": (-54.7, 2.0, -51.5, 6.0),
    "974": (55.1, -21.5, 56.0, -20.7),
    "975": (-56.6, 46.6, -56.0, 47.3),
    "976": (44.9, -13.1, 45.4, -12.5),
    "977": (-63.0, 17.8, -62.7, 18.0),
    "978": (-63.2, 18.0, -62.9, 18.2),
    "986": (-178.3, -14.5, -176.0, -13.1),
    "987": (-155.0, -28.0, -134.0, -7.5),
    "988": (163.0, -23.0, 169.0, -19.0),
    # The fictional island of the demo lies off the Atlantic coast.
    DEMO_DEPARTEMENT: (-12.0, 41.2, 0.0, 51.3),
}


def position(longitude: float, latitude: float, commune: str) -> tuple[float, float]:
    """The same coordinates, once they are known to be in France (and on the commune's side of it).

    Raises
    ------
    BadCell
        Saying whether they look swapped, in metres, elsewhere than the commune, or abroad.
    """
    departement = departement_of_commune(commune) if commune else None
    if _inside(longitude, latitude, departement):
        return longitude, latitude
    pair = f"longitude {_french(longitude)}, latitude {_french(latitude)}"
    expected = "des degrés en France, par exemple longitude 4,3875 et latitude 45,4396"
    if _inside(latitude, longitude, departement):
        raise BadCell(
            f"Longitude et latitude semblent échangées ({pair}) : échangez les deux colonnes.",
            expected,
        )
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise BadCell(
            f"Ces coordonnées ne sont pas des degrés ({pair}), mais peut-être des mètres "
            f"(Lambert-93) : convertissez-les en WGS 84.",
            expected,
        )
    if departement and _inside(longitude, latitude, None):
        raise BadCell(
            f"Ces coordonnées ({pair}) sont dans une autre partie de la France que la commune "
            f"{commune} : corrigez l’une ou l’autre.",
            expected,
        )
    raise BadCell(f"Ces coordonnées sont hors de France ({pair}).", expected)


def _inside(longitude: float, latitude: float, departement: str | None) -> bool:
    """In the box of one département (the hexagone's when it has none of its own), or in any."""
    if departement is None:
        boxes = [box for code, box in _BOXES.items() if code != DEMO_DEPARTEMENT]
    else:
        boxes = [_BOXES.get(departement, _BOXES[""])]
    return any(
        west <= longitude <= east and south <= latitude <= north
        for west, south, east, north in boxes
    )


def _french(value: float) -> str:
    return f"{value:.6g}".replace(".", ",")
