"""Travel times: the sparse matrix and what builds it; ``geo.travel`` is the way in."""
