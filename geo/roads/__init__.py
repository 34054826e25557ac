"""Roads of OpenStreetMap as a graph, and limited searches in it: see ``geo.roads.times``."""
