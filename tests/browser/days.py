"""An ordinary place on one of its days: who is there, what its worker does meanwhile, and days that pass."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from communities.animation.ambassadors import programmes
from communities.animation.ambassadors.programmes import ProgrammeWishes
from communities.animation.automations.running import carry_out_queued
from communities.animation.models import Introduction, Welcome
from communities.animation.newsletters.sending import advance_due
from communities.calendar import DAY
from communities.content import services as content
from communities.content.models import Post, Thread
from communities.launch.models import StageOpening
from communities.launch.services import watch_openings
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import late_news, tell_news
from communities.people.services import leave_community
from communities.signals import member_joined
from members.mails.sending import send_due
from tests.communities.animation.automations.making import make
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.mail_server import MailServer
from tests.sweeps.askings import make_surveys

HOUR = datetime.timedelta(hours=1)
PROGRAMME = "Harbour friends"
QUESTION, HELD, NOTE = "Which whipping twine?", "My very first words.", "Glad you are here, {name}."


@dataclass
class People:
    """Beside the team of the cast. `bo` asks, `cy` answered lately; both live where the newcomer does."""

    newcomer: Membership
    bo: Membership
    cy: Membership
    shy: Membership
    leavers: list[Membership]


def make_morning(cast: Cast, language: str) -> People:
    """A newcomer of an hour, a question of two days, a text that waits to be read, a survey that is running, a
    programme for ambassadors, a stage that is closed; everybody else has been here for long."""
    rows = Community.objects.filter(pk=cast.community.pk)
    rows.update(name="Halyard", language=language, languages=["en", "fr"])
    forget_all()
    now = timezone.now()
    make(cast, "joined", "note", words=NOTE)
    with cast.scope():
        Membership.objects.filter(pk=cast.manager.pk).update(display_name="Nora Vidal")
        Membership.objects.filter(pk=cast.member.pk).update(display_name="Bo Marlin", place="Cork")
        cy = make_membership(display_name="Cy Ren", place="Cork", trust_level=2)
        shy = make_membership(display_name="Shy Lund")
        leavers = [make_membership() for _number in range(2)]
        Membership.objects.update(joined_at=now - 90 * DAY, seen_at=now - HOUR)
        newcomer = make_membership(display_name="Aoife Brannigan", place="Cork", joined_at=now - HOUR)
        Membership.objects.update(language=language)
        member_joined.send(sender=Membership, membership=newcomer)
        _make_texts(cast, cy)
        make_surveys(cast)
        programmes.write_programme(
            "amb", ProgrammeWishes(PROGRAMME, "Come and help.", "Be kind."), by=cast.manager
        )
    make_plan(cast, ("team", ["directory"]), ("ambassadors", ["directory"]), opened=1)
    rows.update(moderation_mode="hybrid")
    forget_all()
    with cast.scope():
        thread = Thread.objects.get(title="Mending a jib")
        post = content.reply_to(thread, by=shy, body=f"<p>{HELD}</p>")
        assert post.state == "pending"
    return People(newcomer, cast.member, cy, shy, leavers)


def _make_texts(cast: Cast, cy: Membership) -> None:
    question = make_thread(cast.forum, by=cast.member, kind="question", title=QUESTION)
    for rows in (Thread.objects.filter(pk=question.pk), Post.objects.filter(thread=question)):
        rows.update(published_at=timezone.now() - 2 * DAY)
    make_reply(make_thread(cast.forum, by=cast.moderator, title="Mending a jib"), by=cy)


def work(cast: Cast) -> None:
    """What the worker does in the next minutes: automations, news, newsletters, mails."""
    community = Community.objects.get(pk=cast.community.pk)
    carry_out_queued(community)
    with cast.scope():
        for post in late_news(timezone.now()):
            tell_news(post)
        Notification.objects.filter(mail_due_at__isnull=False).update(mail_due_at=timezone.now())
    advance_due(community)
    write_waiting(community)
    send_due()


def too_many_leave(cast: Cast, leavers: list[Membership]) -> int:
    """The stage opened an hour ago; since then they have left by themselves, and its limits were read as ever. How
    often it was paused."""
    with cast.scope():
        opening = StageOpening.objects.watched().get()
        opening.opened_at = opening.watched_from = opening.watch_at = timezone.now() - HOUR
        opening.save(update_fields=["opened_at", "watched_from", "watch_at"])
        for person in leavers:
            leave_community(person, by=person)
        readings = (opening.watched_from + n * HOUR / 6 for n in range(6))
        return sum(watch_openings(cast.community, now=moment) for moment in readings)


def pass_days(cast: Cast, days: int) -> None:
    """What has happened so far was so many days ago."""
    span = days * DAY
    with cast.scope():
        Membership.objects.update(joined_at=F("joined_at") - span, seen_at=F("seen_at") - span)
        Welcome.objects.update(greeted_at=F("greeted_at") - span)
        Introduction.objects.update(at=F("at") - span)
        Notification.objects.update(created_at=F("created_at") - span, read_at=F("read_at") - span)
    forget_all()


@dataclass
class Mailbox:
    """The mails that a server has taken for one address."""

    server: MailServer
    address: str

    def _last(self) -> Any:
        send_due()
        taken = [message for to, message in self.server.taken if to == self.address]
        assert taken, f"no mail to {self.address}, but to {self.server.recipients}"
        return taken[-1]

    @property
    def subjects(self) -> list[str]:
        send_due()
        return [str(message["Subject"]).strip() for to, message in self.server.taken if to == self.address]

    @property
    def text(self) -> str:
        """Of the last one."""
        return str(self._last().get_body(("plain",)).get_content())

    def link(self, pattern: str) -> str:
        """The path of the first address in the last one that leads to this."""
        found = re.search(rf"(/c/\S*{pattern}\S*)", self.text)
        assert found, self.text
        return found[1]
