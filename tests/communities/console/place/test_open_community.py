"""Opening a draft: what is missing is said with a link to each, and the plan is not left behind."""

from __future__ import annotations

import pytest

from communities.console.place.exceptions import StillMissing
from communities.console.place.states import open_community
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.launch.models import Stage
from communities.models import Community
from tests.communities.console.place.conftest import make_ready, set_state
from tests.communities.launch.conftest import LEGAL, make_plan, refresh
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE = "/manage/open/"


def state_of(cast: Cast) -> str:
    return Community.objects.get(pk=cast.community.pk).state


def test_what_is_missing_is_named_with_a_way_to_each(draft: Cast) -> None:
    owner = draft.sign_in(draft.owner)
    page = owner.get(draft.url(PAGE)).content.decode()
    assert "3 things left before you can open" in page
    assert draft.url("/manage/legal/") in page
    answer = owner.post(draft.url(PAGE))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "Before it opens, this is missing: Legal identity, House rules, First texts." in said
    assert state_of(draft) == "draft"
    with draft.scope(), pytest.raises(StillMissing):
        open_community(draft.community, by=draft.owner)


def test_a_place_that_has_everything_opens_and_the_journal_says_who(draft: Cast) -> None:
    make_ready(draft)
    manager = draft.sign_in(draft.manager)
    page = manager.get(draft.url(PAGE)).content.decode()
    assert "There is no launch plan" in page
    assert manager.post(draft.url(PAGE)).status_code == 302
    assert state_of(draft) == "open"
    with draft.scope():
        change = Change.objects.get(act="open_community")
    assert (change.by_id, change.after) == (draft.manager.pk, {"state": "open"})
    refresh(draft)
    assert draft.sign_in(None).get(draft.url("/forums/")).status_code == 200
    # Pressed twice, nothing happens twice.
    assert manager.post(draft.url(PAGE)).status_code == 302
    with draft.scope():
        assert Change.objects.filter(act="open_community").count() == 1


def test_the_first_stage_opens_with_the_place_and_closes_the_rest(draft: Cast) -> None:
    make_ready(draft)
    first, _second = make_plan(draft, ("ambassadors", ["forums", "join"]), ("everyone", ["blogs"]))
    owner = draft.sign_in(draft.owner)
    assert "the first stage of the plan opens with it" in owner.get(draft.url(PAGE)).content.decode()
    assert owner.post(draft.url(PAGE)).status_code == 302
    refresh(draft)
    with draft.scope():
        assert Stage.objects.get(pk=first.pk).is_open
    assert draft.sign_in(None).get(draft.url("/forums/")).status_code == 404
    assert draft.sign_in(draft.ambassador).get(draft.url("/forums/")).status_code == 200


def test_a_short_gauge_asks_for_a_reason_and_nothing_is_half_done(draft: Cast) -> None:
    make_ready(draft)
    make_plan(draft, ("ambassadors", ["forums"]), criteria={"members": 500})
    owner = draft.sign_in(draft.owner)
    assert owner.post(draft.url(PAGE)).status_code == 422
    assert state_of(draft) == "draft"
    assert owner.post(draft.url(PAGE), {"reason": "The boat show is on."}).status_code == 302
    assert state_of(draft) == "open"


def test_only_managers_and_owners_open_it(draft: Cast, elsewhere: Cast) -> None:
    make_ready(draft)
    for role in ("marketing", "moderator"):
        client = draft.sign_in(getattr(draft, role))
        assert client.post(draft.url(PAGE)).status_code == 403, role
    for role in ("member", "ambassador"):
        assert draft.sign_in(getattr(draft, role)).post(draft.url(PAGE)).status_code == 404, role
    assert elsewhere.sign_in(elsewhere.owner).post(draft.url(PAGE)).status_code == 404
    with draft.scope(), pytest.raises(NotAllowed):
        open_community(draft.community, by=draft.moderator)
    assert state_of(draft) == "draft"


def test_an_open_place_says_so(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(legal=LEGAL)
    set_state(here, "open")
    assert "It is open already." in here.sign_in(here.owner).get(here.url(PAGE)).content.decode()
