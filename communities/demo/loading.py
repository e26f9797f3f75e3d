"""Making the demo: its communities with their people and texts, the same ones each time.

Every text is written in a transaction of its own and recognised by its `submission`: an interrupted run continues
where it stopped, and a run on a finished demo changes nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from communities.content.models import Thread
from communities.content.queries import recount_community
from communities.demo.announcing import settle_announcements
from communities.demo.appointing import settle_programmes
from communities.demo.automating import settle_automations
from communities.demo.blogging import open_blogs
from communities.demo.calling import settle_calls
from communities.demo.challenging import settle_challenges
from communities.demo.editing import settle_editing
from communities.demo.fields import settle_fields
from communities.demo.gathering import settle_events
from communities.demo.launching import settle_launch
from communities.demo.listening import settle_listening
from communities.demo.mailing_out import settle_newsletters
from communities.demo.parts import Say, add_parts
from communities.demo.people import BACKGROUND, settle_people
from communities.demo.picturing import settle_albums
from communities.demo.places import settle_community, settle_spaces
from communities.demo.planning import settle_calendar
from communities.demo.presenting import settle_customers
from communities.demo.reading import SLUGS, Brand, Clock, Entry, read_brand
from communities.demo.reading_marks import follow_places, mark_what_was_read, tell_the_news
from communities.demo.receiving import settle_welcomes
from communities.demo.reviewing import settle_things
from communities.demo.scene import Scene, while_writing, written_before
from communities.demo.surveying import settle_surveys
from communities.demo.wording import settle_texts
from communities.demo.writing import write_article, write_thread
from communities.memory import forget_all
from communities.models import Community
from communities.scoping import community_scope
from members.models import Member


@dataclass
class Seeded:
    """What one community has, and how many of its posts this run wrote."""

    community: Community
    new_posts: int
    new_threads: int


# What stands on texts, in the order in which it was begun.
AFTERWARDS = (
    settle_events,
    settle_challenges,
    settle_albums,
    settle_launch,
    settle_calls,
    settle_welcomes,
    settle_calendar,
    settle_surveys,
    settle_listening,
    settle_automations,
    settle_newsletters,
    settle_announcements,
    settle_editing,
    settle_customers,
)
# What only a place has that has grown; a small one shows its shape without.
OF_GROWN = frozenset({settle_launch, settle_welcomes, settle_calendar, settle_surveys, settle_automations})


def seed_demo(say: Say = lambda line: None, *, now: datetime.datetime | None = None) -> list[Seeded]:
    """Make the whole demo; `say` hears of the progress in plain words."""
    settle_operator()
    return [seed_community(read_brand(slug), say, now=now) for slug in SLUGS]


def settle_operator() -> Member:
    """The platform's operator in the demo; the account has no password, so the demo's sign-in page is the only way
    in."""
    email = settings.DEMO_OPERATOR
    return Member.objects.filter(email=email).first() or Member.objects.create_superuser(email)


def seed_community(
    brand: Brand,
    say: Say = lambda line: None,
    *,
    now: datetime.datetime | None = None,
    background: int | None = None,
) -> Seeded:
    """Make one community, or what is still missing of it. `background` people have written nothing."""
    clock = Clock(brand.zone, now or timezone.now())
    if background is None:
        background = brand.community.get("background", BACKGROUND)
    with transaction.atomic():
        community = settle_community(brand, clock)
        scene = _settle(brand, community, clock, background)
    settle_programmes(scene, say)
    seeded = Seeded(community, 0, 0)
    settle_things(scene, say)
    with while_writing(scene):
        threads = [*brand.threads, *brand.guides]
        for write, texts in ((write_article, brand.articles), (write_thread, threads)):
            say(f"{community.name}: {len(texts)} {'articles' if write is write_article else 'threads'} …")
            # The oldest first, so that numbers follow the calendar.
            for said in _oldest_first(texts):
                _write(scene, write, said, seeded)
    for settle in AFTERWARDS:
        if not (brand.is_small and settle in OF_GROWN):
            settle(scene, say)
    add_parts(scene, say)
    with community_scope(community):
        # Moderators have removed some of the texts by now.
        recount_community(community.pk)
    community.refresh_from_db()
    forget_all()
    say(_summary(seeded))
    return seeded


def _summary(seeded: Seeded) -> str:
    community = seeded.community
    new = f"{seeded.new_threads} articles and threads with {seeded.new_posts} posts are new"
    members = f"{community.name}: {community.member_count} members"
    return f"{members}; {new if seeded.new_posts else 'nothing is new'}."


def _settle(brand: Brand, community: Community, clock: Clock, background: int) -> Scene:
    with community_scope(community):
        settle_fields(brand, community)
        people = settle_people(brand, community, clock, background=background)
        settle_texts(brand, community, clock)
        community.refresh_from_db()
        scene = Scene(
            brand=brand,
            community=community,
            clock=clock,
            people=people,
            spaces=settle_spaces(brand, people),
            written=written_before(),
        )
        if not scene.written:
            follow_places(scene)
        open_blogs(scene)
    return scene


def _oldest_first(texts: Iterable[Entry]) -> list[Entry]:
    return sorted(texts, key=lambda said: (said["day"], said.get("time", "")))


def _write(scene: Scene, write: Callable[[Scene, Entry], int], said: Entry, seeded: Seeded) -> None:
    with community_scope(scene.community):
        written = write(scene, said)
        if not written:
            return
        seeded.new_posts += written
        seeded.new_threads += 1
        opening = scene.key(said["slug"], 0 if "authors" in said else 1)
        thread = Thread.objects.select_related("space").get(posts__submission=opening)
        if thread.is_published:
            tell_the_news(scene, thread)
            mark_what_was_read(scene, thread)
