"""One file a source family: an official file in, a typed frame and the list of its problems out."""
