"""Mediation: who works where, which QPV are covered, what need remains, what an end would lose."""

from geo.mediation.capacity import CAPACITY_COLUMNS, COVERAGE_STATES, FTE_BY_KIND, capacity
from geo.mediation.flow import allocate
from geo.mediation.kpis import Coverage, coverage
from geo.mediation.losses import loss_by_structure
from geo.mediation.regional import Network, network
from geo.mediation.residual import Residual, residual
from geo.mediation.supply import active_posts, described, post_fte, served_quarters

__all__ = [
    "CAPACITY_COLUMNS",
    "COVERAGE_STATES",
    "FTE_BY_KIND",
    "Coverage",
    "Network",
    "Residual",
    "active_posts",
    "allocate",
    "capacity",
    "coverage",
    "described",
    "loss_by_structure",
    "network",
    "post_fte",
    "residual",
    "served_quarters",
]
