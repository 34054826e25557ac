"""What a good mediation file says, in one French line, before anything is built with it."""

from __future__ import annotations

from datasets.mediation.read import MediationReading
from geo.words import counted, number


def summary(reading: MediationReading) -> str:
    """Lines, FTE (unknown ones counted apart), QPV named, and what the file is complete for."""
    points = reading.points
    if points.empty:
        return "aucune intervention décrite"
    declared = {item for text in points["complete_for"] for item in text.split(";") if item}
    end = (
        f"fichier complet pour {', '.join(sorted(declared))}"
        if declared
        else "les quartiers qu’il ne nomme pas restent inconnus (colonne « complet_pour » vide)"
    )
    quarters = f"{reading.qpv['code_qp'].nunique()} QPV"
    return f"{counted(len(points), 'ligne')}, {_fte(reading)}, {quarters} ; {end}"


def _fte(reading: MediationReading) -> str:
    fte = reading.points["fte"]
    unknown = int(fte.isna().sum())
    if unknown == len(fte):
        return "ETP inconnus"
    total = number(float(fte.sum()), 2).rstrip("0").rstrip(",")
    apart = f" (inconnus pour {counted(unknown, 'ligne')})" if unknown else ""
    return f"{total} ETP{apart}"
