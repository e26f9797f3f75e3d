"""What people are told about texts: that the rules change, and welcome."""

from __future__ import annotations

import re

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from communities.content.text.extracts import plain_text
from communities.notices import Heading, Line, Notice, Reading, Words, declare
from communities.notifications.emails import is_still_wanted
from communities.queries import communities_by_id
from communities.texts.kinds import kinds
from communities.texts.models import TextVersion
from communities.wording import WELCOME, words_in_force
from members.mails.kinds import MailKind, register_kind

_PATH = re.compile(r"\A/legal/([a-z]+)/(\d+)/\Z")

# Nobody can mute these mails, and each is sent once.
TEXTS = register_kind(
    MailKind("texts", gettext_lazy("Rules and welcome"), urgency=4, still_wanted=is_still_wanted)
)


@declare
class RulesChanged(Notice):
    """A new version of the rules, the terms or the privacy text; nobody can mute it."""

    name = "rules_changed"
    mail_kind = TEXTS.name
    label = gettext_lazy("Change of the rules")
    heading = Heading.PLACE
    icon = "book"
    order = 70

    def sentence(self, line: Line) -> str:
        version = _version_of(line)
        day = _day(version) if version else ""
        words = {"text": str(version.told.label) if version else "", "date": day}
        if version is None:
            return _("Our rules change")
        if version.kind == "rules":
            coming, past = _("Our rules change on %(date)s"), _("Our rules changed on %(date)s")
        else:
            coming, past = _("“%(text)s” changes on %(date)s"), _("“%(text)s” changed on %(date)s")
        return (coming if version.is_to_come else past) % words

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        """A version that was taken back is no news any more."""
        return _published(reading).get(_key_of(line)) is not None

    def words(self, line: Line) -> Words:
        lead = _("You can read what changes, word by word. If you do not agree, you can leave at any time.")
        return Words(lead, _("See what changes"), _("Mails about changes of the rules are always sent."))


@declare
class Welcome(Notice):
    """The words of welcome that the team has written."""

    name = "welcome"
    mail_kind = TEXTS.name
    label = gettext_lazy("Welcome")
    heading = Heading.PLACE
    icon = "hand"
    order = 71

    def sentence(self, line: Line) -> str:
        return _("Welcome")

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        return bool(words_in_force(reading.community, WELCOME)[0])

    def words(self, line: Line) -> Words:
        html, _language = words_in_force(line.community, WELCOME, get_language() or "")
        return Words(
            plain_text(html, covers=True),
            _("Begin here"),
            _("You have just joined. This mail is sent automatically."),
        )


def _day(version: TextVersion) -> str:
    """The day on which it holds, where the community is: a job knows no other time zone."""
    community = communities_by_id.get(version.community_id)
    zone = community.zone if community is not None else None
    return date_format(timezone.localtime(version.in_force_at, zone), "DATE_FORMAT")


def _key_of(line: Line) -> tuple[str, int]:
    found = _PATH.match(line.path)
    return (found[1], int(found[2])) if found and found[1] in kinds else ("", 0)


def _published(reading: Reading) -> dict[tuple[str, int], TextVersion]:
    """The versions that all the lines are about: one question for the whole page; each line is given its own."""
    if "texts" not in reading.memo:
        keys = {_key_of(line) for line in reading.lines if line.kind == RulesChanged.name}
        rows = TextVersion.objects.published().filter(
            kind__in={kind for kind, _n in keys}, number__in={number for _k, number in keys}
        )
        found = {(row.kind, row.number): row for row in rows.defer("content")}
        for line in reading.lines:
            line.text_version = found.get(_key_of(line))
        reading.memo["texts"] = found
    known: dict[tuple[str, int], TextVersion] = reading.memo["texts"]
    return known


def _version_of(line: Line) -> TextVersion | None:
    if not hasattr(line, "text_version"):
        kind, number = _key_of(line)
        line.text_version = TextVersion.objects.published().filter(kind=kind, number=number).first()
    version: TextVersion | None = line.text_version
    return version
