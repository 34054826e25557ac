"""Each column of each canonical table: its type, its meaning, its rule; and the words allowed.

The tables themselves are checked in ``geo.schema``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandera.pandas as pa

from geo.vocabulary import (
    COMMUNE_CODE,
    MEDIATION_KINDS,
    MEDIATION_TERRITORIES,
    PERIMETERS,
    PRECISIONS,
    SCOPES,
    STATUSES,
    SUPPLY_PROFESSIONS,
    TERRITORY_KINDS,
    ZONES,
)


def _text(description: str, *checks: pa.Check, unique: bool = False) -> pa.Column:
    return pa.Column("str", list(checks), nullable=False, unique=unique, description=description)


def _number(description: str, *checks: pa.Check) -> pa.Column:
    finite = pa.Check(lambda values: np.isfinite(values.dropna()).all(), error="finite numbers")
    return pa.Column("float64", [finite, *checks], nullable=True, description=description)


def _flag(description: str) -> pa.Column:
    return pa.Column("bool", nullable=False, description=description)


def _status(of: str) -> pa.Column:
    return _text(f"status of {of}", pa.Check.isin(STATUSES))


_POSITIVE = pa.Check.ge(0)
_SHARE = pa.Check.in_range(0, 1)
_SCOPE = _text("territory asked for, comparator (same region) or halo", pa.Check.isin(SCOPES))
_PRECISION = _text("what the position is known to", pa.Check.isin(PRECISIONS))
_SOURCE = _text("id in the catalogue of sources")
_VINTAGE = _text("what year or date the value speaks of")
_COMMUNE = _text(
    "commune (or arrondissement) code, '' when unknown", pa.Check.str_matches(rf"{COMMUNE_CODE}|^$")
)

_QPV_COLUMNS = {
    "code_qp": _text("official code, QN… (2024) or QP… (2015)", unique=True),
    "label": _text("official name"),
    "perimeter": _text("generation of the perimeter", pa.Check.isin(PERIMETERS)),
    "commune": _text("first commune code (arrondissements never appear here)"),
    "communes": _text("all commune codes, separated by ';' (149 QPV straddle several)"),
    "commune_label": _text("names of these communes, separated by ', '"),
    "departement": _text("département code"),
    "region": _text("region code, '' when unknown"),
    "epci": _text("SIREN of the EPCI, '' when unknown"),
    "scope": _SCOPE,
    "population": _number("inhabitants", _POSITIVE),
    "population_status": _status("population"),
    "population_perimeter": _text("perimeter the population was counted on, '' when missing"),
    "population_vintage": _text("edition the population comes from, '' when missing"),
    "population_source": _text("source id of the population, '' when missing"),
    "area_m2": _number("area in the territory's projected CRS, m²", _POSITIVE),
    "repaired": _flag("the official polygon was invalid and was repaired"),
    "source_id": _SOURCE,
    "vintage": _VINTAGE,
}

TABLES: Mapping[str, pa.DataFrameSchema] = {
    name: pa.DataFrameSchema(columns, strict=True, ordered=False, name=name)
    for name, columns in {
        "qpv": _QPV_COLUMNS,
        "qpv_2015": _QPV_COLUMNS,
        "communes": {
            "code": _text("commune code; PLM: the arrondissements too", unique=True),
            "label": _text("name"),
            "departement": _text("département code"),
            "region": _text("region code"),
            "epci": _text("SIREN of the EPCI, '' when none"),
            "scope": _SCOPE,
            "population": _number("municipal population, inhabitants", _POSITIVE),
            "population_status": _status("population"),
            "seat_lon": _number("town hall (else centre) longitude, degrees"),
            "seat_lat": _number("town hall (else centre) latitude, degrees"),
            "source_id": _SOURCE,
            "vintage": _VINTAGE,
        },
        "postcodes": {
            "postcode": _text("postal code of five digits", pa.Check.str_matches(r"^\d{5}$")),
            "commune": _COMMUNE,
            "source_id": _SOURCE,
            "vintage": _VINTAGE,
        },
        "iris": {
            "code_iris": _text("9-character IRIS code", unique=True),
            "label": _text("name, '' when unknown"),
            "commune": _COMMUNE,
            "type_iris": _text("H housing, A activity, D diverse, Z whole commune, '' unknown"),
            "population": _number("inhabitants (census)", _POSITIVE),
            "population_status": _status("population"),
            "population_65p": _number("inhabitants aged 65 or more", _POSITIVE),
            "population_75p": _number("inhabitants aged 75 or more", _POSITIVE),
            "vintage": _VINTAGE,
            "source_id": _SOURCE,
        },
        "demand": {
            "demand_id": _text("200 m cell id, IRIS or commune code", unique=True),
            "level": _text("cell, iris or commune", pa.Check.isin(("cell", "iris", "commune"))),
            "commune": _COMMUNE,
            "population": _number("inhabitants", _POSITIVE),
            "population_status": _status("population"),
            "standardised_population": _number("inhabitants standardised by age", _POSITIVE),
            "standardised_status": _status("standardised_population"),
            "precision": _PRECISION,
            "vintage": _VINTAGE,
            "source_id": _SOURCE,
        },
        "supply": {
            "supply_id": _text("stable id inside the territory", unique=True),
            "profession": _text("who works there", pa.Check.isin(SUPPLY_PROFESSIONS)),
            "label": _text("name of a centre or hospital, never of a practitioner"),
            "practices": _number("places of practice counted here", _POSITIVE),
            "commune": _COMMUNE,
            "departement": _text("département code"),
            "code_iris": _text("IRIS code, '' when unknown"),
            "code_qp": _text("QPV written in the source itself, '' when none"),
            "precision": _PRECISION,
            "vintage": _VINTAGE,
            "source_id": _SOURCE,
        },
        "mediation": {
            "mediation_id": _text("stable id", unique=True),
            "structure": _text("employer or association"),
            "kind": _text("kind of action", pa.Check.isin(MEDIATION_KINDS)),
            "host_place": _text("where people are received, '' when none"),
            "host_kind": _text("kind of host place (centre social, mairie …), '' when unknown"),
            "address": _text("address of the host place, '' when unknown"),
            "commune": _COMMUNE,
            "weekdays": _text("lundi;mercredi …, '' when unknown"),
            "starts_at": _text("HH:MM, '' when unknown"),
            "ends_at": _text("HH:MM, '' when unknown"),
            "hours_per_week": _number("hours a week", _POSITIVE),
            "fte": _number("full-time equivalents", _POSITIVE),
            "fte_status": _status("fte"),
            "people_per_year": _number("people followed a year", _POSITIVE),
            "people_status": _status("people_per_year"),
            "languages": _text("languages spoken, separated by ';'"),
            "visibility": _text("means of being seen (vélo, bus …), separated by ';'"),
            "exchanges": _text("networks and meetings it takes part in, separated by ';'"),
            "territory_kind": _text(
                "kind of territory served, '' when not stated",
                pa.Check.isin((*MEDIATION_TERRITORIES, "")),
            ),
            "convention_start": _text("YYYY-MM-DD, '' when unknown"),
            "convention_end": _text("YYYY-MM-DD, '' when unknown"),
            "complete_for": _text("territories its file is complete for: dep:42;qpv:…, '' if none"),
            "precision": _PRECISION,
            "origin": _text("user file or packaged scheme", pa.Check.isin(("user", "packaged"))),
            "source_id": _SOURCE,
            "source_label": _text("what the entry was read in, with its year"),
            "vintage": _VINTAGE,
        },
        "mediation_qpv": {
            "mediation_id": _text("entry of the mediation table"),
            "code_qp": _text("QPV served"),
            "share": _number("share of the post given to this QPV", _SHARE),
        },
        "mediation_funders": {
            "mediation_id": _text("entry of the mediation table"),
            "funder": _text("who pays"),
            "share": _number("share of the cost, NaN when not stated", _SHARE),
        },
        "help_points": {
            "help_id": _text("stable id", unique=True),
            "kind": _text("france_services, conseiller_numerique …"),
            "label": _text("name"),
            "commune": _COMMUNE,
            "departement": _text("département code"),
            "opening": _text("opening hours as published, '' when unknown"),
            "fixed": _flag("a fixed place (a bus or itinerant unit is not)"),
            "precision": _PRECISION,
            "vintage": _VINTAGE,
            "source_id": _SOURCE,
        },
        "schemes": {
            "scheme_id": _text("stable id", unique=True),
            "kind": _text("adultes_relais, CLS, ASV …"),
            "code": _text("official code of the contract or scheme"),
            "label": _text("name, '' when unknown"),
            "departement": _text("département code"),
            "year": _text("year the figure speaks of"),
            "posts": _number("posts, NaN when not stated", _POSITIVE),
            "source_id": _SOURCE,
        },
        "local_schemes": {
            "kind": _text("CLS, ASV, CLSM, CPTS or France services"),
            "label": _text("name of the scheme"),
            "territory_kind": _text(
                "what it covers", pa.Check.isin(("qpv", "commune", "epci", "departement"))
            ),
            "code": _text("code of the place covered"),
            "start_year": _text("YYYY, '' when unknown"),
            "end_year": _text("YYYY, '' when it goes on or unknown"),
            "complete_for": _text("territories its list is complete for: dep:42;…, '' if none"),
            "link": _text("https address of a public page, '' if none"),
            "source_label": _text("what the line was read in"),
            "source_id": _SOURCE,
        },
        "indicators": {
            "territory_kind": _text(
                "qpv, iris, commune or a larger place", pa.Check.isin(TERRITORY_KINDS)
            ),
            "code": _text("code of the place"),
            "indicator": _text("id of the indicator (see geo.indicators)"),
            "value": _number("value in the indicator's unit, NaN unless observed or modelled"),
            "unit": _text("unit"),
            "status": _status("value"),
            "vintage": _VINTAGE,
            "perimeter": _text("2015 or 2024 for a QPV, '' otherwise"),
            "source_id": _SOURCE,
            "carried_from": _text("2015 QPV a value was carried from, '' when none"),
        },
        "correspondence": {
            "code_2024": _text("QN… code"),
            "label_2024": _text("name in 2024"),
            "change": _text("NOUVEAU, MODIFIE or INCHANGE"),
            "code_2015": _text("QP… code as published, '' when new"),
            "label_2015": _text("name in 2015, '' when new"),
            "suspect": _flag("labels say that this row is paired with another's 2015 QPV"),
            "code_2015_by_label": _text("the 2015 QPV to use: as published unless suspect"),
        },
        "zoning": {
            "territory_kind": _text("commune or qpv", pa.Check.isin(("commune", "qpv"))),
            "code": _text("code of the commune, or of a QPV that has a zone of its own"),
            "tvs": _text("territoire de vie-santé the commune belongs to, '' when not told"),
            "zone": _text("zone written in the list, never computed", pa.Check.isin(ZONES)),
            "year": _text("year or date the list takes effect, '' when not told"),
            "source_label": _text("what the list is, as its author calls it"),
            "source_id": _SOURCE,
        },
        "problems": {
            "kind": _text("repaired, rejected, suppressed, missing, extra, suspect, unmatched"),
            "source_id": _SOURCE,
            "file": _text("file name"),
            "line": pa.Column("int64", nullable=False, description="1-based line, 0 when none"),
            "column": _text("column name, '' when the whole row"),
            "value": _text("offending value"),
            "expected": _text("what was expected"),
            "message": _text("in French, for a person"),
            "count": pa.Column("int64", nullable=False, description="cells it stands for"),
        },
        "sources": {
            "source_id": _text("id in the catalogue", unique=True),
            "title": _text("title in French"),
            "publisher": _text("licensor"),
            "licence": _text("licence, or 'à vérifier'"),
            "vintage": _VINTAGE,
            "files": _text("file names, separated by ';'"),
            "sha256": _text("sha256 of these files, separated by ';'"),
            "fetched_at": _text("date fetched (YYYY-MM-DD), '' when brought by hand"),
            "landing_page": _text("where the source is presented"),
        },
    }.items()
}

GEOMETRY_TABLES: Mapping[str, tuple[str, ...]] = {
    "qpv": ("Polygon", "MultiPolygon"),
    "qpv_2015": ("Polygon", "MultiPolygon"),
    "communes": ("Polygon", "MultiPolygon"),
    "iris": ("Polygon", "MultiPolygon"),
    "demand": ("Point",),
    "supply": ("Point",),
    "mediation": ("Point",),
    "help_points": ("Point",),
    "schemes": ("Point",),
}
