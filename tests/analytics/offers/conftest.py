from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Cast


@pytest.fixture
def scoped(here: Cast) -> Iterator[None]:
    """The whole test in the scope of its community."""
    with here.scope():
        yield
