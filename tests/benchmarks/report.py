"""Tables in plain text."""

from __future__ import annotations

from collections.abc import Sequence


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a title and an aligned table."""
    cells = [list(map(str, header)), *(list(map(str, row)) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(header))]
    print(f"\n{title}")
    for rank, line in enumerate(cells):
        print("  " + "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))
        if rank == 0:
            print("  " + "  ".join("-" * width for width in widths))
    print(flush=True)


def verdict(value: float, goal: float, *, at_least: bool) -> str:
    """``met`` or ``NOT MET``, for a goal that is printed beside it."""
    return "met" if (value >= goal if at_least else value <= goal) else "NOT MET"


def seconds(value: float) -> str:
    """Three significant digits."""
    return f"{value:.3g} s"
