"""How long things take and how much memory, beside the tools that others use.

``python -m tests.benchmarks [name …] [--full]``. Each module of this package that has a function
``run(*, full: bool)`` is one benchmark: it prints its tables. Nothing here is a test: no timing is
ever asserted.
"""
