from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests import growth
from tests.growth import grows_evenly


@pytest.mark.parametrize("speed", [1e-3, 1.0, 1e3], ids=["fast", "usual", "slow"])
def test_square_work_is_told_from_even_work(monkeypatch: pytest.MonkeyPatch, speed: float) -> None:
    """By a clock of its own: an oracle that needs a certain machine would be none."""
    now = 0.0

    def taking(seconds: Callable[[int], float]) -> Callable[[int], None]:
        def work(size: int) -> None:
            nonlocal now
            now += speed * seconds(size)

        return work

    monkeypatch.setattr(growth, "time", SimpleNamespace(thread_time=lambda: now))
    assert grows_evenly(taking(lambda size: 0.01 + 1e-3 * size), 1_000)
    assert grows_evenly(taking(lambda _size: 1.0), 1_000)
    assert not grows_evenly(taking(lambda size: 1e-4 * size * size), 1_000)


def test_the_clock_is_that_of_the_processor() -> None:
    assert grows_evenly(lambda size: sum(range(size)), 4_000_000)
