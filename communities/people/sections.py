"""People on the home page: those who write, and those who have just joined."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.content.showing.home import faces_of
from communities.homepage import Block, Reader, Section, Visit
from communities.models import Membership

NEWCOMERS = 5
MET_BY_VISITORS = 4


def told_of(person: Membership) -> tuple[Hashable, ...]:
    """All that people/met_line.html shows of somebody."""
    face = (person.handle, person.display_name, person.portrait, person.drawing)
    return *face, person.role, person.headline, person.place


def _is_long_ago(person: Membership, visit: Visit) -> bool:
    """Whether somebody has not just arrived, in a place where so many days without anybody new are quiet ones."""
    return visit.quiet_since is not None and person.joined_at < visit.quiet_since


class WhomYouMeet(Section):
    name, area, order = "people.whom-you-meet", "aside", 20
    whom = Reader.VISITOR
    block = "people"
    template = "people/sections/whom_you_meet.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        people = faces_of(visit)[:MET_BY_VISITORS]
        return {"people": people} if people else None

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...]:
        return tuple([told_of(person) for person in content["people"]])


class WhoIsHere(Section):
    name, area, order = "people.who-is-here", "aside", 10
    whom = Reader.MEMBER
    block = "people"
    template = "people/sections/who_is_here.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        people = faces_of(visit)
        return {"people": people} if people else None


class JustArrived(Section):
    name, area, order = "people.just-arrived", "aside", 20
    whom = Reader.MEMBER
    block = "newcomers"
    template = "people/sections/just_arrived.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        assert visit.membership is not None
        newest = Membership.objects.shown().newest().exclude(pk=visit.membership.pk)
        people = [person for person in newest[:NEWCOMERS] if not _is_long_ago(person, visit)]
        return {"people": people} if people else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "people",
            _("People"),
            _("Those who wrote what the page shows."),
            70,
            _("It shows people as soon as the page shows texts of theirs."),
        )
    )
    homepage.blocks.register(
        Block(
            "newcomers",
            _("Newcomers"),
            _("Members only: the five newest members."),
            80,
            _("Nobody has joined for a while: invite people."),
            "launch:show-waves",
        )
    )
    for section in (WhomYouMeet(), WhoIsHere(), JustArrived()):
        homepage.sections.register(section)
