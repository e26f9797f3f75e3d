"""Sanction × act: whoever may only read changes nothing by any act of members, except by those that always stay.

The acts come from the table of addresses: of a new one nothing may be written, or it says here that it stays, and why.
What the team may do comes from the table of permissions.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from communities.blogs.models import OwnBlog
from communities.content.models import Post, PostMove, Thread
from communities.content.services import merge_threads, set_tags
from communities.content.services.uploading import upload_file
from communities.events.bringing import packed, read_for
from communities.forums.models import AssignedThread, FeaturedThread, Question, SameQuestion
from communities.forums.services import accept_answer
from communities.journal.models import Change
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Membership
from communities.polls.models import Poll
from communities.trials.models import Participant
from tests.factories import make_reply, make_thread
from tests.sweeps.addresses import COMMUNITY, Address
from tests.sweeps.audiences import OPENS
from tests.sweeps.rights_table import RULES, predicate_says
from tests.sweeps.walking import SESSION_TABLE, Visit, views, visit
from tests.sweeps.world import MEMBERS, World, a_picture

FIELDS = {"read only": "read_only_until", "suspended": "suspended_until"}
ACCOUNT = "of one’s account, which is not the community’s"
READS = "marks what one has read, follows, or does not want to be told"
BACK = "takes back what one wrote, gave or asked for"
# The first words of an address, and why what is sent there stays (trust.md 1.10: reading, one’s own data, leaving,
# being heard). The longest that fits holds.
STAYS = {
    "choices/": ACCOUNT,
    "email/works/": ACCOUNT,
    "enter/": ACCOUNT,
    "me/security/": ACCOUNT,
    "me/preferences/": ACCOUNT,
    "password/": ACCOUNT,
    "sign-in/": ACCOUNT,
    "sign-out/": ACCOUNT,
    "join/": "changes nothing for members",
    "i/<str:token>": "lets somebody into a stage, to read",
    "banners/seen/": "counts what was seen",
    "blogs/@<str:owner>/follow/": READS,
    "blogs/@<str:owner>/unfollow/": READS,
    "blogs/<words:blog>/follow/": READS,
    "blogs/<words:blog>/unfollow/": READS,
    "forums/f/<words:space>/follow/": READS,
    "forums/f/<words:space>/unfollow/": READS,
    "forums/t/<words:slug>/follow/": READS,
    "forums/t/<words:slug>/unfollow/": READS,
    "forums/t/<words:slug>/read/": READS,
    "ideas/b/<words:space>/follow/": READS,
    "ideas/b/<words:space>/unfollow/": READS,
    "ideas/i/<words:slug>/follow/": READS,
    "ideas/i/<words:slug>/unfollow/": READS,
    "ideas/i/<words:slug>/unvote/": BACK,
    "trials/f/<words:slug>/follow/": READS,
    "trials/f/<words:slug>/unfollow/": READS,
    "trials/f/<words:slug>/not-also/": BACK,
    "trials/t/<words:space>/withdraw/": BACK,
    "trials/t/<words:space>/pledge/": "one’s own promise, which opens reading and is read by the team alone",
    "trials/t/<words:space>/leave/": BACK,
    "me/notifications/": READS,
    "notifications/read/": READS,
    "unsubscribe/": READS,
    "newsletters/": READS,
    "announcements/": READS,
    "calls/<int:pk>/withdraw/": BACK,
    "drafts/<int:id>/discard/": BACK,
    "me/drafts/": "one’s own words, which nobody else reads",
    "handover/<int:pk>/refuse/": BACK,
    "leave/": BACK,
    "me/invitations/<int:invitation>/revoke/": BACK,
    "p/<uuid:public_id>/delete/": BACK,
    "p/<uuid:public_id>/restore/": "undoes one’s own deletion; what comes back is judged again",
    "p/unreact/": BACK,
    "waiting-list/": BACK,
    "me/data/": "one’s own data, always",
    "saved-call/": "an opinion that was asked for, and is read without a name",
    "offers/": "a question to the brand, which visitors ask too",
    "report/": "being heard: illegal content is told by anybody",
    "preview/": "writes nothing",
    "uploads/fetch/": "asks another site first; what it keeps is let through as at uploads/",
    "p/<uuid:public_id>/pictures/": "asks another site first; what it changes is let through as by the page Edit",
    "ambassadors/withdraw/": BACK,
    "ambassadors/leave/": BACK,
    "ambassadors/go-on/": "a wish about one’s own term, which only the team grants",
    "kit/tasks/<int:pk>/": "one’s own tick on a list that nobody else reads",
    "challenges/c/<words:slug>/follow/": READS,
    "challenges/c/<words:slug>/unfollow/": READS,
    "challenges/c/<words:slug>/withdraw/<int:pk>/": BACK,
    "challenges/c/<words:slug>/unvote/": BACK,
    "photos/a/<words:slug>/follow/": READS,
    "photos/a/<words:slug>/unfollow/": READS,
    "photos/p/<uuid:public_id>/people/<int:pk>/away/": BACK,
    "photos/with-you/": "whether one’s own name is read, which is always one’s own to say",
    "customers/mine/": "whether one is presented, which is always one’s own to say",
    "events/in/<words:space>/follow/": READS,
    "events/in/<words:space>/unfollow/": READS,
    "events/e/<words:slug>/unregister/": BACK,
    "events/e/<words:slug>/attendees/": "a tick on the list of one’s own event, which organisers alone read",
    "events/e/<words:slug>/door/ticks/": "the same, sent later by the phone that was ticked on",
    "events/mine/": READS,
    "reviews/in/<words:space>/follow/": READS,
    "reviews/in/<words:space>/unfollow/": READS,
    "surveys/": "being heard: an opinion that was asked for, and is read without a name",
    "me/surveys/": READS,
}
REFUSAL = 'INSERT INTO "journal_change"'
# A sanction of reading only is about what one writes: duties in the team are taken away with the role.
DUTIES = frozenset({"lock", "unlock", "pin", "unpin"})


CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
UID:elsewhere
SUMMARY:Regatta
DTSTART:%bT100000Z
END:VEVENT
END:VCALENDAR
"""
WORDS = {"title": "Other words", "body": "<p>Other words.</p>", "body_format": "html"}


