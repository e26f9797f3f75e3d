"""What is new, gathered into one mail a day."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.forums.models import Question
from communities.forums.open_questions import ask_askers
from communities.models import Community, Membership
from communities.notifications.digests import choose_rhythm, write_digests
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from tests.factories import make_reply, make_thread
from tests.sweeps.world import World


def gathered_into_one(world: World) -> None:
    here = world.here
    with here.scope():
        community = Community.objects.get(pk=here.community.pk)
        reader = Membership.objects.select_related("community", "member").get(pk=here.member.pk)
        choose_rhythm(reader, "day")
        tell_of_post(make_reply(make_thread(here.forum, by=here.member), by=here.ambassador))
        waiting = Notification.objects.waiting_for_mail().filter(membership=reader)
        past = timezone.now() - datetime.timedelta(seconds=1)
        waiting.update(mail_due_at=past)
        write_waiting(community)
        waiting.update(mail_due_at=past)
        assert write_digests(community) == 1
        choose_rhythm(reader, "")


def asked_whether_solved(world: World) -> None:
    """By mail, three days after the first answer."""
    here = world.here
    with here.scope():
        asked = make_thread(here.forum, by=here.member, kind="question")
        make_reply(asked, by=here.ambassador)
        past = timezone.now() - datetime.timedelta(seconds=1)
        assert Question.objects.filter(thread=asked).update(ask_at=past) == 1
        community = Community.objects.get(pk=here.community.pk)
        assert ask_askers(community) == 1
        waiting = Notification.objects.waiting_for_mail().filter(membership=here.member, kind="question_open")
        assert waiting.update(mail_due_at=past) == 1
        write_waiting(community)
