"""The way through a draft: what is done leads to what is still to do, and at the end to opening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from communities.setup import Check, Step, steps
from tests.communities.console.place.conftest import make_ready
from tests.communities.launch.conftest import LEGAL, refresh
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

IDENTITY = LEGAL | {"host": LEGAL.get("host", "Somebody, somewhere")}


def test_what_is_done_leads_on_while_the_place_is_a_draft(draft: Cast) -> None:
    owner = draft.sign_in(draft.owner)
    page = draft.url("/manage/legal/")
    shown = owner.get(page).content.decode()
    assert "0 of 4 done" in shown
    assert "Next: House rules" in shown
    saved = owner.post(page, IDENTITY | {"seen": _seen(shown)})
    assert saved["Location"] == draft.url("/manage/place/")
    Community.objects.filter(pk=draft.community.pk).update(state="open")
    refresh(draft)
    shown = owner.get(page).content.decode()
    assert "set-way" not in shown
    changed = IDENTITY | {"phone": "+33 2", "seen": _seen(shown)}
    assert owner.post(page, changed)["Location"] == page


def test_what_was_passed_over_comes_before_opening(draft: Cast) -> None:
    make_ready(draft)
    owner = draft.sign_in(draft.owner)
    shown = owner.get(draft.url("/manage/legal/")).content.decode()
    assert "3 of 4 done" in shown
    assert "Next: Look" in shown
    assert f'href="{draft.url("/manage/open/")}"' in shown, "nothing that is needed is left"
    shown = owner.get(draft.url("/manage/brand/")).content.decode()
    assert "Next: Open the place" in shown, "nobody is led in a circle"
    assert shown.count(draft.url("/manage/open/")) == 1


def test_what_is_done_leads_to_opening_as_soon_as_nothing_needed_is_left(draft: Cast) -> None:
    make_ready(draft)
    Community.objects.filter(pk=draft.community.pk).update(legal={})
    refresh(draft)
    saved = draft.sign_in(draft.owner).post(draft.url("/manage/legal/"), IDENTITY)
    assert saved["Location"] == draft.url("/manage/open/"), "the look can wait"


def test_with_everything_there_it_leads_to_opening(draft: Cast) -> None:
    make_ready(draft)
    Community.objects.filter(pk=draft.community.pk).update(logo="public/brands/x/full.webp")
    refresh(draft)
    shown = draft.sign_in(draft.owner).get(draft.url("/manage/legal/")).content.decode()
    assert "4 of 4 done" in shown
    assert "Next: Open the place" in shown


def test_a_manager_is_not_sent_where_the_owner_alone_may_go(draft: Cast) -> None:
    client = draft.sign_in(draft.manager)
    overview = client.get(draft.url("/manage/")).content.decode()
    assert "Reserved for the owner" in overview
    assert f'href="{draft.url("/manage/legal/")}"' not in overview
    assert "Next: House rules" in client.get(draft.url("/manage/brand/")).content.decode()


def test_the_way_counts_what_the_list_counts(draft: Cast) -> None:
    later = Step("wave", _("First wave"), _("Send it"), "launch:show-waves", 50, False, _not_yet, later=True)
    steps.register(later)
    try:
        owner = draft.sign_in(draft.owner)
        assert "0 of 5 done" in owner.get(draft.url("/manage/")).content.decode()
        assert "0 of 5 done" in owner.get(draft.url("/manage/legal/")).content.decode()
    finally:
        steps.unregister(later.name)


def _not_yet(community: Community) -> Check:
    return Check(False, "Nobody has been invited yet.")


def test_a_place_that_is_open_is_asked_nothing(here: Cast, queries: Callable[..., Any]) -> None:
    owner = here.sign_in(here.owner)
    owner.get(here.url("/manage/legal/"))
    with queries(most=6):
        assert owner.get(here.url("/manage/legal/")).status_code == 200


def _seen(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]