def _post(world: World) -> Mapping[str, Any]:
    with world.here.scope():
        return WORDS | {"revision": str(Post.objects.get(pk=world.post.pk).revision_count)}


def _applicant(world: World) -> Mapping[str, Any]:
    with world.here.scope():
        return {"answer": "waiting", "tester": str(Participant.objects.get(state="applied").pk)}


def _article(world: World) -> Mapping[str, Any]:
    with world.here.scope():
        return WORDS | {
            "then": "save",
            "language": "en",
            "version": str(Thread.objects.get(pk=world.article.pk).version),
        }


def _described(world: World) -> Mapping[str, Any]:
    with world.here.scope():
        own = upload_file(a_picture(), by=world.here.member)
    return {"picture": str(own.pk), "licence": "by", "assured": "on"}


def _merged(world: World) -> Mapping[str, Any]:
    with world.here.scope():
        return {"into": make_thread(world.space, by=world.here.member, title="One more").title, "sure": "1"}


def _a_document() -> SimpleUploadedFile:
    return SimpleUploadedFile("plan.pdf", b"%PDF-1.7 of a quay")


def _brought(world: World) -> Mapping[str, Any]:
    day = timezone.now() + datetime.timedelta(days=9)
    data = CALENDAR % f"{day:%Y%m%d}".encode()
    (one,) = read_for(world.here.community, data, timezone.now()).events
    return {"packed": packed(data), "event": one.key}


def _split(world: World) -> Mapping[str, Any]:
    with world.here.scope():
        reply = Post.objects.filter(thread=world.thread.pk, position__gt=1).order_by("-position")[0]
    return {"title": "Another thread", "posts": str(reply.pk)}


def _asked_before(world: World) -> Mapping[str, Any]:
    with world.here.scope():
        return {"original": make_thread(world.space, by=world.here.ambassador, kind="question").slug}


