"""What people are told of challenges, each of it once."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.challenges.models import CHALLENGE, Challenge, Entry
from communities.challenges.permissions import FEATURE
from communities.content.models import Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.launch.features import is_open, is_open_to, people_let_in
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.templatetags.parvis import exact


class ChallengeNotice(Notice):
    """About a challenge whose page its reader can open."""

    heading = Heading.TAKING_PART
    icon = "trophy"
    act: ClassVar[str | Promise] = gettext_lazy("See the challenge")
    why: ClassVar[str | Promise] = gettext_lazy("You follow this challenge, or take part in it.")

    def is_asked(self, membership: Membership) -> bool:
        return is_open_to(membership, FEATURE)

    def audience(self, people: list[int], about: About) -> list[int]:
        readers = people_who_read(about.thread.space, people)
        return people_let_in(readers, community_id=about.thread.community_id, feature=FEATURE)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as its page can be read: one question for all such lines."""
        if "challenges" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {one.thread_id for one in reading.lines if one.kind in NAMES}
            there = Thread.objects.visible_to(viewer).of_kind(CHALLENGE).filter(pk__in=ids)
            rows = Challenge.objects.filter(thread__in=there.values("pk")).select_related("thread")
            reading.memo["challenges"] = {row.pk: row for row in rows}
        line.challenge = reading.memo["challenges"].get(line.thread_id)
        return line.challenge is not None and is_open(reading.community, reading.membership, FEATURE)

    def title(self, line: Line) -> str:
        return str(line.challenge.thread.title)

    def lead(self, challenge: Challenge) -> str:
        raise NotImplementedError

    def words(self, line: Line) -> Words:
        return Words(self.lead(line.challenge), str(self.act), str(self.why))


@declare
class ChallengeOpened(ChallengeNotice):
    name = "challenge_opened"
    label = gettext_lazy("Challenge opened")
    order = 40
    question = gettext_lazy("A challenge that I follow opens")
    mutes_thread = True

    def sentence(self, line: Line) -> str:
        return _("%(challenge)s: take part") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        return _("Entries are open until %(moment)s.") % {"moment": exact(localtime(challenge.closes_at))}


@declare
class ChallengeClosing(ChallengeNotice):
    name = "challenge_closing"
    label = gettext_lazy("Challenge about to close")
    order = 41
    question = gettext_lazy("A challenge that I follow closes in two days")
    can_wait = False
    mutes_thread = True

    def sentence(self, line: Line) -> str:
        return _("Two days left: %(challenge)s") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        return _("Entries close on %(moment)s.") % {"moment": exact(localtime(challenge.closes_at))}


@declare
class VoteOpened(ChallengeNotice):
    name = "challenge_vote"
    label = gettext_lazy("Vote in a challenge")
    order = 42
    question = gettext_lazy("The vote opens in a challenge that I follow or entered")
    can_wait = False
    act = gettext_lazy("See the entries")
    mutes_thread = True

    def sentence(self, line: Line) -> str:
        return _("The vote is open: %(challenge)s") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        until = exact(localtime(challenge.votes_until or challenge.result_at))
        return _("You have one vote. It can be moved until %(moment)s.") % {"moment": until}


@declare
class ChallengeDecided(ChallengeNotice):
    name = "challenge_result"
    label = gettext_lazy("Result of a challenge")
    order = 43
    question = gettext_lazy("A challenge is decided that I follow or took part in")
    act = gettext_lazy("See the result")

    def sentence(self, line: Line) -> str:
        return _("Result: %(challenge)s") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        return _("It is decided, and its page says how.")


@declare
class ChallengeWon(ChallengeNotice):
    name = "challenge_won"
    mail_kind = "decision"
    label = gettext_lazy("Won a challenge")
    order = 44
    act = gettext_lazy("See the result")
    why = gettext_lazy("You entered this challenge.")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as their entry is on the podium."""
        if not super().is_still_true(line, reading):
            return False
        if "challenges won" not in reading.memo:
            ids = {one.thread_id for one in reading.lines if one.kind == self.name}
            rows = Entry.objects.filter(membership=reading.membership, challenge__in=ids, prize__gt=0)
            rows = rows.order_by("-place").select_related("thread", "challenge")
            reading.memo["challenges won"] = {row.challenge_id: row for row in rows}
        line.entry = reading.memo["challenges won"].get(line.thread_id)
        return line.entry is not None

    def sentence(self, line: Line) -> str:
        return _("You have won something: %(challenge)s") % {"challenge": self.title(line)}

    def words(self, line: Line) -> Words:
        entry: Entry = line.entry
        prizes = entry.challenge.prize_list
        prize = prizes[entry.prize - 1].words if entry.prize <= len(prizes) else ""
        said = _("“%(entry)s” wins: %(prize)s") % {"entry": entry.thread.title, "prize": prize}
        lead = "\n\n".join(filter(None, [said, line.challenge.afterwards]))
        return Words(lead, str(self.act), str(self.why))


@declare
class ChallengeCancelled(ChallengeNotice):
    name = "challenge_cancelled"
    mail_kind = "decision"
    label = gettext_lazy("Challenge cancelled")
    icon = "alert"
    order = 45
    why = gettext_lazy("You entered this challenge.")

    def sentence(self, line: Line) -> str:
        return _("Cancelled: %(challenge)s") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        said = _("It will not be decided. What you entered stays where it is.")
        return "\n\n".join(filter(None, [said, challenge.cancel_reason]))


@declare
class RulesNew(ChallengeNotice):
    name = "challenge_rules"
    mail_kind = "decision"
    label = gettext_lazy("Rules of a challenge changed")
    order = 46
    act = gettext_lazy("Read the rules")
    why = gettext_lazy("You entered this challenge.")

    def sentence(self, line: Line) -> str:
        return _("The rules have changed: %(challenge)s") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        return _(
            "You agreed to an earlier version when you entered. If you do not want to take part "
            "under the new one, withdraw your entry on the page of the challenge."
        )


@declare
class JuryAsked(ChallengeNotice):
    name = "challenge_jury"
    mail_kind = "decision"
    label = gettext_lazy("Asked to judge a challenge")
    order = 47
    act = pgettext_lazy("verb, a challenge", "Answer")
    why = gettext_lazy("The team asks you to be on the jury of this challenge.")

    def sentence(self, line: Line) -> str:
        return _("Will you be on the jury? %(challenge)s") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        words = {
            "start": exact(localtime(challenge.judges_from)),
            "end": exact(localtime(challenge.result_at)),
        }
        return (
            _("The jury gives its marks from %(start)s to %(end)s. Your name is shown on the page.") % words
        )


@declare
class JuryBegins(ChallengeNotice):
    name = "challenge_marks"
    mail_kind = "decision"
    label = gettext_lazy("Jury of a challenge begins")
    order = 48
    act = gettext_lazy("See the entries")
    why = gettext_lazy("You are on the jury of this challenge.")

    def sentence(self, line: Line) -> str:
        return _("The jury can begin: %(challenge)s") % {"challenge": self.title(line)}

    def lead(self, challenge: Challenge) -> str:
        return _("Marks can be given until %(moment)s.") % {"moment": exact(localtime(challenge.result_at))}


NAMES = frozenset(
    one.name
    for one in (
        ChallengeOpened,
        ChallengeClosing,
        VoteOpened,
        ChallengeDecided,
        ChallengeWon,
        ChallengeCancelled,
        RulesNew,
        JuryAsked,
        JuryBegins,
    )
)
