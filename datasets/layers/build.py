"""From the raw folder to the canonical tables of one territory, and what the manifest says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from datasets import store
from datasets.brought.own_files import NO_FILES, OwnFiles
from datasets.catalogue import source
from datasets.layers.care import (
    read_help_points,
    read_mediation_tables,
    read_schemes,
    read_supply,
)
from datasets.layers.intake import Intake
from datasets.layers.joined import BroughtTables, join_brought
from datasets.layers.lists import (
    read_brought_indicators,
    read_brought_practices,
    read_local_schemes,
    read_zones,
    with_deprivation,
)
from datasets.layers.neighbourhoods import (
    all_quarters,
    read_earlier_qpv,
    read_links,
    read_qpv,
    with_population,
)
from datasets.layers.people import build_demand, read_cells, read_census, read_iris
from datasets.layers.places import HALO_M, read_places
from datasets.layers.statistics import Ground, official_apl, read_indicators
from datasets.layers.travel import read_travel
from datasets.raw import RawFolder
from datasets.reading import problems_frame
from datasets.roads import RoadFiles
from geo.confidentiality.guard import guarded
from geo.parameters import Parameters
from geo.schema import TABLES, Layers, validate
from geo.territory import DEMO_DEPARTEMENT, Territory

Say = Callable[[str], None]


def build_territory(
    territory: Territory,
    raw: RawFolder,
    data_dir: Path,
    *,
    own: OwnFiles = NO_FILES,
    roads: RoadFiles | None = None,
    say: Say = lambda step: None,
    reading: Say = lambda file: None,
) -> store.BuiltTerritory:
    """Read, join, validate and publish one territory.

    Parameters
    ----------
    own
        Files brought by the user, besides the official ones.
    roads
        Extracts of roads: travel times are then computed along them.
    say
        Called with one French sentence a step.
    reading
        Called with the name of each file as it is read.

    Raises
    ------
    BadInput, BadTerritory, BadLayer
        Before anything is published: what was built earlier stays as it was.
    """
    layers, details = read_layers(
        territory,
        raw,
        own=own,
        roads=roads,
        say=say,
        reading=reading,
    )
    say("Vérification et écriture des tables")
    return store.write(layers, details, territory.slug, data_dir)


def read_layers(
    territory: Territory,
    raw: RawFolder,
    *,
    own: OwnFiles = NO_FILES,
    roads: RoadFiles | None = None,
    say: Say = lambda step: None,
    reading: Say = lambda file: None,
) -> tuple[Layers, dict[str, Any]]:
    """The canonical tables of one territory and the manifest's details, nothing written."""
    intake = Intake(raw, reading)
    say("Communes du territoire, de sa région et du pourtour")
    places = read_places(intake, territory)
    say("Quartiers prioritaires de 2024 et de 2015")
    qpv = read_qpv(intake, territory, places)
    for problem in intake.problems:
        if problem.kind == "rejected" and problem.source_id == "qpv_2024":
            say(f"Attention : {problem.message} ({problem.file})")
    fictional = intake.fictional or DEMO_DEPARTEMENT in set(qpv["departement"])
    earlier = read_earlier_qpv(intake, places)
    links = read_links(intake, qpv)
    say("Population par carreau, par IRIS et par commune")
    census, apl = read_census(intake), official_apl(intake, places)
    iris = read_iris(intake, places, census)
    demand = build_demand(places, iris, apl, read_cells(intake, places))
    say("Statistiques des quartiers, des IRIS et des communes")
    indicators = read_indicators(intake, Ground(places, qpv, earlier, links, census, demand, apl))
    say("Cabinets, centres, points de médiation et points d'aide")
    quarters = all_quarters(intake, places)
    codes = quarters.codes
    tables: dict[str, pd.DataFrame] = {
        "qpv": with_population(qpv, indicators),
        "qpv_2015": with_population(earlier, indicators),
        "correspondence": links,
        "communes": places.communes,
        "postcodes": places.postcodes,
        "iris": iris,
        "demand": demand,
        "indicators": with_deprivation(
            indicators, intake, places, own.fdep, keep_good=own.keep_good
        ),
        "zoning": read_zones(intake, places, codes, own.zoning, keep_good=own.keep_good),
        "supply": read_supply(intake, places, iris),
        "help_points": read_help_points(intake, places),
        "schemes": read_schemes(intake, places),
        "local_schemes": read_local_schemes(
            intake, places, codes, own.schemes, keep_good=own.keep_good
        ),
        **read_mediation_tables(
            intake,
            places,
            quarters,
            own.mediation,
            keep_good=own.keep_good,
            fictional=fictional,
        ),
    }
    checked = {name: validate(name, table) for name, table in tables.items()}
    checked["problems"] = validate("problems", problems_frame([]))
    layers = join_brought(
        Layers(str(territory), checked, fictional=fictional),
        BroughtTables(
            practices=read_brought_practices(
                intake, places, own.practices, keep_good=own.keep_good
            ),
            indicators=read_brought_indicators(
                intake, codes, own.indicators, keep_good=own.keep_good
            ),
        ),
    )
    checked = dict(layers.tables)
    left_aside = checked["problems"]
    travel, streets = (
        read_travel(intake, layers, roads, Parameters()) if roads is not None else ({}, {})
    )
    read = problems_frame(intake.problems)
    checked["problems"] = validate("problems", pd.concat([read, left_aside], ignore_index=True))
    checked["sources"] = validate("sources", _sources(intake))
    # What secrecy hides by the sources' own thresholds is not even kept.
    layers = guarded(Layers(str(territory), checked, fictional, travel, streets)).layers
    return layers, _details(layers)


def _sources(intake: Intake) -> pd.DataFrame:
    """One row per source really read: title, licence, vintage, files and their sha256."""
    rows = []
    for source_id in sorted({file.source_id for file in intake.used}):
        known = source(source_id)
        files = {file.path.name: file for file in intake.used if file.source_id == source_id}
        told = [file.provenance for file in files.values() if file.provenance]
        first = told[0] if told else {}
        rows.append(
            {
                "source_id": source_id,
                "title": known.title,
                "publisher": str(first.get("publisher") or known.publisher),
                "licence": str(first.get("licence") or known.licence),
                "vintage": intake.vintages.get(source_id)
                or str(first.get("vintage") or known.vintage),
                "files": ";".join(sorted(files)),
                "sha256": ";".join(files[name].sha256 for name in sorted(files)),
                "fetched_at": max(
                    (str(one.get("fetched_at") or "")[:10] for one in told), default=""
                ),
                "landing_page": known.landing_page,
            }
        )
    columns = list(TABLES["sources"].columns)
    return pd.DataFrame(rows, columns=columns).astype("str")


def _details(layers: Layers) -> dict[str, Any]:
    problems = layers["problems"]
    quality: dict[str, dict[str, int]] = {}
    for (kind, source_id), group in problems.groupby(["kind", "source_id"]):
        quality.setdefault(str(kind), {})[str(source_id)] = int(group["count"].sum())
    precision = {
        name: dict(sorted(Counter(layers[name]["precision"]).items()))
        for name in ("demand", "supply", "mediation", "help_points")
    }
    statuses = {
        "qpv.population": dict(sorted(Counter(layers["qpv"]["population_status"]).items())),
        "indicators": dict(sorted(Counter(layers["indicators"]["status"]).items())),
    }
    return {
        "sources": layers["sources"].to_dict(orient="records"),
        "parameters": {"halo_m": HALO_M},
        "quality": quality,
        "precision": precision,
        "statuses": statuses,
        "qpv_in_territory": int((layers["qpv"]["scope"] == "territory").sum()),
    }
