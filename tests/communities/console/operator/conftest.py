from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members.models import Member
from tests.factories import make_person


@pytest.fixture
def operator(db: None) -> Member:
    return make_person(email="ama.osei@platform.example", is_operator=True)


@pytest.fixture
def desk(operator: Member) -> Any:
    """The operator’s browser on the platform’s host."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(operator)
    return client
