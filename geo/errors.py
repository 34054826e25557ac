"""The named errors of the house.

Each one is also a builtin, so that callers who know nothing of this package can still catch it,
and each message is written in French for the person who will read it: what is wrong, where,
what was expected, what to do.
"""

from __future__ import annotations


class QpvError(Exception):
    """Base of all errors raised on purpose by this project."""


class BadTerritory(QpvError, ValueError):
    """A territory was asked for in words that name none, or more than one."""


class BadLayer(QpvError, ValueError):
    """A canonical table breaks its own rules (missing column, wrong type, wrong value)."""


class BadInput(QpvError, ValueError):
    """A file or frame brought by somebody cannot be used as it is."""


class NotProjected(QpvError, ValueError):
    """A distance or an area was asked of geographic coordinates (degrees)."""


class NotSummable(QpvError, ValueError):
    """Two figures that statistics forbid to add, subtract or mix were about to be."""
