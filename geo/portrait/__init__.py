"""Everything that the page of one QPV says, ready to be shown on a screen or printed."""

from geo.portrait.portrait import Portrait, portrait

__all__ = ["Portrait", "portrait"]
