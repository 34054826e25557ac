"""A fictional island département (code 99), written in the layouts of the official files.

Nothing in it is real: names, outlines and figures are invented, so that the same code that
reads the official files can be shown, taught and tested without them.
"""

from __future__ import annotations

from pathlib import Path

from datasets.demo import care, island, names, quarters, town
from datasets.demo.care_files import (
    write_accessibility,
    write_centres,
    write_hospitals,
    write_practices,
)
from datasets.demo.files import RawFolder
from datasets.demo.geography_files import write_communes, write_iris, write_qpv
from datasets.demo.help_files import (
    write_adult_relays,
    write_digital_advisers,
    write_france_services,
)
from datasets.demo.mediation_file import write_mediation
from datasets.demo.monitoring_file import write_monitoring
from datasets.demo.schemes_file import write_schemes
from datasets.demo.series_file import write_series
from datasets.demo.statistics_files import write_digital_fragility, write_statistics

__all__ = ["NOTICE", "write_demo"]

NOTICE = "LISEZMOI-DONNEES-FICTIVES.txt"
_NOTICE_TEXT = f"""DONNÉES FICTIVES

Tout ce que contient ce dossier est inventé. {names.ISLAND} (département 99, région 99), ses
60 communes, ses 640 000 habitants, ses 18 quartiers, ses cabinets, ses associations et ses
permanences n'existent pas. Les contours sont posés en pleine mer, dans le golfe de Gascogne.

Les fichiers imitent la disposition des fichiers officiels (ANCT, Insee, Drees, Finess ...) pour
que le même programme lise la démonstration et la réalité. Aucun chiffre ne vient de ces
organismes, et aucun ne décrit un lieu, une structure ou une personne qui existe.

Ne publiez aucun résultat tiré de ce dossier sans la mention « données fictives ».
"""


def write_demo(folder: Path) -> None:
    """Write the raw folder of the demonstration territory into ``folder`` (made if absent).

    The layout is the one ``qpv fetch`` leaves: one folder a source, a provenance beside each
    file. Two runs give the same bytes.
    """
    raw = RawFolder(folder)
    communes = island.communes(island.coast())
    current = quarters.neighbourhoods(communes)
    lost = quarters.lost_neighbourhood(communes)
    iris = town.iris(communes, current)
    practices = care.practices(communes, current, iris)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NOTICE).write_text(_NOTICE_TEXT, encoding="utf-8", newline="\n")
    write_qpv(raw, current, lost)
    write_communes(raw, communes)
    write_iris(raw, iris)
    write_statistics(raw, current, lost)
    write_digital_fragility(raw, iris)
    write_practices(raw, practices)
    write_accessibility(raw, communes, iris, practices)
    write_hospitals(raw, communes)
    write_centres(raw, communes)
    write_france_services(raw, communes)
    write_digital_advisers(raw, communes)
    write_adult_relays(raw, current)
    write_mediation(raw, current)
    write_monitoring(raw)
    write_series(raw)
    write_schemes(raw, current)
