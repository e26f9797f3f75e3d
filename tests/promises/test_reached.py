"""Every page is reached from a menu: by following links and forms from a home, as whoever may open it.

What no page leads to stands in the table, with the reason; a row that is no longer needed fails as well. And no link
that somebody is shown is refused to them.
"""

from __future__ import annotations

from typing import Any

import pytest

from communities.content.models import Thread
from communities.content.services import follow_space
from tests.promises.crawling import Crawl
from tests.promises.states import (
    go_inside,
    go_through_launch,
    go_through_places,
    make_states,
    seen_there,
)
from tests.promises.states_of_kinds import seen_of_kinds
from tests.sweeps.conftest import media, world, world_of_module
from tests.sweeps.test_templates import names_in
from tests.sweeps.world import World

__all__ = ["media", "world", "world_of_module"]

ROLES = ("visitor", "member", "moderator", "marketing", "manager", "owner")
ON_PLATFORM = ("visitor", "operator")

MACHINE = "programs ask for it, at an address that they know"
BY_MAIL = "its link leaves by mail, to whom it is about"
ANSWER = "what follows on a form that was sent"
DEVELOPERS = "on one’s own machine only; the developers’ pages name it"
EDITOR = "the settings of the editor name it to its script"
NOT_LINKED = {
    "account_confirm_login_code": ANSWER,
    "account_email_verification_sent": ANSWER,
    "account_inactive": ANSWER,
    "account_reauthenticate": "asked in between, before security settings change",
    "account_request_login_code": "of the library: leads to the page of signing in, which sends the code",
    "account_reset_password_done": ANSWER,
    "account_reset_password_from_key": BY_MAIL,
    "account_reset_password_from_key_done": ANSWER,
    "console:enter-as-operator": "where a stated opening leads, with a ticket that holds once",
    "console:renew-text": "stands in the page of a text whose facts have changed since it was written",
    "console:show-style": DEVELOPERS,
    "content:find-from-keys": "asked by the dialog of Ctrl+K, which finds it beside the manifest",
    "content:receive-share": "opened by a phone whose owner shares something with the place, as its manifest says",
    "content:show-robots": MACHINE,
    "trials:show-feed": "every kind has a feed of what is public; of beta tests nothing is",
    "content:suggest-members": EDITOR,
    "content:upload-file": EDITOR,
    "content:fetch-picture": EDITOR,
    "content:choose-pictures": "the page Edit of a text that names pictures of other sites leads to it",
    "content:show-summary": "stands beside threads of forty texts and more",
    "content:undo-regrouped": "stands beside threads that were merged or split",
    "photos:describe-photographs": ANSWER,
    "content:show-sitemap": MACHINE,
    "content:show-sitemap-index": MACHINE,
    "events:draw-code": BY_MAIL,
    "events:take-ticks": "the page that the phone keeps sends there what was ticked",
    "events:show-arrival": "where the camera of an organiser’s phone leads that is held before a code",
    "events:show-kept-door": "stands at the door where the place has a worker, which tests of pages go without",
    "front:serve-public-picture": "portraits and covers, from where they are stored",
    "front:show-app-icon": MACHINE,
    "front:show-offline": "shown by the browser while there is no network",
    "front:show-worker": MACHINE,
    "front:show-favicon": "for browsers that ask for it by its name; pages name the mark in force",
    "hearing:hear": "asked by open pages, which find it beside the manifest",
    "launch:show-list-joined": ANSWER,
    "members:address-works": BY_MAIL,
    "newsletters:confirm-subscription": BY_MAIL,
    "newsletters:follow-link": BY_MAIL,
    "newsletters:leave-newsletters": BY_MAIL,
    "newsletters:show-mail": BY_MAIL,
    "notifications:unsubscribe": BY_MAIL,
    "roi:say-saved": "stands under an answer that helps, for those who neither asked nor wrote it",
    "platform:answer-tls-ask": MACHINE,
    "platform:become-operator": "said by bin/up on the first day",
    "platform:enter-demo": "only where the demo runs",
    "platform:list-mails": DEVELOPERS,
    "platform:lock-account": "stands beside whom a search of the operator has found",
    "platform:reset-part": "stands in a part of a recipe that was edited",
    "platform:run-demo": "only where the demo runs",
    "platform:serve-public-picture": "portraits and covers, from where they are stored",
    "platform:show-favicon": "for browsers that ask for it by its name",
    "platform:show-founded": ANSWER,
    "platform:show-mail": DEVELOPERS,
    "platform:show-mail-body": DEVELOPERS,
    "platform:show-style": DEVELOPERS,
    "platform:take-mail": MACHINE,
    "platform:unlock-account": "stands beside whom a search of the operator has found",
    "reports:leave-report": BY_MAIL,
    "show-alive": MACHINE,
    "show-metrics": MACHINE,
    "show-platform-robots": MACHINE,
    "show-platform-sitemap": MACHINE,
    "show-ready": MACHINE,
}


