"""Indicators of accessibility on travel times: what is asked, by which method, with which edges.

``catchment(times, population, capacity, KERNELS["drees"])`` gives every method on any
``TravelTimes``, by the same call for every profession; ``share_out`` and ``access_from`` its two
steps apart, whose rows may then be other places (the offer is shared among all inhabitants, then
read from each piece of a QPV); ``reach_statistics`` the nearest time, counts and capacities.
E2SFCA is the form that the DREES gives its « accessibilité potentielle localisée ». Rows are
demand, columns supply, everywhere.
"""

from __future__ import annotations

from geo.catchments.decay import KERNELS, METHODS, Bands, Kernel, Method, gaussian, kernel_named
from geo.catchments.methods import Access, Offer, access_from, catchment, share_out
from geo.catchments.reach import capacity_within, count_within, nearest, reach_statistics

__all__ = [
    "KERNELS",
    "METHODS",
    "PLAIN_UNIT",
    "STANDARDISED_UNIT",
    "Access",
    "Bands",
    "Kernel",
    "Method",
    "Offer",
    "access_from",
    "capacity_within",
    "catchment",
    "count_within",
    "gaussian",
    "kernel_named",
    "nearest",
    "reach_statistics",
    "share_out",
]

STANDARDISED_UNIT = "consultations/an/hab. standardisé (indicateur de type APL, calcul du projet)"
PLAIN_UNIT = "consultations/an/hab. (indicateur de type APL, calcul du projet)"