def _profile(world: World) -> Mapping[str, Any]:
    person = world.here.member
    return {"display_name": "Another name", "handle": person.handle}


# What is sent where the table of addresses sends too little to change anything.
MORE: dict[str, Callable[[World], Mapping[str, Any]]] = {
    "blogs/<words:blog>/<words:article>/edit/": _article,
    "blogs/<words:blog>/<words:article>/review/": lambda _world: {"act": "take-back"},
    "blogs/series/<words:series>/edit/": lambda world: {
        "act": "rename",
        "title": "Another title",
        "version": str(world.own_series.version),
    },
    "blogs/<words:blog>/new/": lambda _world: WORDS | {"then": "save", "language": "en"},
    "challenges/c/<words:slug>/jury/": lambda world: {"handle": world.here.marketing.handle},
    "events/in/<words:space>/bring/": _brought,
    "forums/f/<words:space>/new/": lambda _world: WORDS | {"kind": "topic"},
    "forums/t/<words:slug>/asked-before/": _asked_before,
    "forums/t/<words:slug>/assign/": lambda world: {
        "to": str(world.here.manager.pk),
        "due_on": timezone.localdate().isoformat(),
    },
    "forums/new/": lambda world: WORDS | {"kind": "topic", "space": world.here.forum.slug},
    "ideas/i/<words:slug>/assign/": lambda _world: {"due_on": "2027-05-01"},
    "ideas/i/<words:slug>/merge/": lambda _world: {"into": "twine-in-three-colours", "sure": "1"},
    "ideas/b/<words:space>/papers/": lambda _world: {"title": "The plan", "file": _a_document()},
    "ideas/b/<words:space>/new/": lambda _world: WORDS | {"different": "on"},
    "me/profile/": _profile,
    "p/<uuid:public_id>/edit/": _post,
    "photos/a/<words:slug>/add/": lambda _world: {"pictures": a_picture()},
    "photos/a/<words:slug>/add/words/": _described,
    "photos/of/<int:gathering>/add/": lambda _world: {"pictures": a_picture()},
    "photos/p/<uuid:public_id>/people/": lambda world: {"handle": world.here.marketing.handle},
    "polls/<int:pk>/repeat/": lambda _world: {
        "repeat_every": "week",
        "repeat_starts": f"{timezone.localtime() + datetime.timedelta(days=2):%Y-%m-%dT%H:%M}",
        "repeat_days": "5",
    },
    "t/<words:slug>/merge/": _merged,
    "t/<words:slug>/split/": _split,
    "trials/t/<words:space>/new/": lambda _world: WORDS | {"severity": "minor"},
    "trials/t/<words:space>/testers/": _applicant,
    "trials/f/<words:slug>/same/": lambda _world: {"other": "the-wick-is-short"},
    "uploads/": lambda _world: {"file": a_picture()},
}


def _accepted(world: World) -> None:
    Question.objects.update_or_create(thread=world.question, defaults={"accepted": world.answer})


def _closed(world: World) -> None:
    other = make_thread(world.space, by=world.here.ambassador, kind="question")
    SameQuestion.objects.create(thread=world.question, original=other)


def _given(world: World) -> None:
    day = timezone.localdate()
    AssignedThread.objects.create(thread=world.thread, assignee=world.here.manager, due_on=day)


def _featured(world: World) -> None:
    FeaturedThread.objects.create(thread=world.thread)


def _known(world: World) -> None:
    """Somebody has answered its subject before, and nobody has answered it."""
    other = make_thread(world.space, by=world.here.manager, kind="question", tags=["Twine"])
    accept_answer(other, post=make_reply(other, by=world.here.ambassador), by=world.here.manager)
    set_tags(world.question, by=world.here.manager, names=["Twine"])
    Thread.objects.filter(pk=world.question.pk).update(answered=False)


def _remarked(world: World) -> None:
    Post.objects.filter(pk=world.answer.pk).update(is_comment=True)


