"""What somebody with a term is shown, a feed that cannot be read, and the question under an answer that helped."""

from __future__ import annotations

import datetime
import uuid

from django.utils import timezone

from analytics.capture.channels import Channel
from analytics.capture.models import Event, Kind
from communities.animation.listening.models import MentionSource
from communities.forums.services import accept_answer
from communities.memory import forget_all
from communities.models import Community
from tests.factories import make_membership, make_reply, make_thread
from tests.sweeps.world import World

DAY = datetime.timedelta(days=1)


def a_term(world: World) -> None:
    ambassador = world.client("ambassador")
    assert "kit" in ambassador.get(world.here.url("/ambassadors/")).content.decode()
    for path in ("/kit/", "/ambassadors/leave/"):
        assert ambassador.get(world.here.url(path)).status_code == 200


def a_feed_that_is_gone(world: World) -> None:
    with world.here.scope():
        rows = MentionSource.objects.filter(pk=world.mention_feed.pk)
        rows.update(problem=MentionSource.Problem.STATUS, status=410)
    page = world.client("manager").get(world.here.url("/manage/listening/sources/"))
    assert "410" in page.content.decode()


def an_answer_that_helped(world: World) -> None:
    here = world.here
    with here.scope():
        question = make_thread(here.forum, by=here.member, title="Which yarn?", kind="question")
        accept_answer(question, post=make_reply(question, by=here.ambassador), by=here.member)
        reader = make_membership()
    forget_all()
    page = here.sign_in(reader).get(here.url(question.get_absolute_url()))
    assert "/saved-call/" in page.content.decode()


def a_newcomer_who_agreed(world: World) -> None:
    """To be recognised: the desk says what they first saw."""
    here = world.here
    with here.scope():
        community = Community.objects.get(pk=here.community.pk)
        former = dict(community.settings)
        community.settings = {**former, "audience": "consent"}
        community.save()
        person, now = make_membership(joined_at=timezone.now()), timezone.now()
        said = {
            "kind": Kind.PAGE_VIEW,
            "visitor": 7_086,
            "consent": 1,
            "path": "/",
            "channel": Channel.DIRECT,
        }
        Event.objects.create(uid=uuid.uuid4(), occurred_at=now - 2 * DAY, entry=True, **said)
        Event.objects.create(uid=uuid.uuid4(), occurred_at=now - DAY, membership=person, **said)
    forget_all()
    page = world.client("manager").get(here.url("/manage/newcomers/"))
    assert "First visit" in page.content.decode()
    with here.scope():
        community.settings = former
        community.save()
    forget_all()
