"""An address that the team has typed is a link for those alone who can open it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.content.addresses import local_path
from communities.content.models import Space, Thread
from communities.content.openable import openable_by
from communities.content.services import delete_post, merge_threads, move_thread, rename_thread
from communities.content.services.forwarding import forward
from communities.content.viewers import viewer_for
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.promotions.customers import services as customers
from tests.communities.launch.conftest import make_plan
from tests.communities.promotions.conftest import make_banner
from tests.conftest import Cast
from tests.factories import make_space, make_thread
from tests.sweeps.announcings import announce

ROLES = ("visitor", "member", "ambassador", "moderator", "manager", "owner")


def reader(here: Cast, role: str) -> Membership | None:
    return None if role == "visitor" else getattr(here, role)


def opened(here: Cast, by: Membership | None, *targets: str) -> set[str]:
    with here.scope():
        community = Community.objects.get(pk=here.community.pk)
        by = Membership.objects.get(pk=by.pk) if by is not None else None
        return set(openable_by(by, community, viewer_for(community, by), targets))


@pytest.fixture
def attic(here: Cast) -> Thread:
    """In a space of the team."""
    with here.scope():
        return make_thread(
            make_space(kind="forum", slug="attic", name="Attic", audience="team"),
            by=here.manager,
            title="Plans",
        )


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_led_where_it_may_go(here: Cast, attic: Thread, role: str) -> None:
    """As the pages themselves answer."""
    with here.scope():
        open_thread = make_thread(here.forum, by=here.manager, title="Ropes")
        draft = make_thread(here.forum, by=here.member, title="Begun", state="draft")
        gone = make_thread(here.forum, by=here.member, title="Regretted")
        delete_post(gone.opening(), by=here.member)
        Space.objects.filter(pk=here.blog.pk).update(audience="members")
        inner = make_thread(here.blog, by=here.manager, title="Within")
    forget_all()
    paths = [
        "/",
        "/forums/",
        "/blogs/",
        f"/blogs/{here.blog.slug}/",
        f"/forums/f/{here.forum.slug}/",
        f"/forums/t/{open_thread.slug}/",
        f"/forums/t/{open_thread.slug}/?page=1#p-1",
        "/forums/t/never-written/",
        "/forums/f/attic/",
        f"/forums/t/{attic.slug}/",
        f"/blogs/{here.blog.slug}/{inner.slug}/",
        f"/blogs/{here.blog.slug}/never-written/",
    ]
    by = reader(here, role)
    client = here.sign_in(by)
    answers = {path: client.get(here.url(path)).status_code for path in paths}
    assert opened(here, by, *paths) == {path for path, status in answers.items() if status == 200}
    # What its author alone reads leads nobody there.
    assert not opened(here, by, f"/forums/t/{draft.slug}/", f"/forums/t/{gone.slug}/")
    # Elsewhere, and what no page has, for all.
    assert opened(here, by, "https://example.com/", "/old/page.html") == {
        "https://example.com/",
        "/old/page.html",
    }


def address(thread: Thread) -> str:
    return local_path(thread.get_absolute_url())


def former_addresses(here: Cast) -> dict[str, str]:
    """Each way in which something comes to stand elsewhere; below "shut": in a space of the team."""
    notes = make_space(kind="blog", slug="notes", name="Notes")
    shed = make_space(kind="blog", slug="shed", name="Shed")
    renamed = make_thread(here.forum, by=here.manager, title="Ropes")
    one, other = (make_thread(here.forum, by=here.manager) for _number in range(2))
    moved, shut = (make_thread(here.blog, by=here.manager) for _number in range(2))
    within = make_thread(notes, by=here.manager, title="First")
    former = {
        "renamed": address(renamed),
        "merged": address(one),
        "moved": address(moved),
        "shut": address(shut),
        "space": "/blogs/notes/",
        "shut space": "/blogs/shed/",
        "within": "/blogs/notes/first/",
    }
    rename_thread(renamed, by=here.manager, title="Cordage")
    merge_threads(one, other, by=here.moderator)
    move_thread(moved, target=notes, by=here.owner)
    move_thread(shut, target=shed, by=here.owner)
    for space, slug in ((notes, "diary"), (shed, "barn")):
        Space.objects.filter(pk=space.pk).update(slug=slug)
        forward(f"/blogs/{space.slug}/", f"/blogs/{slug}/", below=True)
    Space.objects.filter(slug="barn").update(audience="team")
    forget_all()
    # Twice: its space, and then itself.
    rename_thread(Thread.objects.select_related("space").get(pk=within.pk), by=here.manager, title="Second")
    return former


@pytest.mark.parametrize("role", ["visitor", "member", "owner"])
def test_what_stands_elsewhere_by_now_is_a_link_all_the_same(here: Cast, role: str) -> None:
    """A former address leads its reader on, where they may go there: as their browser finds."""
    with here.scope():
        former = former_addresses(here)
    forget_all()
    by = reader(here, role)
    client = here.sign_in(by)
    led = {
        name for name, path in former.items() if client.get(here.url(path), follow=True).status_code == 200
    }
    assert led == set(former) - ({"shut", "shut space"} if role != "owner" else set())
    forget_all()
    assert opened(here, by, *former.values()) == {former[name] for name in led}


@pytest.mark.parametrize("role", ["visitor", "member"])
def test_however_many_have_moved_it_is_one_question_where_to(here: Cast, role: str) -> None:
    with here.scope():
        targets = []
        for _number in range(5):
            thread = make_thread(here.forum, by=here.manager)
            targets.append(address(thread))
            rename_thread(thread, by=here.manager, title=f"Renamed {thread.pk}")
        by = reader(here, role)
        community = Community.objects.get(pk=here.community.pk)
        viewer = viewer_for(community, by)
        for some in (targets[:1], targets):
            forget_all()
            openable_by(by, community, viewer, [f"/forums/f/{here.forum.slug}/"])
            with CaptureQueriesContext(connection) as captured:
                assert len(openable_by(by, community, viewer, some)) == len(some)
            # The threads of these names, where they lead, and the threads there.
            assert len(captured) <= 3


@pytest.mark.parametrize("role", ["visitor", "member", "owner"])
def test_without_its_last_slash_an_address_leads_as_with_it(here: Cast, attic: Thread, role: str) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="Ropes")
    paths = ["/forums", "/forums/f/attic", address(attic)[:-1], address(thread)[:-1]]
    by = reader(here, role)
    client = here.sign_in(by)
    answers = {path: client.get(here.url(path), follow=True).status_code for path in paths}
    assert opened(here, by, *paths) == {path for path, status in answers.items() if status == 200}
    assert (paths[1] in opened(here, by, *paths)) == (role == "owner")


def test_a_part_that_is_closed_or_not_yet_open(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="Ropes")
    paths = {"/forums/", f"/forums/t/{thread.slug}/", f"/forums/f/{here.forum.slug}/"}
    assert opened(here, here.member, *paths) == paths
    make_plan(here, ("team", ["blogs"]), ("team", ["forums"]), opened=1)
    forget_all()
    for by, led in ((None, set()), (here.member, set()), (here.owner, {"/blogs/"})):
        assert opened(here, by, *paths, "/blogs/") == led
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    assert "/blogs/" not in opened(here, here.owner, "/blogs/")


def test_banners_customers_and_announcements(here: Cast, elsewhere: Cast, attic: Thread) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, title="Ropes")
    hidden, shown = f"/forums/t/{attic.slug}/", f"/forums/t/{thread.slug}/"
    for target, reads in ((hidden, False), (shown, True)):
        banner = make_banner(here, target=target)
        with here.scope():
            story = customers.ask_customer(
                here.member.handle, by=here.marketing, company="Quay", quote=f"See {target}", target=target
            )
            customers.answer_as_customer(by=here.member, agrees=True)
            bar = announce(here, text=f"Read {target}.", target=target)
        forget_all()
        for client in (Client(), here.sign_in(here.ambassador)):
            home = client.get(here.url("/")).content.decode()
            assert (f"/banners/{banner.pk}/go/" in home) == reads
            assert (f'href="{here.url(target)}">Read their story' in home) == reads
            assert f"Read {target}." in home
            assert ("See why" in home) == reads
            assert (
                f'href="{here.url(target)}"' in client.get(here.url("/customers/")).content.decode()
            ) == reads
        home = here.sign_in(here.manager).get(here.url("/")).content.decode()
        assert f"/banners/{banner.pk}/go/" in home
        with here.scope():
            bar.delete()
            Community.objects.filter(pk=here.community.pk).update(announced=[])
            customers.remove_customer(story, by=here.marketing)
            banner.delete()
        forget_all()


@pytest.mark.parametrize("role", ["visitor", "member"])
def test_however_many_there_are_it_is_one_question(here: Cast, role: str) -> None:
    with here.scope():
        targets = [f"/forums/t/{make_thread(here.forum, by=here.manager).slug}/" for _number in range(6)]
        by = reader(here, role)
        community = Community.objects.get(pk=here.community.pk)
        viewer = viewer_for(community, by)
        for some in (targets[:1], targets):
            forget_all()
            openable_by(by, community, viewer, [f"/forums/f/{here.forum.slug}/"])
            with CaptureQueriesContext(connection) as captured:
                assert len(openable_by(by, community, viewer, some)) == len(some)
            assert len(captured) <= 1
        with CaptureQueriesContext(connection) as captured:
            openable_by(by, community, viewer, ["/forums/", "/", "https://example.com/"])
        assert len(captured) == 0