def _taken_in(world: World) -> None:
    """Another thread was merged into this one, by the number that the table of addresses has."""
    other = make_thread(world.space, by=world.here.ambassador)
    move = merge_threads(other, world.thread, by=world.here.owner)
    line = Change.objects.get(act="merge_threads", about=str(move.pk))
    record(world.here.owner, line.act, what=line.what, about=0, before=line.before, after=line.after)
    PostMove.objects.filter(pk=move.pk).update(id=0)


def _repeats(world: World) -> None:
    soon = timezone.now() + datetime.timedelta(days=7)
    Poll.objects.filter(pk=world.poll.pk).update(repeats="week", again_at=soon, days_open=5, month_day=1)


# What has to be there for an act to change anything.
BEFORE: dict[str, Callable[[World], object]] = {
    "forums/t/<words:slug>/unfeature/": _featured,
    "forums/t/<words:slug>/unaccept/": _accepted,
    "forums/t/<words:slug>/open-again/": _closed,
    "forums/t/<words:slug>/unassign/": _given,
    "forums/t/<words:slug>/ask-members/": _known,
    # Whoever has a blog starts none.
    "p/<uuid:public_id>/as-answer/": _remarked,
    "polls/<int:pk>/repeat/stop/": _repeats,
    "t/<words:slug>/regrouped/<int:pk>/undo/": _taken_in,
    "blogs/new/": lambda world: OwnBlog.objects.filter(owner=world.here.member).delete(),
}


def acts_of_members() -> dict[str, str]:
    """Every address to which some member may send something, with the role that does; without the team’s desk."""
    of_team = {route for route, view in views("config.urls") if getattr(view, "may", None) is not None}
    acting = {
        route: next((role for role in MEMBERS if address.post[role] == OPENS), "")
        for route, address in COMMUNITY.items()
        if route not in of_team and address.post is not None
    }
    return {route: role for route, role in acting.items() if role and not _stays(route)}


def _stays(route: str) -> str:
    return max((begun for begun in STAYS if route.startswith(begun)), key=len, default="")


def _act(world: World, route: str, role: str) -> Visit:
    address: Address = COMMUNITY[route]
    data = MORE[route](world) if route in MORE else address.fields(world)
    with transaction.atomic():
        if route in BEFORE:
            with world.here.scope():
                BEFORE[route](world)
        seen = visit(world, role, "POST", world.here.prefix + address.path(route, world), OPENS, data)
        transaction.set_rollback(True)
    return seen


def _writes(seen: Visit) -> list[str]:
    # What is refused to somebody of the team stands in the journal, as a line that changes nothing.
    return [sql for sql in seen.writes if SESSION_TABLE not in sql and REFUSAL not in sql]


def _silence(world: World, field: str) -> None:
    with world.here.scope():
        Membership.objects.update(**{field: timezone.now() + datetime.timedelta(days=7)})
    forget_all()


@pytest.mark.slow
def test_whoever_may_only_read_writes_nothing(world: World) -> None:
    acts = acts_of_members()
    idle = [route for route, role in acts.items() if not _writes(_act(world, route, role))]
    assert not idle, "say in MORE what is sent to " + ", ".join(idle)
    for name, field in FIELDS.items():
        with transaction.atomic():
            _silence(world, field)
            wrote = {route: _act(world, route, role) for route, role in acts.items()}
            transaction.set_rollback(True)
        forget_all()
        duties = {route for route in acts if name == "read only" and route.split("/")[-2] in DUTIES}
        assert {route for route, seen in wrote.items() if _writes(seen)} == duties, name


def test_every_reason_to_stay_has_an_act() -> None:
    posts = [route for route, address in COMMUNITY.items() if address.post is not None]
    assert {_stays(route) for route in posts} - {""} == set(STAYS)


@pytest.mark.parametrize("rule", [*RULES])
def test_the_suspended_have_no_right_of_the_team(world: World, rule: str) -> None:
    with world.here.scope():
        for role, may in RULES[rule].items():
            me: Membership = Membership.objects.get(pk=getattr(world.here, role).pk)
            me.suspended_until = timezone.now() + datetime.timedelta(days=7)
            assert not predicate_says(rule, me, world), f"{role}, who had it: {may}"
