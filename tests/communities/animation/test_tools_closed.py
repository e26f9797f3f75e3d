"""A tool of the desk that a community has not chosen is nowhere: no page, and nothing that leads to one."""

from __future__ import annotations

import pytest

from communities.memory import forget_all
from communities.models import Community
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
PAGES = (
    "/manage/surveys/",
    "/me/surveys/",
    "/manage/ambassadors/",
    "/ambassadors/",
    "/manage/newsletters/",
    "/newsletters/",
    "/manage/automations/",
    "/manage/announcements/",
)


def test_what_is_switched_off_has_no_page_and_no_link(here: Cast) -> None:
    client = here.sign_in(here.manager)
    assert [client.get(here.url(path)).status_code for path in PAGES] == [200] * len(PAGES)
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    assert {client.get(here.url(path)).status_code for path in PAGES} <= {403, 404}
    shown = client.get(here.url("/me/")).text
    assert [path for path in PAGES if here.url(path) in shown] == []
