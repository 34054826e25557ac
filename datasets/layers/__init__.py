"""The canonical tables of a territory, built from the raw folder (see ``build``)."""

from datasets.layers.build import build_territory, read_layers

__all__ = ["build_territory", "read_layers"]
