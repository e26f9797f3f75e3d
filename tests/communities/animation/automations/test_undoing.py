"""What a person decided since is not taken away by undoing; what was read before the lock decides nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.automations.exceptions import CameOtherwise
from communities.animation.automations.models import Firing
from communities.animation.automations.services import undo_firing
from communities.animation.models import Welcome
from communities.animation.newcomers.services import look_after
from communities.automatic import Found, Order, automatics, triggers
from communities.content.models import Thread
from communities.content.services import pin_thread, unpin_thread
from communities.exceptions import DomainError
from communities.models import Membership
from communities.people.entrusting import set_role
from communities.people.managing import set_level
from communities.signals import member_joined
from tests.communities.animation.automations.making import make, run
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

pytestmark = pytest.mark.django_db


def join(here: Cast) -> Membership:
    with here.scope():
        person = make_membership(joined_at=timezone.now())
        member_joined.send(sender=Membership, membership=person)
        return person


def lower_and_raise(here: Cast, person: Membership) -> None:
    set_level(person, 1, by=here.owner)
    set_level(person, 2, by=here.owner)


def take_and_give_role(here: Cast, person: Membership) -> None:
    set_role(person, "member", by=here.owner)
    set_role(person, "ambassador", by=here.owner)


def take_and_give_care(here: Cast, person: Membership) -> None:
    look_after(person, None, by=here.owner, was=here.ambassador.pk)
    look_after(person, here.ambassador, by=here.owner)


@pytest.mark.parametrize(
    ("act", "wishes", "again"),
    [
        ("level", {"act_values": {"level": "2"}}, lower_and_raise),
        ("role", {}, take_and_give_role),
        ("care", {"to": "ambassador"}, take_and_give_care),
    ],
)
def test_what_a_person_gave_again_is_not_taken_away(
    here: Cast, act: str, wishes: dict[str, Any], again: Callable[[Cast, Membership], None]
) -> None:
    if "to" in wishes:
        wishes = {"to": here.ambassador}
    make(here, "joined", act, **wishes)
    person = join(here)
    assert run(here) == [("done", "")]
    with here.scope():
        again(here, person)
        with pytest.raises(CameOtherwise):
            undo_firing(Firing.objects.get(), by=here.manager, community=here.community)
        person.refresh_from_db()
        assert Firing.objects.get().undone_at is None
        if act == "care":
            assert Welcome.objects.get(membership=person).looked_after_by_id == here.ambassador.pk
        else:
            assert (person.trust_level, person.role) == (
                (2, "member") if act == "level" else (0, "ambassador")
            )


def test_a_text_that_a_person_put_on_top_again_stays_there(here: Cast) -> None:
    make(here, "first_text", "pin")
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    assert run(here) == [("done", "")]
    with here.scope():
        assert unpin_thread(thread, by=here.moderator)
        assert pin_thread(thread, by=here.moderator)
        with pytest.raises(CameOtherwise):
            undo_firing(Firing.objects.get(), by=here.manager, community=here.community)
        thread.refresh_from_db()
        assert thread.pinned == 1
        assert Firing.objects.get().undone_at is None


def test_a_text_that_an_automation_put_on_top_comes_down_again(here: Cast) -> None:
    make(here, "first_text", "pin")
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    run(here)
    with here.scope():
        thread.refresh_from_db()
        assert thread.pinned_at is not None
        undo_firing(Firing.objects.get(), by=here.manager, community=here.community)
        thread.refresh_from_db()
        assert (thread.pinned, thread.pinned_at) == (0, None)


@pytest.mark.parametrize(
    "wrong", [{"pinned": 1, "pinned_at": None}, {"pinned": 0, "pinned_at": timezone.now()}]
)
def test_the_database_keeps_the_moment_with_the_place(here: Cast, wrong: dict[str, Any]) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        with pytest.raises(IntegrityError), transaction.atomic():
            Thread.objects.filter(pk=thread.pk).update(**wrong)


def test_who_is_in_care_already_is_left_out_and_not_taken_out_of_it(here: Cast) -> None:
    make(here, "joined", "care", to=here.ambassador)
    person = join(here)
    with here.scope():
        look_after(person, here.ambassador, by=here.owner)
    assert run(here) == [("skipped", "refused")]
    with here.scope():
        assert Firing.objects.get().detail == "Somebody looks after them already."


def order(here: Cast, act: str, values: dict[str, Any], **found: Any) -> tuple[Any, Order]:
    now = timezone.now()
    trigger = triggers["first_text" if "thread" in found else "joined"]
    return automatics[act], Order(Found(here.community, now, now, **found), here.manager, values, trigger)


def test_a_level_that_was_read_before_the_lock_lowers_nobody(here: Cast) -> None:
    with here.scope():
        person = make_membership()
        act, asked = order(here, "level", {"level": "1"}, person=person)
        set_level(Membership.objects.get(pk=person.pk), 4, by=here.owner)
        with pytest.raises(DomainError):
            act.do(asked)
        person.refresh_from_db()
        assert person.trust_level == 4


def test_a_role_that_was_read_before_the_lock_takes_none_away(here: Cast) -> None:
    with here.scope():
        person = make_membership()
        act, asked = order(here, "role", {}, person=person)
        set_role(Membership.objects.get(pk=person.pk), "moderator", by=here.owner)
        with pytest.raises(DomainError):
            act.do(asked)
        person.refresh_from_db()
        assert person.role == "moderator"


def locks_first(does: Callable[[], Any]) -> Any:
    with CaptureQueriesContext(connection) as seen:
        outcome = does()
    said = [one["sql"] for one in seen]
    locked = next(n for n, sql in enumerate(said) if '"content_thread"' in sql and "FOR NO KEY" in sql)
    read = next(n for n, sql in enumerate(said) if 'FROM "content_tag"' in sql)
    assert locked < read
    return outcome


def test_the_thread_is_locked_before_its_tags_are_read(here: Cast) -> None:
    with here.scope():
        thread = make_thread(by=here.member, tags=["rope"])
        act, asked = order(here, "tag", {"tag": "cord"}, thread=thread)
        outcome = locks_first(lambda: act.do(asked))
        assert {tag.name for tag in thread.tags.all()} == {"rope", "cord"}
        locks_first(lambda: act.undo(asked, outcome.kept, by=here.manager))
        assert {tag.name for tag in thread.tags.all()} == {"rope"}


def test_what_nobody_has_touched_is_put_back_days_later(here: Cast) -> None:
    make(here, "joined", "role")
    person = join(here)
    run(here)
    with here.scope():
        Firing.objects.update(ended_at=timezone.now() - datetime.timedelta(days=9))
        undo_firing(Firing.objects.get(), by=here.owner, community=here.community)
        person.refresh_from_db()
        assert person.role == "member"
