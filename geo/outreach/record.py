"""A round as plain values (JSON) and as the frames that a screen draws."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo.outreach.assumptions import describe_outreach
from geo.outreach.checklist import CHECKLIST
from geo.outreach.plan import Range
from geo.outreach.round import Round, round_sentences
from geo.parameters import ParameterInfo
from geo.setting_marks import MARK_LABELS_FR
from geo.words import as_written, counted, date_fr, number, of_vintage, percent

if TYPE_CHECKING:
    from geo.analysis import Analysis


def round_record(made: Round, analysis: Analysis) -> dict[str, Any]:
    """Everything the round says, for a program: None for the unknown, a status beside each part."""
    plan, calendar = made.plan, made.plan.calendar
    return {
        "territory": analysis.territory,
        "fictional": made.fictional,
        "code_qp": made.code_qp,
        "label": str(made.quarter["label"]),
        "commune": str(made.quarter["commune_label"]),
        "asked": {
            "people": plan.asked.people,
            "dwellings": plan.asked.dwellings,
            "days": plan.asked.days,
            "mediators": plan.asked.mediators,
            "passes": plan.asked.passes,
            "start": plan.asked.start or None,
        },
        "rate": {
            "value": plan.rate.value,
            "low": plan.rate.low,
            "high": plan.rate.high,
            "met": plan.rate.met,
            "visited": plan.rate.visited,
            "origin_fr": plan.rate.origin,
            "interval": "Wilson, 95 %",
            "status": "observed",
        },
        "dwellings": plan.dwellings,
        "dwellings_low": plan.dwellings_range[0] if plan.dwellings_range else None,
        "dwellings_high": plan.dwellings_range[1] if plan.dwellings_range else None,
        "dwellings_status": "modelled",
        "passes": [
            {
                "passes": one.number,
                "share": _range(one.share),
                "people": _range(one.people),
                "visits": _range(one.visits),
                "total_visits": _range(one.total_visits),
                "days": one.days,
                "status": "modelled",
            }
            for one in plan.passes
        ],
        "pace_per_day": plan.pace,
        "calendar": {
            "days_per_mediator": calendar.days,
            "weeks": calendar.weeks,
            "start": _plain(calendar.start),
            "end": _plain(calendar.end),
            "fits": plan.fits,
            "dwellings_within_days": plan.within_days,
        },
        "quarter_dwellings": _plain(made.stops.total),
        "quarter_dwellings_status": made.stops.status,
        "shortfall": made.shortfall,
        "round": {
            "along": made.route.along,
            "total_min": _plain(made.route.total_min),
            "how_fr": made.route.how,
            "status": "modelled",
            "stops": _records(made.tour),
        },
        "days": _records(made.days),
        "help": {"sentence_fr": made.help_words, "places": _records(made.help)},
        "double_exclusion": {
            key: _plain(made.exclusion[key])
            for key in ("state", "access_class", "access", "fragility", "fragility_scale",
                        "fragility_vintage", "fragility_method", "reason")
        },
        "assumptions": [
            {
                "name": one.name,
                "value": one.value,
                "unit": one.unit,
                "label_fr": one.label_fr,
                "source": one.source,
                "mark": one.mark,
                "is_default": one.is_default,
            }
            for one in describe_outreach(made.assumptions)
        ],
        "checklist": [
            {"subject": item.subject, "text": item.text, "source": item.source}
            for item in CHECKLIST
        ],
        "sentences": round_sentences(made),
    }  # fmt: skip


def passes_frame(made: Round) -> pd.DataFrame:
    """One, two and three passes over the same dwellings, in French."""
    return pd.DataFrame(
        [
            {
                "Passages": str(one.number),
                "Logements rencontrés": f"{percent(one.share.value)} "
                f"({percent(one.share.low)} à {percent(one.share.high)})",
                "Personnes attendues": f"{number(one.people.value)} "
                f"({number(one.people.low)} à {number(one.people.high)})",
                "Visites de ce passage": number(one.visits.value),
                "Visites en tout": number(one.total_visits.value),
                "Journées d'un médiateur": number(one.days, 1),
            }
            for one in made.plan.passes
        ]
    )


def tour_frame(made: Round) -> pd.DataFrame:
    """The ordered stops, in French."""
    mixed = made.route.along == "streets"
    return pd.DataFrame(
        {
            "Ordre": made.tour["order"].astype(str),
            "Îlot ou rue": made.tour["stop"],
            "Logements" + (" (estimés)" if made.stops.status == "modelled" else ""): [
                number(value) for value in made.tour["dwellings"]
            ],
            "À visiter": [number(value) for value in made.tour["planned"]],
            "Marche depuis le précédent (min)": [
                # The rare one among those along the streets is the one to tell apart.
                number(minutes, 1) + (" (à vol d'oiseau)" if along == "crow" and mixed else "")
                for minutes, along in zip(
                    made.tour["walk_min"], made.tour["walk_along"], strict=True
                )
            ],
        }
    )


def order_words(made: Round) -> str:
    """How to read the order and its drawing, in a few words; ``Route.how`` says it whole."""
    off = made.route.steps.count("crow")
    but = f", sauf {counted(off, 'trajet')} à vol d'oiseau" if off else ""
    along = {
        "streets": f"Ordre et minutes le long des rues à pied (OpenStreetMap){but}.",
        "crow": "Ordre et minutes à vol d'oiseau.",
        "listed": "Ordre de votre liste.",
    }
    return f"{along[made.route.along]} Les traits joignent les arrêts sans suivre les rues."


def weeks_frame(made: Round) -> pd.DataFrame:
    """Visits of each mediator by working week, with the stops of the week."""
    days = made.days
    if days.empty:
        return pd.DataFrame(columns=["Semaine", "Médiateur", "Visites", "Îlots ou rues"])
    week = (days["day"] - 1) // made.assumptions.days_per_week + 1
    if days["date"].notna().all():
        monday = days["date"].map(lambda day: day - dt.timedelta(day.weekday()))
        week = monday.map({day: place for place, day in enumerate(sorted(set(monday)), 1)})
    rows = []
    for (place, mediator), own in days.groupby([week.rename("week"), "mediator"]):
        first = own["date"].iloc[0]
        rows.append(
            {
                "Semaine": f"{place}" + (f" (à partir du {date_fr(first)})" if first else ""),
                "Médiateur": mediator,
                "Visites": int(own["visits"].sum()),
                "Îlots ou rues": ", ".join(
                    dict.fromkeys(
                        f"{stop} (passage {number})" if made.plan.asked.passes > 1 else stop
                        for stop, number in zip(own["stop"], own["pass"], strict=True)
                    )
                ),
            }
        )
    return pd.DataFrame(rows)


def help_lines(made: Round) -> list[str]:
    """Places of help within a walk: name, kind, how far, opening hours as published."""
    return [
        f"{row.label} ({row.kind}), {row.where} : {row.opening} "
        f"(source {of_vintage(str(row.vintage))})"
        for row in made.help.itertuples()
    ]


def assumption_rows(told: list[ParameterInfo]) -> pd.DataFrame:
    """Every assumption with its value, unit, source and mark, in French."""
    return pd.DataFrame(
        [
            {
                "Hypothèse": one.label_fr,
                "Valeur": "celui de Roanne" if one.value is None else as_written(one.value),  # type: ignore[arg-type]
                "Unité": one.unit,
                "Source": one.source,
                "Nature": MARK_LABELS_FR[one.mark],
            }
            for one in told
        ]
    )


def _range(one: Range) -> dict[str, float]:
    return {"value": one.value, "low": one.low, "high": one.high}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
