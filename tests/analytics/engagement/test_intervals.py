from __future__ import annotations

import pytest

from analytics.engagement.intervals import Share, gini, quantile, survival_quantile
from communities.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 750, 0.002851, 0.015510),
    ],
)
def test_wilson(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 2.5, 5, 7.5, 10], 0.4),
        ([20, 30, 40, 50, 60], 0.2),
        ([50, 90, 130, 170, 270], 0.293),
        ([20, 30, 40, 50, 60, 70, 80, 90, 120, 150], 0.303),
        ([0, 100], 0.5),
        ([40, 30, 20, 10], 0.25),
    ],
)
def test_gini(values: list[float], expected: float) -> None:
    assert gini(values) == pytest.approx(expected, abs=5e-4)


def test_what_cannot_be_said_is_not_said() -> None:
    assert gini([0, 0]) is gini([]) is quantile([], 0.5) is survival_quantile([], 0.5) is None
    nothing = Share(0, 0)
    assert (nothing.rate, nothing.low, nothing.high, nothing.too_small) == (None, None, None, True)
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


def test_who_still_waits_is_counted() -> None:
    served = [(1.0, True), (2.0, True), (3.0, True)]
    assert survival_quantile(served, 0.5) == 2
    assert survival_quantile([*served, (9.0, False), (9.0, False)], 0.5) == 3
    assert survival_quantile([*served, (9.0, False), (9.0, False)], 0.9) is None
    assert survival_quantile([(2.0, False), (2.0, True)], 0.5) == 2, (
        "served at the moment of cutting off counts"
    )
