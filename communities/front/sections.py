"""The home page's sections about the community itself, and the frames for those of other packages."""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import homepage
from communities.content.kinds import KINDS
from communities.content.models import Space, Thread
from communities.content.permissions import can_start_thread, spaces_offered_to
from communities.content.showing.home import faces_of, unread_of
from communities.content.text.extracts import opening, plain_text
from communities.content.viewers import readable_spaces
from communities.drawing import lasts_until
from communities.homepage import LAYOUTS, Reader, Section, Visit, arrangement_of
from communities.models import Community, Membership
from communities.reads import CompiledRead
from communities.texts.rendering import trusted
from communities.theming import read_theme
from communities.wording import ABOUT, WELCOME, rules_in_force, words_in_force

# Characters under the title of the visitors’ home: three lines on a wide screen.
LONGEST_LEDE = 210
WEEK = datetime.timedelta(days=7)
# A count that stops: "1,000 and more" is all that a home page needs to say.
MOST_COUNTED = 1000
RULES_SHOWN = 1
DESK = LAYOUTS["desk"]


class Hero(Section):
    """Visitors: what is this about, is it for me?"""

    name, area, order = "front.hero", "top", 10
    whom = Reader.VISITOR
    block = "welcome"
    template = "front/sections/hero.html"

    def context(self, visit: Visit) -> dict[str, Any]:
        return {
            "lede": opening(_about(visit.community), LONGEST_LEDE),
            "notice": standing_of(visit),
            "has_reading": bool(visit.threads),
            "people": faces_of(visit),
            "threads_this_week": _threads_this_week(visit),
            "photo": photo_of(visit.community),
            "searches": "search" in visit.features and arrangement_of(visit.community).layout is DESK,
        }

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...]:
        faces = [(one.handle, one.display_name, one.portrait, one.drawing) for one in content["people"]]
        figures = (content["has_reading"], content["threads_this_week"], content["searches"])
        return content["lede"], content["notice"], tuple(faces), *figures


def photo_of(community: Community) -> dict[str, Any] | None:
    """The photograph of the home page, with the address of each of its widths."""
    photo = read_theme(community.theme).photo
    if photo is None:
        return None
    folder = photo.path.rpartition("/")[0]
    widths = [(default_storage.url(f"{folder}/{width}.webp"), width) for width in photo.widths]
    full = default_storage.url(photo.path)
    srcset = ", ".join(f"{url} {width}w" for url, width in [*widths, (full, photo.width)])
    return {
        "url": full,
        "srcset": srcset,
        "avif": ", ".join(
            f"{default_storage.url(f'{folder}/{width}.avif')} {width}w" for width in photo.avif
        ),
        "width": photo.width,
        "height": photo.height,
        "alt": photo.alt,
        "under": photo.under,
    }


class JoinBand(Section):
    """Visitors: join with an address, or leave it on the list."""

    name, area, order = "front.join-band", "end", 10
    whom = Reader.VISITOR
    block = "welcome"
    template = "front/sections/join_band.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        if visit.community.state != "open" or standing_of(visit):
            return None
        rules = rules_in_force(visit.community)[:RULES_SHOWN]
        return {"house_rules": rules, "is_list": "join" not in visit.features}

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...]:
        return tuple(one.rule for one in content["house_rules"]), content["is_list"]


def is_newcomer(person: Membership | None) -> bool:
    """In their first week, until their first text."""
    return person is not None and not person.post_count and person.joined_at >= timezone.now() - WEEK


class Greeting(Section):
    """Members: how much is new, or what they could do."""

    name, area, order = "front.greeting", "top", 10
    whom = Reader.MEMBER
    block = "welcome"
    template = "front/sections/greeting.html"

    def context(self, visit: Visit) -> dict[str, Any]:
        return {
            "unread": len(unread_of(visit)),
            "waiting": len(visit.waiting),
            "is_open": any(kind.feature in visit.features for kind in KINDS),
            "is_new": is_newcomer(visit.membership),
            "may_start": _may_start(visit),
        }


class Welcome(Section):
    """Newcomers: the words that the team has written for them, in their first week and until their first text."""

    name, area, order = "front.welcome", "top", 20
    whom = Reader.MEMBER
    template = "front/sections/welcome.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        if not is_newcomer(visit.membership):
            return None
        html, language = words_in_force(visit.community, WELCOME)
        return {"html": trusted(html), "language": language} if html else None


class FirstSteps(Section):
    """The team of an empty community: what to do before the first guests. Packages add steps to the area `first`."""

    name, area, order = "front.first-steps", "main", 10
    whom = Reader.MEMBER
    template = "front/sections/first_steps.html"

    def context(self, visit: Visit) -> dict[str, Any] | None:
        manages = visit.membership is not None and visit.membership.can_manage
        return {} if manages and not visit.threads else None


class WhatIsNew(Section):
    """Members: the frame around the area `new`, with the way to all of it."""

    name, area, order = "front.what-is-new", "main", 30
    whom = Reader.MEMBER
    block, is_frame = "talk", True
    template = "front/sections/what_is_new.html"

    def context(self, visit: Visit) -> dict[str, Any]:
        ways = [section.more for section in visit.sections if section.area == "new" and section.more]
        links = [{"url": reverse(name), "label": label} for name, label in ways]
        asking = next(
            (kind for kind in KINDS if kind.takes_questions and kind.feature in visit.features), None
        )
        return {"links": links, "ask_at": asking.list_url() if asking else ""}


def _about(community: Community) -> str:
    """What the place says of itself, in the reader’s language where it does."""
    html, _language = words_in_force(community, ABOUT)
    return plain_text(html, covers=True).strip() if html else community.about.strip()


def standing_of(visit: Visit) -> str:
    """What to tell somebody who is signed in but not an active member; suspended people see the visitors' page."""
    return visit.once("front.standing", lambda: _standing(visit.user))


def _standing(user: Any) -> str:
    if user is None or not user.is_authenticated:
        return ""
    suspended = Membership.objects.filter(member=user, status=Membership.Status.SUSPENDED)
    if suspended.exists():
        return _("Your membership is suspended. You can read what visitors read.")
    return ""


def _may_start(visit: Visit) -> bool:
    """Whether there is a space to begin something in. Authors are asked for only where nobody else may begin."""
    person = visit.membership
    if person is None or not person.can_write:
        return False
    spaces = readable_spaces(visit.community, visit.viewer)
    for_all = [space for space in spaces if space.posting != Space.Posting.AUTHORS]
    return bool(spaces) and (
        any(can_start_thread(person, space) for space in for_all) or bool(spaces_offered_to(person, spaces))
    )


def _threads_this_week(visit: Visit) -> int:
    minute = timezone.now().replace(second=0, microsecond=0)
    lasts_until(minute + datetime.timedelta(minutes=1))
    return _recent_threads.count(visit.viewer, minute - WEEK)


_recent_threads: CompiledRead[Thread] = CompiledRead(
    lambda viewer, since: (
        Thread.objects.visible_to(viewer).filter(published_at__gte=since).only("pk")[:MOST_COUNTED]
    )
)


def register() -> None:
    for section in (Hero(), JoinBand(), Greeting(), Welcome(), FirstSteps(), WhatIsNew()):
        homepage.sections.register(section)
