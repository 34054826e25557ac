"""Finding a quarter or a commune by what people type: name, code, commune, postal code."""

from geo.search.index import COMMUNE, QPV, Entry, SearchIndex, search_index
from geo.search.query import Found, Hit, search

__all__ = ["COMMUNE", "QPV", "Entry", "Found", "Hit", "SearchIndex", "search", "search_index"]
