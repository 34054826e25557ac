import pytest

from geo.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (470, 500, 0.915639, 0.957652),
        (940, 1000, 0.923529, 0.953103),
        (9400, 10000, 0.935174, 0.944488),
        (253, 541, 0.425984, 0.509777),
    ],
)
def test_published_intervals(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=1e-6)


def test_ends_and_what_is_no_share():
    assert wilson(0, 10)[0] == 0 and wilson(10, 10)[1] == 1
    assert wilson(0, 0) == (0, 1)
    for successes, trials in ((-1, 10), (11, 10)):
        with pytest.raises(ValueError, match="not a share"):
            wilson(successes, trials)
