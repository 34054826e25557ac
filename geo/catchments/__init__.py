"""Floating catchments: kernels of decay, methods, compiled loops, reach and summary."""
