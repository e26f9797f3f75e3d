from tests.growth import grows_evenly


def test_square_work_is_told_from_even_work() -> None:
    assert grows_evenly(lambda size: sum(range(size)), 4_000_000)
    assert not grows_evenly(lambda size: sum(size - step for _ in range(size) for step in range(size)), 3_000)