@pytest.mark.slow
def test_every_page_is_reached_and_no_link_is_refused(world: World, settings: Any) -> None:
    settings.COMMUNITIES_BY_MEMBERS = True
    make_states(world)
    with world.here.scope():
        follow_space(world.shelf, by=world.here.manager)
    crawl, here, seen, seen_too = Crawl(world), world.here.url, seen_there(world), seen_of_kinds(world)

    def thread_at(call: Any) -> str:
        with world.here.scope():
            return here(
                Thread.objects.get(pk=call.thread_id).get_absolute_url().removeprefix(world.here.prefix)
            )

    for role in ROLES:
        crawl.walk(role, [here("/"), *map(here, seen.get(role, []) + seen_too.get(role, []))])
    for role in ON_PLATFORM:
        crawl.walk(role, ["/"])
    for role, address in (
        ("newcomer", "/me/security/"),
        ("owner", "/communities/"),
        ("operator", f"/new/{world.recipe.pk}/place/"),
        # Whose term it is; everybody’s “Me” leads there.
        ("ambassador", here("/ambassadors/")),
        ("ambassador", here("/kit/")),
        # Who is on a jury, who was asked, and who asks; a vote; a draw.
        ("ambassador", here(f"/challenges/c/{world.challenge_jury.slug}/")),
        ("member", here(f"/challenges/c/{world.challenge_jury.slug}/")),
        ("manager", here(f"/challenges/c/{world.challenge_jury.slug}/jury/")),
        ("moderator", here(f"/challenges/c/{world.challenge_vote.slug}/")),
        ("visitor", here(f"/challenges/c/{world.challenge_draw.slug}/")),
        ("visitor", here(f"/challenges/c/{world.challenge_draw.slug}/draw/")),
        # A box whose result is out: what came of it, and the one of next year.
        ("manager", here(f"/ideas/b/{world.closed_box.slug}/")),
        # A test that goes on, for whom it is open and for whom it is not; what was said to be the same; who has it too.
        *(
            (role, here(f"/trials/t/{world.trial.slug}/"))
            for role in ("member", "marketing", "ambassador", "manager")
        ),
        *((role, here(f"/trials/f/{world.report.slug}/")) for role in ("ambassador", "owner", "manager")),
        ("manager", here(f"/trials/f/{world.double.slug}/")),
        ("member", here(f"/trials/t/{world.closed_trial.slug}/")),
        ("manager", here(f"/trials/t/{world.trial.slug}/testers/?shown=accepted")),
        # Calls: before, while and after it is open, for who applies, who judges and who decides.
        ("marketing", thread_at(world.call)),
        ("member", thread_at(world.call)),
        ("manager", thread_at(world.call_untouched)),
        ("manager", here(f"/calls/{world.call_untouched.pk}/edit/")),
        ("manager", thread_at(world.call_over)),
        ("marketing", here(f"/calls/{world.call.pk}/apply/")),
        ("manager", here(f"/calls/{world.call_over.pk}/projects/")),
        ("moderator", here(f"/calls/applications/{world.call_application.pk}/")),
        ("manager", here(f"/calls/{world.call_over.pk}/applications/")),
        ("manager", here(f"/calls/applications/{world.application_chosen.pk}/")),
        # What is reviewed, by who does not follow it yet and by who does.
        ("member", here(f"/reviews/in/{world.shelf.slug}/")),
        ("manager", here(f"/reviews/in/{world.shelf.slug}/")),
    ):
        crawl.look(role, address)
    go_through_places(crawl, world)
    go_through_launch(crawl, world)
    go_inside(crawl, world)
    # A kind of content that is there in tests only.
    known = {
        name
        for urlconf in ("config.urls", "config.platform_urls")
        for name in names_in(urlconf)
        if not name.startswith("notes:")
    }
    lonely = known - crawl.reached
    assert sorted(lonely - set(NOT_LINKED)) == [], sorted(lonely - set(NOT_LINKED))
    assert sorted(set(NOT_LINKED) - lonely) == [], "a page leads there by now"
    assert crawl.refused == []
