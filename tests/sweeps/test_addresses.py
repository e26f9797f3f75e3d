"""Every address × every role × the other community: who gets what is written in addresses.py.

Each is visited once, and all that must hold of any page is asserted of the same visits (`holding`). Words are hidden in
what must not be seen, and looked for in everything that others may see (`canaries`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone, translation

from communities.animation.calendar import feed
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from config.error_views import show_error
from members.aside import try_again
from tests.mailing import delivered
from tests.sweeps import holding
from tests.sweeps.addresses import COMMUNITY, PLATFORM, Address
from tests.sweeps.audiences import OPENS
from tests.sweeps.canaries import PLACES, SEEN_BY, STEM, hidden_in, leaked, nothing_hidden_is_seen
from tests.sweeps.flows import go_through_all
from tests.sweeps.holding import LISTED
from tests.sweeps.markup import faults
from tests.sweeps.planning import SMALL, Plans
from tests.sweeps.seeing import EACH, IN_FRENCH, WHERE, Seen, see
from tests.sweeps.showing import FACTS, STATUSES, TEMPLATES, a_request, show_errors, show_mails, show_notices
from tests.sweeps.walking import places, routes, visit, watched_templates
from tests.sweeps.world import World

# Not shown by the sweep, each with the reason.
SHOWN_ELSEWHERE = {
    "account/email.html": "allauth's page should ACCOUNT_CHANGE_EMAIL be off; it is email_change.html",
}
LAID_OUT = re.compile(r">[ \t]*\n\s*<")
AS_IT_IS = re.compile(r"<(pre|textarea|script|style)\b.*?</\1>", re.DOTALL)


@dataclass
class Shown:
    """What was seen at the addresses that were visited so far: the templates drawn at each, and all that was asked."""

    plans: Plans = field(default_factory=Plans)
    templates: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def see(self, world: World, where: str, route: str) -> Seen:
        with connection.execute_wrapper(self.plans):
            seen = see(world, where, route)
        self.templates[where, route] = seen.templates
        return seen

    def see_the_rest(self, world: World) -> None:
        """Nothing is left, unless a test runs alone."""
        for where, route in EACH:
            if (where, route) not in self.templates:
                self.see(world, where, route)


@pytest.fixture(scope="module")
def world_of_module(world_of_module: World, django_db_blocker: Any, media: Path) -> Iterator[World]:
    with hidden_in(world_of_module, django_db_blocker, media) as hidden:
        yield hidden


@pytest.fixture(scope="module")
def shown() -> Shown:
    return Shown()


@pytest.mark.parametrize("where", WHERE)
def test_every_route_stands_in_the_table(where: str) -> None:
    urlconf, table = WHERE[where]
    known = set(routes(urlconf))
    assert known - set(table) == set(), "say in addresses.py who gets what from these"
    assert set(table) - known == set(), "these are gone: take them out of addresses.py"


@pytest.mark.parametrize(("where", "route"), EACH)
def test_each_role_gets_what_the_table_says(world: World, shown: Shown, where: str, route: str) -> None:
    """And whatever must hold of every page, in both languages, by whatever way it is asked for."""
    seen = shown.see(world, where, route)
    holding.each_got_what_the_table_says(seen)
    holding.pages_are_valid_and_in_one_language(seen, where, route)
    holding.cookies_are_declared(seen, world)
    holding.forms_are_answered_both_ways(seen)
    if where == "community":
        nothing_hidden_is_seen(seen, route)


@pytest.mark.parametrize("route", [route for route, address in COMMUNITY.items() if address.names_things])
def test_things_of_another_community_do_not_exist(world: World, route: str) -> None:
    """Its owner asks for our things under its own address; nobody finds them there, by reading or acting."""
    address = COMMUNITY[route]
    path = world.elsewhere.prefix + address.path(route, world)
    seen = [visit(world, role, "GET", path, address.foreign) for role in ("foreigner", "visitor", "owner")]
    if address.post is not None:
        seen.append(visit(world, "foreigner", "POST", path, address.foreign, address.fields(world)))
    hidden = [v for v in seen if v.got == address.foreign]
    # A visitor of a page for members is sent away before anything is looked up.
    others = [
        v
        for v in seen
        if v.got != address.foreign and v.role == "foreigner" and v.response.status_code != 405
    ]
    assert others == [], [str(v) for v in others]
    assert hidden or address.post is not None


def test_every_template_is_shown_to_somebody(world: World, shown: Shown) -> None:
    """At some address, by a form that was sent empty, after several steps, by a mistake or in a mail."""
    known = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*") if path.suffix != ".md"}
    for name in known:
        get_template(name)
    shown.see_the_rest(world)
    with watched_templates() as seen:
        seen |= {name for names in shown.templates.values() for name in names}
        show_errors(world)
        show_mails(world)
        for _route, address, path, headers in places(world):
            _send_nothing(world, address, path, headers)
        go_through_all(world)
        show_notices(world)
    unseen = sorted(known - seen - set(SHOWN_ELSEWHERE))
    assert not unseen, "\n".join(unseen)
    assert set(SHOWN_ELSEWHERE) - known == set(), "these are gone: take them off the list"


def test_no_page_walks_through_a_table_that_grows(world: World, shown: Shown) -> None:
    """Nothing that is read or done at any address by anybody has to: what it asks for has an index."""
    shown.see_the_rest(world)
    assert len(shown.plans.known) > 700, "they have asked hardly anything"
    walking = {table: texts for table, texts in shown.plans.walking.items() if table not in SMALL}
    assert walking == {}


def _send_nothing(world: World, address: Address, path: str, headers: dict[str, str]) -> None:
    for role in IN_FRENCH:
        if address.post is not None and address.post[role] == OPENS:
            visit(world, role, "POST", path, OPENS, {}, **headers)


@pytest.mark.parametrize("role", ["visitor", "member", "owner"])
def test_pages_carry_no_layout_of_their_source(world: World, role: str) -> None:
    """The heaviest pages, as they are sent: no line break with its indentation between two tags."""
    paths = ["/", "/forums/", f"/forums/t/{world.question.slug}/", f"/blogs/{world.blog.slug}/"]
    if role != "visitor":
        paths += ["/members/", "/me/", "/notifications/"]
    if role == "owner":
        paths += ["/results/", "/moderation/", "/manage/launch/", "/style/"]
    for path in paths:
        seen = visit(world, role, "GET", world.here.prefix + path, "opens")
        assert seen.response.status_code == 200, str(seen)
        page = AS_IT_IS.sub("", seen.response.content.decode())
        assert LAID_OUT.findall(page) == [], path


def test_the_statement_counts_pages_that_exist() -> None:
    """The proposed accessibility statement gives their number: none of them twice, none that is gone."""
    assert len(LISTED) == len(set(LISTED))
    existing = {("community", route) for route in COMMUNITY} | {("platform", route) for route in PLATFORM}
    assert set(LISTED) - existing == set(), "these are gone: take them out of texts/conformance.yaml"


def test_error_pages_are_valid_html(world: World) -> None:
    for language in ("en", "fr"):
        with translation.override(language):
            for status in STATUSES:
                page = show_error(a_request(world), status, **FACTS).content.decode()
                assert faults(page) == [], (status, language)


def asked_addresses(world: World) -> Iterator[str]:
    """Those that answer to a word or a second page; what each shows by itself is looked at above."""
    for path in (
        f"/search/?q={STEM}", f"/search/?q={STEM}draftzz", f"/search/?q={STEM}&tab=posts",
        f"/search/?q={STEM}&tab=people",
        f"/search/suggest/?q={STEM}+title", f"/members/suggest/?q={STEM[:4]}", f"/members/?q={STEM}",
        f"/tags/{STEM}/", "/forums/t/mending-a-jib/?page=1", "/members/canary-keeper/",
        "/members/canary-cleared/", "/report/member/canary-cleared/",
        "/members/canary-keeper/?kind=replies", "/forums/f/sails-of-here/?filter=unanswered",
        "/sitemaps/members-1.xml", "/sitemaps/spaces-1.xml", "/sitemaps/tags-1.xml",
        f"/members/{PLACES['suspended']}/", f"/members/{PLACES['gone']}/", "/notifications/?show=unread",
    ):  # fmt: skip
        yield world.here.url(path)
    for word in PLACES.values():
        yield world.here.url(f"/forums/t/{word}-title/")
        yield world.here.url(f"/forums/t/{word}-title/feed.xml")
        yield world.here.url(f"/search/?q={word}")


def leaks(client: Client, world: World, allowed: set[str]) -> list[str]:
    return [one for path in asked_addresses(world) for one in leaked(client.get(path), path, allowed)]


@pytest.mark.parametrize("role", SEEN_BY)
def test_hidden_words_are_found_nowhere(world: World, role: str) -> None:
    found = leaks(world.client(role), world, SEEN_BY[role])
    assert not found, "\n".join(found)


def test_a_key_tells_what_its_owner_may_see(world: World) -> None:
    """And no more, although whoever asks has not signed in; the control: a manager’s tells of what is scheduled."""
    here = world.here
    with here.scope():
        key = feed.token_of(feed.make_feed(by=here.marketing))
    told = Client().get(here.url(f"/manage/calendar/{key}.ics")).content.decode()
    unfolded = told.replace("\r\n ", "").lower()
    assert {name for name, word in PLACES.items() if word in unfolded} <= {"team", "teamreply", "closed"}
    by_manager = Client().get(here.url(f"/manage/calendar/{world.calendar_token}.ics")).content.decode()
    assert PLACES["scheduled"] in by_manager.replace("\r\n ", "")


def test_the_team_finds_what_it_looks_after(world: World) -> None:
    """The control: the canaries are there, and whoever may see them does."""
    found = " ".join(leaks(world.client("moderator"), world, set()))
    assert all(f"{name} at" in found for name in ("team", "hidden", "removedreply", "closed"))


def test_search_results_count_nothing_hidden(world: World) -> None:
    for word in PLACES.values():
        page = world.client("visitor").get(world.here.url(f"/search/?q={word}"))
        assert page.context["found"].total == 0, word
        assert page.context["found"].tags == [], word


def test_mails_tell_nothing_hidden(world: World) -> None:
    here = world.here
    with here.scope():
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(minutes=5))
        write_waiting(here.community)
    # The world has its mails set aside for a minute.
    try_again(world.things["aside"])
    told = [message.to[0] for message in delivered()]
    assert here.member.member.email in told
    team = {
        here.owner.member.email,
        here.manager.member.email,
        here.moderator.member.email,
        here.marketing.member.email,
    }
    for message in delivered():
        text = f"{message.subject} {message.body} {message.alternatives}"
        allowed = {"closed", "revision"} | ({"team", "teamreply"} if message.to[0] in team else set())
        assert [name for name, word in PLACES.items() if word in text and name not in allowed] == [], (
            message.to
        )
