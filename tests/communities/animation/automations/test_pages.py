"""The pages: the sentence as a form, the list, the log; who may."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.ready import offered
from communities.animation.automations.tasks import look_for_states
from communities.automatic import automatics, triggers
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Membership
from communities.signals import member_joined
from tests.communities.animation.automations.making import make, run
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

pytestmark = pytest.mark.django_db
NOTE = {
    "daily": 5,
    "person_days": 30,
    "pause": 0,
    "if_0": "",
    "if_1": "",
    "words": "Hello {name}.",
}


def new(here: Cast, when: str, then: str) -> str:
    return here.url(f"/manage/automations/new/?when={when}&then={then}")


def test_one_is_built_rehearsed_and_switched_on(here: Cast) -> None:
    client = here.sign_in(here.manager)
    chooser = client.get(here.url("/manage/automations/new/")).content.decode()
    assert all(str(one.label) in chooser for one in (*triggers, *automatics))
    page = client.post(new(here, "joined", "note"), {**NOTE, "do": "rehearse"})
    assert page.status_code == 200
    assert "It would have run" in page.content.decode()
    with here.scope():
        assert not Automation.objects.exists()
    assert client.post(new(here, "joined", "note"), {**NOTE, "do": "save"}).status_code == 302
    with here.scope():
        row = Automation.objects.get()
        assert (row.state, row.signed_by_id, row.words) == ("off", here.manager.pk, "Hello {name}.")
    edit = here.url(f"/manage/automations/{row.pk}/edit/")
    sent = {**NOTE, "if_0": "standing:members", "version": row.version, "do": "on"}
    assert client.post(edit, sent).status_code == 302
    stale = client.post(edit, {**sent, "words": "Other words of mine"})
    assert stale.status_code == 409
    assert "Other words of mine" in stale.content.decode()
    listed = client.get(here.url("/manage/automations/")).content.decode()
    assert "somebody joins" in listed
    assert "not of the team" in listed


@pytest.mark.parametrize("name", [one.name for one in offered()] or ["greet"])
def test_what_is_proposed_can_be_made(here: Cast, name: str) -> None:
    client = here.sign_in(here.manager)
    page = client.get(here.url(f"/manage/automations/new/?ready={name}"))
    assert page.status_code == 200
    form = page.context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    if "to" in form.fields:
        data["to"] = str(here.ambassador.pk)
    page = client.post(here.url(f"/manage/automations/new/?ready={name}"), {**data, "do": "on"})
    assert page.status_code == 302
    with here.scope():
        assert Automation.objects.get().is_on


def test_what_cannot_follow_is_said(here: Cast) -> None:
    client = here.sign_in(here.manager)
    page = client.get(new(here, "stage_opens", "note"))
    assert page.status_code == 422
    assert "does not lead to what it needs" in page.content.decode()
    early = {"daily": 5, "person_days": 30, "pause": 0, "when_hours": 3, "to": here.moderator.pk}
    page = client.post(new(here, "unanswered", "assign"), {**early, "do": "save"})
    assert page.status_code == 422
    assert "stands on Today after a day only" in page.content.decode()
    page = client.post(
        new(here, "joined", "note"),
        {**NOTE, "if_0": "standing:team", "if_1": "standing:team", "do": "save"},
    )
    assert "This stands there already." in page.content.decode()
    page = client.post(new(here, "joined", "note"), {**NOTE, "daily": 0, "words": "", "do": "on"})
    assert page.status_code == 422


def test_each_pair_that_can_follow_has_its_form(here: Cast) -> None:
    client = here.sign_in(here.owner)
    for trigger in triggers:
        for act in automatics:
            page = client.get(new(here, trigger.name, act.name))
            assert page.status_code == (200 if act.takes(trigger) else 422), (trigger.name, act.name)


@pytest.mark.parametrize("role", ["member", "ambassador", "moderator", "marketing"])
def test_others_neither_see_nor_touch_them(here: Cast, role: str) -> None:
    automation = make(here, "joined", "note")
    client = here.sign_in(getattr(here, role))
    for path in ("", "new/", "log/", f"{automation.pk}/edit/"):
        assert client.get(here.url(f"/manage/automations/{path}")).status_code == 403
    for path in ("stop/", "resume/", f"{automation.pk}/off/", f"{automation.pk}/remove/"):
        assert client.post(here.url(f"/manage/automations/{path}")).status_code == 403
    with here.scope():
        assert Automation.objects.get().is_on


def test_those_of_another_community_do_not_exist(here: Cast, elsewhere: Cast) -> None:
    automation = make(elsewhere, "joined", "note")
    client = here.sign_in(here.owner)
    assert client.get(here.url(f"/manage/automations/{automation.pk}/edit/")).status_code == 404
    for path in ("on/", "off/", "remove/"):
        assert client.post(here.url(f"/manage/automations/{automation.pk}/{path}")).status_code == 404
    with elsewhere.scope():
        assert Automation.objects.get().is_on


def test_the_journal_puts_back_what_was_changed_and_taken_away(here: Cast) -> None:
    automation = make(here, "joined", "note", words="First words.")
    client = here.sign_in(here.owner)
    edit = here.url(f"/manage/automations/{automation.pk}/edit/")
    with here.scope():
        automation.refresh_from_db()
    client.post(edit, {**NOTE, "words": "Second.", "version": automation.version, "do": "save"})
    client.post(here.url(f"/manage/automations/{automation.pk}/remove/"))
    assert client.get(edit).status_code == 404
    with here.scope():
        undo(Change.objects.filter(act="automation_removed").latest("pk"), here.manager)
        automation.refresh_from_db()
        assert (automation.is_on, automation.ended_at, automation.words) == (True, None, "Second.")
        undo(Change.objects.filter(act="automation_edited").latest("pk"), here.manager)
        automation.refresh_from_db()
        assert (automation.words, automation.signed_by_id) == ("First words.", here.manager.pk)


def test_the_log_says_what_was_left_out_and_names_no_closed_thread(here: Cast) -> None:
    make(here, "first_text", "pin", daily=1)
    with here.scope():
        for who in (here.member, here.ambassador):
            make_thread(here.forum, by=who)
    run(here)
    client = here.sign_in(here.manager)
    page = client.get(here.url("/manage/automations/log/")).content.decode()
    assert "as often as it may in 24 hours" in page
    with here.scope():
        firing = Firing.objects.done().get()
        assert firing.thread.pinned == 1
        firing.thread.refresh_from_db()
    client.post(here.url(f"/manage/automations/log/{firing.pk}/undo/"))
    with here.scope():
        firing = Firing.objects.select_related("thread").get(pk=firing.pk)
        assert (firing.thread.pinned, firing.undone_by_id) == (0, here.manager.pk)
    again = client.post(here.url(f"/manage/automations/log/{firing.pk}/undo/"), follow=True)
    assert "has been undone already" in again.content.decode()


def test_the_list_costs_the_same_for_many(here: Cast) -> None:
    client = here.sign_in(here.manager)

    def visit() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(here.url("/manage/automations/")).status_code == 200
        return len(seen)

    for _n in range(2):
        make(here, "first_text", "pin")
    with here.scope():
        make_thread(here.forum, by=here.member)
    run(here)
    visit()
    few = visit()
    for _n in range(6):
        make(here, "first_text", "tell", to=here.moderator)
    with here.scope():
        for _n in range(3):
            make_thread(here.forum, by=make_membership())
    run(here)
    visit()
    assert visit() <= few


def test_lines_of_long_ago_are_forgotten(here: Cast) -> None:
    make(here, "joined", "note")
    with here.scope():
        for _n in range(2):
            person = make_membership(joined_at=timezone.now())
            member_joined.send(sender=Membership, membership=person)
    run(here)
    with here.scope():
        old = Firing.objects.first()
        assert old is not None
        Firing.objects.filter(pk=old.pk).update(queued_at=timezone.now() - datetime.timedelta(days=500))
    look_for_states()
    with here.scope():
        assert list(Firing.objects.values_list("pk", flat=True)) == [old.pk + 1]
