"""How time and memory grow with the number of pairs."""

from __future__ import annotations

from tests.benchmarks.catchments import fused, ours
from tests.benchmarks.child import measured
from tests.benchmarks.report import seconds, show

PAIRS_A_PLACE = 17
SITES = 60_000


def run(*, full: bool) -> None:
    """From 10⁴ to 10⁸ pairs, pairs held and pairs never held."""
    rows = []
    for power in range(4, 9):
        pairs = 10**power
        size = {"places": pairs // PAIRS_A_PLACE, "sites": SITES, "pairs": pairs}
        held = measured(ours, **size, repeats=3 if power < 8 else 1)
        fly = measured(fused, **size)
        build, evaluate = (held["parts"][name]["wall"] for name in ("pairs", "catchment"))
        rows.append(
            [
                f"{held['pairs']:,}",
                seconds(build),
                seconds(evaluate),
                f"{(build + evaluate) / held['pairs'] * 1e9:.0f} ns",
                f"{held['peak_mb']:,.0f} MB",
                seconds(fly["parts"]["catchment"]["wall"]),
                f"{fly['peak_mb']:,.0f} MB",
            ]
        )
    show(
        "Growth, E2SFCA, 60,000 sites (memory includes about 200 MB of interpreter and libraries)",
        ["pairs", "pairs held: build", "evaluate", "a pair", "peak", "never held: all", "peak"],
        rows,
    )
