"""The demo, with names that try to be something else than names."""

from __future__ import annotations

from pathlib import Path

from datasets import store
from geo.schema import Layers

STRUCTURE = "<img src=x onerror=alert(1)>"
QUARTER = (
    'Cité "d\'or" `rm` **gras** ![p](http://192.0.2.1/p.png) [l](javascript:alert(2)) 😀 '
    ":red[rouge] $x$ </script><script>alert(3)</script>"
)
COMMUNE = "<b onmouseover=alert(4) id=injecte>Bourg</b>"
FORMULA = '=HYPERLINK("http://192.0.2.1/","cliquez")'
HELP = '"><svg onload=alert(5)>'


def hostile_layers(demo: Layers) -> Layers:
    """The first quarter, its commune, every mediator and help point under a hostile name."""
    tables = {name: table.copy() for name, table in demo.tables.items()}
    qpv, communes = tables["qpv"], tables["communes"]
    first = qpv.index[0]
    town = qpv.loc[first, "commune"]
    qpv.loc[first, "label"] = QUARTER
    qpv.loc[qpv["commune"] == town, "commune_label"] = COMMUNE
    qpv.loc[qpv.index[1], "label"] = FORMULA
    communes.loc[communes["code"] == town, "label"] = COMMUNE
    for heading in ("structure", "host_place", "address", "languages", "source_label"):
        tables["mediation"][heading] = STRUCTURE
    tables["mediation_funders"]["funder"] = STRUCTURE
    tables["help_points"]["label"] = HELP
    tables["supply"]["label"] = HELP
    tables["local_schemes"]["label"] = QUARTER
    tables["local_schemes"]["source_label"] = STRUCTURE
    tables["local_schemes"]["link"] = "javascript:alert(6)"
    tables["problems"]["message"] = QUARTER
    tables["problems"]["value"] = FORMULA
    tables["sources"]["title"] = QUARTER
    tables["sources"]["publisher"] = STRUCTURE
    return Layers(demo.territory, tables, demo.fictional, demo.travel)


def write_hostile(demo_data: Path, data: Path) -> None:
    """Build it in ``data``, under the name of the demo built in ``demo_data``."""
    kept = ("parameters", "precision", "qpv_in_territory", "quality", "sources", "statuses")
    manifest = store.find("demo", demo_data).manifest
    details = {name: manifest[name] for name in kept}
    store.write(hostile_layers(store.load("demo", demo_data)), details, "demo", data)
