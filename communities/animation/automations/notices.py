"""What people are told by automations: a note with somebody’s words, and news for the team."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.automations.models import Firing
from communities.models import Membership
from communities.notices import Heading, Line, Notice, Reading, Words, declare


def _number(line: Line) -> int:
    last = line.occasion.rpartition(" ")[2]
    return int(last) if last.isdecimal() and len(last) <= 18 else 0


def _firing(line: Line) -> Firing | None:
    if not hasattr(line, "firing"):
        line.firing = Firing.objects.with_all().filter(pk=_number(line)).first()
    found: Firing | None = line.firing
    return found


def _read(kind: str, reading: Reading) -> dict[int, Firing]:
    memo = f"firings {kind}"
    if memo not in reading.memo:
        ids = {_number(one) for one in reading.lines if one.kind == kind}
        reading.memo[memo] = {row.pk: row for row in Firing.objects.with_all().filter(pk__in=ids)}
    found: dict[int, Firing] = reading.memo[memo]
    return found


@declare
class AutomaticNote(Notice):
    """Words that somebody of the team wrote once, sent by itself: it says both."""

    name = "automatic_note"
    label = gettext_lazy("Automatic note")
    heading = Heading.PEOPLE
    icon = "mail"
    order = 74
    question = gettext_lazy(
        "The place sends me an automatic note (without the e-mail there is no note either)"
    )

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        line.firing = _read(self.name, reading).get(_number(line))
        return line.firing is not None and line.firing.person_id == reading.membership.pk

    def sentence(self, line: Line) -> str:
        name = str(line.actor.display_name) if line.actor else _("Former member")
        return _("A note of %(name)s, sent automatically") % {"name": name}

    def words(self, line: Line) -> Words:
        firing = _firing(line)
        why = _("%(name)s wrote these words; this place sent them to you automatically.") % {
            "name": str(line.actor.display_name) if line.actor else _("Former member")
        }
        return Words(firing.words if firing is not None else "", _("Read it there"), why)


@declare
class AutomaticNews(Notice):
    """Something happened of which an automation tells the team."""

    name = "automatic_news"
    label = gettext_lazy("News from an automation")
    heading = Heading.RUNNING
    icon = "bell"
    order = 88
    question = gettext_lazy("An automation tells me that something has happened")

    def is_asked(self, membership: Membership) -> bool:
        return membership.is_staff

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """As long as its reader is of the team, and may read what it is about."""
        from communities.animation.automations.showing import may_read

        line.firing = _read(self.name, reading).get(_number(line))
        return (
            line.firing is not None
            and reading.membership.is_staff
            and may_read(line.firing, reading.community, reading.membership, reading.memo)
        )

    def sentence(self, line: Line) -> str:
        from communities.animation.automations.showing import happened_words

        firing = _firing(line)
        return happened_words(firing) if firing is not None else _("Something happened here")

    def words(self, line: Line) -> Words:
        lead = _("An automation of this place was asked to tell you.")
        return Words(lead, _("Go and see"), _("You help to run this place."))
