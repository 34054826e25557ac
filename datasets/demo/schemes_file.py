"""The fictional local schemes of the island: contracts, workshops and one council, all invented."""

from __future__ import annotations

from datasets.brought.schemes import FORM
from datasets.demo import names
from datasets.demo.files import RawFolder, table
from datasets.demo.quarters import Neighbourhood

_SOURCE = "Données fictives de démonstration"
_COMPLETE = "dep:99"


def write_schemes(folder: RawFolder, quarters: list[Neighbourhood]) -> None:
    """``demarches_demo.csv``: contracts and workshops are said complete, the council is not."""
    first, second = names.EPCIS[0][1], names.EPCIS[1][1]
    town = quarters[0].communes[0].code
    rows = [
        ("CLS", "CLS du premier EPCI (fictif)", f"epci:{first}", "2022", "2027", _COMPLETE),
        ("CLS", "CLS du deuxième EPCI (fictif)", f"epci:{second}", "2019", "2024", _COMPLETE),
        ("ASV", "ASV de la ville (fictif)", f"commune:{town}", "2016", "", _COMPLETE),
        ("CLSM", "CLSM de la ville (fictif)", f"commune:{town}", "2018", "", ""),
        ("CPTS", "CPTS du port (fictive)", f"qpv:{quarters[3].facts.code}", "2021", "", ""),
    ]
    lines = [(*row, "", _SOURCE) for row in rows]
    data = table(list(FORM.rules), lines, bom=True)
    folder.write("local_schemes", "demarches_demo.csv", data)
