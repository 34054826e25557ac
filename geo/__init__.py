"""The pure core: frames and arrays in, frames and arrays out. No network, no disk, no screen."""

from geo.analysis import Analysis, analyse
from geo.parameters import Parameters
from geo.schema import Layers
from geo.territory import parse_territory

__all__ = ["Analysis", "Layers", "Parameters", "analyse", "parse_territory"]
