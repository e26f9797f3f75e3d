"""The pages: the sentence as a form, the list, the log; who may."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.automations import services
from communities.animation.automations.exceptions import CannotRun, TooMany
from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.ready import offered
from communities.animation.automations.rehearsing import rehearse
from communities.animation.automations.tasks import look_for_states
from communities.animation.today.listing import gather
from communities.automatic import Span, automatics, triggers
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Membership
from communities.portable import Portable, tables
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
    assert "not on the team" in listed


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
    assert "appears on Today only after a day" in page.content.decode()
    page = client.post(
        new(here, "joined", "note"),
        {**NOTE, "if_0": "standing:team", "if_1": "standing:team", "do": "save"},
    )
    assert "This is already there." in page.content.decode()
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
    assert "it had reached its limit for 24 hours" in page
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
        # What is remembered for a second is there or not, as the machine is quick or slow.
        forget_all()
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


def test_today_leads_to_the_list_where_a_part_is_not_here_any_more(here: Cast) -> None:
    automation = make(here, "joined", "note")
    with here.scope():
        rows = Automation.objects.filter(pk=automation.pk)
        rows.update(trigger="of_another_time", state="stopped", why="unknown", stopped_at=timezone.now())
        matters = [
            one for one in gather(here.community, here.owner).ranked if one.source.name == "automations"
        ]
        [url] = [one.matter.url for one in matters]
    assert here.sign_in(here.owner).get(here.url(url)).status_code == 200
    assert url.endswith("/manage/automations/")


def test_no_more_are_made_than_the_list_shows(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST", 2)
    make(here, "joined", "note")
    removed = make(here, "joined", "role")
    client = here.sign_in(here.manager)
    page = client.post(new(here, "joined", "note"), {**NOTE, "words": "My words.", "do": "save"})
    assert page.status_code == 422
    assert "2 automations at most: remove one first." in page.content.decode()
    assert "My words." in page.content.decode()
    client.post(here.url(f"/manage/automations/{removed.pk}/remove/"))
    assert client.post(new(here, "joined", "note"), {**NOTE, "do": "save"}).status_code == 302
    with here.scope():
        with pytest.raises(TooMany):
            undo(Change.objects.filter(act="automation_removed").latest("pk"), here.manager)
        assert Automation.objects.living().count() == 2


def test_what_cannot_be_switched_on_is_not_changed_either(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    automation = make(here, "joined", "note", words="First words.")
    with here.scope():
        services.switch_off(automation, by=here.manager)
        automation.refresh_from_db()
    monkeypatch.setattr(services, "why_stopped", lambda _row: "person")
    edit = here.url(f"/manage/automations/{automation.pk}/edit/")
    page = here.sign_in(here.manager).post(
        edit, {**NOTE, "words": "Other words.", "version": automation.version, "do": "on"}
    )
    assert page.status_code == 422
    with here.scope():
        wishes = services.AutomationWishes("joined", "note", words="Other words.")
        with pytest.raises(CannotRun):
            services.edit_automation(automation, wishes, by=here.manager, on=True)
        automation.refresh_from_db()
        assert (automation.words, automation.state) == ("First words.", "off")


def test_the_sentence_says_each_limit(here: Cast) -> None:
    make(here, "joined", "note", pause=60)
    page = here.sign_in(here.manager).get(here.url("/manage/automations/")).content.decode()
    assert "Between two times at least 60 minutes pass." in page


RUBBISH: list[Any] = [
    None,
    7,
    "words",
    ["when"],
    [["standing"], "ab", ["level", "high"], [1, 2]],
    {"hours": "soon"},
]


@pytest.mark.parametrize(
    "brought", [*RUBBISH, {"hours": 10**40, "days": [], "tag": {"a": 1}, "level": "x" * 9000}]
)
def test_whatever_an_export_brings_can_be_read(here: Cast, brought: Any) -> None:
    table = next(one for one in tables if one.name == Automation._meta.label_lower)
    assert isinstance(table, Portable)
    columns = {
        name: rewrite(brought, {}, lambda _model, number: number) for name, rewrite in table.numbers.items()
    }
    with here.scope():
        for trigger, act in (("unanswered", "assign"), ("inactive", "level"), ("tag_used", "tag")):
            row = Automation.objects.create(
                trigger=trigger, act=act, signed_by=here.manager, to=here.moderator, **columns
            )
            Change.objects.create(
                act="automation_edited",
                about=str(row.pk),
                before=dict.fromkeys((*columns, "to", "trigger", "act"), brought),
                after={**row.values(), "conditions": brought},
            )
            thread = make_thread(here.forum, by=here.member)
            Firing.objects.create(
                automation=row,
                subject=f"x {row.pk}",
                moment=timezone.now(),
                thread=thread,
                person=here.member,
            )
            now = timezone.now()
            list(triggers[trigger].past(row.trigger_values, Span(here.community, now, now)))
            rehearse(row, here.community, by=here.manager)
    client = here.sign_in(here.manager)
    for path in ("", "log/", f"{row.pk}/edit/"):
        assert client.get(here.url(f"/manage/automations/{path}")).status_code == 200, path
    assert client.get(here.url("/manage/journal/")).status_code == 200
    with here.scope():
        Automation.objects.update(state="on", on_since=timezone.now() - datetime.timedelta(days=1))
    assert "waiting" not in {state for state, _reason in run(here)}
