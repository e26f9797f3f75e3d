"""From what happens to what is done: heard, queued once, done once, in a name that may; and never in a loop."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.automations import looking, services
from communities.animation.automations.acts import WriteNote
from communities.animation.automations.hearing import acting, wanted
from communities.animation.automations.looking import look_at_states
from communities.animation.automations.models import Automation, Firing, Origin
from communities.animation.automations.running import MOST_TRIES
from communities.animation.automations.services import undo_firing
from communities.animation.automations.tasks import carry_out_soon, carry_out_waiting, look_for_states
from communities.animation.models import Handling, Welcome
from communities.animation.today.listing import gather
from communities.automatic import Occurrence, happened
from communities.content.models import Thread
from communities.content.services import set_tags
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.signals import member_joined
from tests.communities.animation.automations.making import make, run
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
DONE, SKIPPED = "done", "skipped"


def join(here: Cast, **fields: Any) -> Membership:
    with here.scope():
        person = make_membership(joined_at=timezone.now(), **fields)
        member_joined.send(sender=Membership, membership=person)
        return person


def test_who_joins_gets_a_note_once_in_the_name_of_who_wrote_it(here: Cast) -> None:
    make(here, "joined", "note", words="Hello {name}, welcome.")
    person = join(here, display_name="Aoife")
    with here.scope():
        member_joined.send(sender=Membership, membership=person)  # told twice
    assert run(here) == [(DONE, "")]
    assert run(here) == [(DONE, "")]
    with here.scope():
        [line] = Notification.objects.for_membership(person)
        assert (line.kind, line.actor_id) == ("automatic_note", here.manager.pk)
        [firing] = Firing.objects.all()
        assert firing.words == "Hello Aoife, welcome."
    page = here.sign_in(person).get(here.url(f"/me/notes/{firing.pk}/")).content.decode()
    assert "Hello Aoife, welcome." in page
    assert here.manager.display_name in page
    assert "automatically" in page
    for other in (here.member, here.owner):
        assert here.sign_in(other).get(here.url(f"/me/notes/{firing.pk}/")).status_code == 404


def test_a_worker_that_is_killed_has_done_it_wholly_or_not_at_all(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(here, "joined", "note")
    person = join(here)
    whole = WriteNote.do

    def killed(self: WriteNote, order: Any) -> Any:
        whole(self, order)
        raise RuntimeError("killed")

    monkeypatch.setattr(WriteNote, "do", killed)
    assert run(here) == [("waiting", "")]
    with here.scope():
        assert Notification.objects.for_membership(person).count() == 0
        assert Firing.objects.get().tries == 1
        Firing.objects.update(due_at=timezone.now())
    monkeypatch.setattr(WriteNote, "do", whole)
    assert carry_out_waiting() == 1
    with here.scope():
        assert Notification.objects.for_membership(person).count() == 1


def test_what_always_fails_is_given_up_and_stops_nobody_elses(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(here, "joined", "note")
    broken, whole = join(here), WriteNote.do
    other = join(here)

    def fails(self: WriteNote, order: Any) -> Any:
        if order.found.person.pk == broken.pk:
            raise RuntimeError
        return whole(self, order)

    monkeypatch.setattr(WriteNote, "do", fails)
    for _turn in range(MOST_TRIES):
        run(here)
        with here.scope():
            Firing.objects.waiting().update(due_at=timezone.now())
    assert run(here) == [(SKIPPED, "failed"), (DONE, "")]
    with here.scope():
        assert Notification.objects.for_membership(other).count() == 1


def test_nothing_that_an_automation_does_begins_another(here: Cast) -> None:
    """The tag that the first one adds is what the second waits for; it tells nobody, now or later."""
    make(here, "first_text", "tag", act_values={"tag": "fresh"})
    make(here, "tag_used", "tell", trigger_values={"tag": "fresh"}, to=here.owner)
    with here.scope():
        thread = make_thread(by=here.member)
    assert run(here) == [(DONE, "")]
    with here.scope():
        assert [tag.name for tag in thread.tags.all()] == ["fresh"]
        assert Firing.objects.count() == 1
        assert Origin.objects.count() == 1
        # Told of again, in another process, where nobody is acting any more.
        tag = thread.tags.get()
        subject = f"thread {thread.pk} tag {tag.pk}"
        happened("tag_used", here.community.pk, lambda: [Occurrence(subject, timezone.now(), what="fresh")])
        assert Firing.objects.count() == 1
        # Another thread that a person tags is heard.
        other = make_thread(by=here.ambassador)
        Firing.objects.waiting().delete()
        set_tags(other, by=here.manager, names=["fresh"])
    assert run(here)[-1] == (DONE, "")
    with here.scope():
        assert Notification.objects.for_membership(here.owner).filter(kind="automatic_news").count() == 1


def test_while_one_acts_nothing_is_heard(here: Cast) -> None:
    make(here, "joined", "note")
    with acting():
        join(here)
    assert run(here) == []


def test_a_thread_without_an_answer_is_assigned_and_given_back(here: Cast) -> None:
    automation = make(
        here, "unanswered", "assign", trigger_values={"hours": 24}, to=here.ambassador, by=here.owner
    )
    with here.scope():
        Automation.objects.update(on_since=timezone.now() - DAY, looked_until=timezone.now() - DAY)
        old = make_thread(by=here.member, kind="question")
        Thread.objects.filter(pk=old.pk).update(published_at=timezone.now() - 25 * HOUR)
        answered = make_thread(by=here.member, kind="question")
        Thread.objects.filter(pk=answered.pk).update(published_at=timezone.now() - 25 * HOUR)
        make_reply(answered, by=here.moderator)
        long_ago = make_thread(by=here.member, kind="question")
        Thread.objects.filter(pk=long_ago.pk).update(published_at=timezone.now() - 9 * DAY)
    assert look_for_states() == 1
    with here.scope():
        assert list(Firing.objects.values_list("thread_id", flat=True)) == [old.pk]
    assert run(here) == [(DONE, "")]
    with here.scope():
        row = Handling.objects.get()
        assert (row.act, row.to_id, row.by_id) == ("given", here.ambassador.pk, here.owner.pk)
        Automation.objects.update(look_at=timezone.now())
        look_at_states(here.community)
        assert Firing.objects.count() == 1
        undo_firing(Firing.objects.get(), by=here.manager, community=here.community)
        row.refresh_from_db()
        assert row.undone_at is not None
        assert Firing.objects.get().undone_by_id == here.manager.pk
        assert automation.pk == Firing.objects.get().automation_id


def test_what_somebody_answers_meanwhile_is_left_out(here: Cast) -> None:
    make(here, "unanswered", "tell", trigger_values={"hours": 2}, to=here.moderator)
    with here.scope():
        Automation.objects.update(on_since=timezone.now() - DAY, looked_until=timezone.now() - DAY)
        thread = make_thread(by=here.member, kind="question")
        Thread.objects.filter(pk=thread.pk).update(published_at=timezone.now() - 3 * HOUR)
    look_for_states()
    with here.scope():
        make_reply(Thread.objects.select_related("space").get(pk=thread.pk), by=here.moderator)
    assert run(here) == [(SKIPPED, "over")]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "banned"}, "gone"),
        ({"status": "left"}, "gone"),
        ({"status": "suspended"}, "gone"),
        ({"suspended_until": timezone.now() + 9 * DAY}, "measure"),
        ({"read_only_until": timezone.now() + 9 * DAY}, "measure"),
        ({"muted_mails": ["automatic_note"]}, "unwanted"),
    ],
)
def test_nobody_is_written_to_who_is_out_or_does_not_want_it(
    here: Cast, fields: dict[str, Any], reason: str
) -> None:
    make(here, "joined", "note")
    person = join(here)
    with here.scope():
        Membership.objects.filter(pk=person.pk).update(**fields)
    assert run(here) == [(SKIPPED, reason)]
    with here.scope():
        assert Notification.objects.for_membership(person).count() == 0


def test_a_condition_that_does_not_hold_leaves_it_out(here: Cast) -> None:
    make(here, "first_text", "note", conditions=(("space", "elsewhere"),))
    make(here, "first_text", "note", conditions=(("space", here.forum.slug), ("standing", "members")))
    with here.scope():
        make_thread(here.forum, by=here.member)
    assert sorted(run(here)) == [(DONE, ""), (SKIPPED, "if")]


def test_who_may_not_any_more_stops_it_and_today_says_so(here: Cast) -> None:
    automation = make(here, "joined", "note")
    with here.scope():
        Membership.objects.filter(pk=here.manager.pk).update(role="member")
    join(here)
    assert run(here) == [(SKIPPED, "off")]
    with here.scope():
        automation.refresh_from_db()
        assert (automation.state, automation.why) == ("stopped", "signer")
        matters = [
            one for one in gather(here.community, here.owner).ranked if one.source.name == "automations"
        ]
        assert len(matters) == 1
        assert Change.objects.filter(act="automation_stopped", by=None).count() == 1
    page = here.sign_in(here.owner).get(here.url("/manage/automations/")).content.decode()
    assert "whoever signed it is no longer a member" in page


def test_who_it_turns_to_has_gone(here: Cast) -> None:
    automation = make(here, "joined", "care", to=here.ambassador)
    with here.scope():
        Membership.objects.filter(pk=here.ambassador.pk).update(status="left")
    join(here)
    assert run(here) == [(SKIPPED, "off")]
    with here.scope():
        automation.refresh_from_db()
        assert (automation.state, automation.why) == ("stopped", "person")


def test_levels_and_roles_have_a_ceiling_and_come_back(here: Cast) -> None:
    make(here, "joined", "level", act_values={"level": "4"})
    make(here, "joined", "role")
    make(here, "joined", "care", to=here.ambassador)
    person = join(here)
    assert run(here) == [(DONE, "")] * 3
    with here.scope():
        person.refresh_from_db()
        assert (person.trust_level, person.role) == (2, "ambassador")
        assert Welcome.objects.get(membership=person).looked_after_by_id == here.ambassador.pk
        for firing in Firing.objects.all():
            undo_firing(firing, by=here.owner, community=here.community)
        person.refresh_from_db()
        assert (person.trust_level, person.role) == (0, "member")
        assert Welcome.objects.get(membership=person).looked_after_by_id is None


def test_all_stop_at_once_and_go_on(here: Cast) -> None:
    make(here, "joined", "note")
    make(here, "joined", "role")
    join(here)
    with here.scope():
        assert services.stop_all(by=here.owner) == 2
        assert services.stop_all(by=here.owner) == 0
    assert run(here) == [(SKIPPED, "off")] * 2
    wanted.forget()
    join(here)
    assert len(run(here)) == 2
    with here.scope():
        undo(Change.objects.get(act="automations_stopped"), here.manager)
        assert Automation.objects.running().count() == 2
    wanted.forget()
    join(here)
    assert run(here)[2:] == [(DONE, "")] * 2


def test_where_automations_are_switched_off_nothing_is_done(here: Cast) -> None:
    make(here, "joined", "note")
    join(here)
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    here.community.refresh_from_db()
    assert run(here) == [(SKIPPED, "closed")]
    assert here.sign_in(here.owner).get(here.url("/manage/automations/")).status_code == 404


def test_what_happened_before_it_was_switched_on_is_not_taken_up(here: Cast) -> None:
    join(here)
    make(here, "joined", "note")
    assert run(here) == []


def test_another_community_hears_nothing(here: Cast, elsewhere: Cast) -> None:
    make(here, "joined", "note")
    join(elsewhere)
    assert carry_out_soon(elsewhere.community.pk) == 0
    assert run(here) == run(elsewhere) == []


@pytest.mark.parametrize("way", ["all", "one", "edit"])
def test_what_was_queued_before_it_went_off_is_not_done_once_it_is_on_again(here: Cast, way: str) -> None:
    automation = make(here, "joined", "note")
    person = join(here)
    with here.scope():
        if way == "all":
            services.stop_all(by=here.owner)
            assert services.go_on(by=here.owner) == 1
        elif way == "one":
            services.switch_off(automation, by=here.owner)
            services.switch_on(automation, by=here.owner)
        else:
            wishes = services.AutomationWishes(
                "joined", "note", words="Other words.", daily=100, person_days=1
            )
            services.edit_automation(automation, wishes, by=here.owner)
    wanted.forget()
    assert run(here) == [(SKIPPED, "off")]
    with here.scope():
        assert Firing.objects.get().detail == "It was switched off, or changed, in between."
        assert Notification.objects.for_membership(person).count() == 0
    join(here)
    assert run(here)[1:] == [(DONE, "")]


def test_more_at_one_moment_than_are_asked_for_at_once_are_all_taken_up(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST", 3)
    make(here, "inactive", "role", trigger_values={"days": 7})
    make(here, "unanswered", "tell", trigger_values={"hours": 2}, to=here.moderator)
    with here.scope():
        now = timezone.now()
        Automation.objects.update(on_since=now - DAY, looked_until=now - DAY, look_at=now)
        people = [make_membership(seen_at=now - 7 * DAY - HOUR) for _n in range(7)]
        later = make_membership(seen_at=now - 7 * DAY - HOUR / 2)
        threads = [make_thread(by=here.member, kind="question") for _n in range(7)]
        Thread.objects.filter(pk__in=[one.pk for one in threads]).update(published_at=now - 3 * HOUR)
    for _turn in range(2):
        with here.scope():
            Automation.objects.update(look_at=timezone.now())
        look_for_states()
    with here.scope():
        taken = set(Firing.objects.filter(automation__trigger="inactive").values_list("person_id", flat=True))
        assert taken == {*(one.pk for one in people), later.pk}
        about = Firing.objects.filter(automation__trigger="unanswered").values_list("thread_id", flat=True)
        assert set(about) == {one.pk for one in threads}


def test_whoever_tags_pays_once_for_each_automation_and_not_for_each_tag(here: Cast) -> None:
    for word in ("rope", "cord"):
        make(here, "tag_used", "tell", trigger_values={"tag": word}, to=here.moderator)
    with here.scope():
        thread = make_thread(by=here.member)
        told = [
            Occurrence(f"thread {thread.pk} tag {n}", timezone.now(), thread=thread.pk, what=word)
            for n, word in enumerate(("rope", "knot", "cord", "sail", "mast"))
        ]
        with CaptureQueriesContext(connection) as seen:
            happened("tag_used", here.community.pk, lambda: told)
        assert sum('FROM "content_tagword"' in one["sql"] for one in seen) == 2
        assert Firing.objects.count() == 2
