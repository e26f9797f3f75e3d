from __future__ import annotations

import pytest

from communities.content.models import Space, Thread
from tests.conftest import Cast
from tests.factories import make_space
from tests.sweeps.guidings import make_page


@pytest.fixture
def guides(here: Cast) -> Space:
    with here.scope():
        return make_space(kind="guides", slug="how-to", name="How to", posting="team")


@pytest.fixture
def page(here: Cast, guides: Space) -> Thread:
    with here.scope():
        return make_page(guides, by=here.manager)
