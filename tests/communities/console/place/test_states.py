"""What each state of a place lets whom do: a draft is its team's, a read-only place is read and not written."""

from __future__ import annotations

import pytest
from django.test import Client

from communities.content.models import Post, Redirect, Thread
from communities.content.services import publish_due, reply_to, start_thread
from communities.content.services.reacting import react_to_post
from communities.exceptions import NotAllowed
from communities.launch.exceptions import CannotJoin, PlanError
from communities.launch.services import join_community, open_stage
from communities.memory import forget_all
from communities.models import Community, Membership
from members.models import Member
from tests.communities.console.place.conftest import set_state
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast
from tests.factories import make_person, make_thread
from tests.sweeps.markup import faults

pytestmark = pytest.mark.django_db

WORD = "sternpost"
READ_ONLY = "This community is read-only"


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return make_thread(here.forum, by=here.manager, title=f"The {WORD}", tags=["Brass"])


def surfaces(thread: Thread) -> list[str]:
    return [
        "/forums/",
        f"/forums/f/{thread.space.slug}/",
        f"/forums/t/{thread.slug}/",
        f"/forums/t/{thread.slug}/feed.xml",
        "/blogs/",
        "/feed.xml",
        "/sitemap.xml",
        "/sitemaps/threads-1.xml",
        f"/search/?q={WORD}",
        "/tags/",
        "/members/",
        "/about/",
        "/legal/",
        "/rules/",
        "/opensearch.xml",
        "/nowhere/",
    ]


def test_nobody_but_the_team_meets_anything_of_a_draft(draft: Cast, thread: Thread, stranger: Member) -> None:
    outsider = Client()
    outsider.force_login(stranger)
    people = {
        "visitor": Client(),
        "stranger": outsider,
        "member": draft.sign_in(draft.member),
        "ambassador": draft.sign_in(draft.ambassador),
    }
    for who, client in people.items():
        home = client.get(draft.url("/"))
        assert home.status_code == 200, who
        assert "This community is being prepared" in home.content.decode(), who
        assert faults(home.content.decode()) == [], who
        for path in surfaces(thread):
            answer = client.get(draft.url(path))
            assert answer.status_code == 404, (who, path)
            assert WORD not in answer.content.decode(), (who, path)
            assert answer["X-Robots-Tag"] == "noindex"
    robots = Client().get(draft.url("/robots.txt")).content.decode()
    assert robots == "User-agent: *\nDisallow: /\n"


def test_a_former_address_of_a_draft_leads_nowhere(draft: Cast) -> None:
    with draft.scope():
        Redirect.objects.create(path="/old/", target="/forums/")
    assert Client().get(draft.url("/old/")).status_code == 404
    assert draft.sign_in(draft.owner).get(draft.url("/old/")).status_code == 301


def test_its_team_sees_a_draft_as_it_will_be(draft: Cast, thread: Thread) -> None:
    for role in ("owner", "manager", "moderator", "marketing"):
        client = draft.sign_in(getattr(draft, role))
        assert WORD in client.get(draft.url(f"/forums/t/{thread.slug}/")).content.decode(), role
        assert "only its team sees it" in client.get(draft.url("/")).content.decode(), role


def test_in_a_draft_one_signs_in_looks_at_ones_data_and_leaves(draft: Cast) -> None:
    assert Client().get(draft.url("/sign-in/")).status_code == 200
    member = draft.sign_in(draft.member)
    assert member.get(draft.url("/me/data/")).status_code == 200
    assert member.get(draft.url("/leave/")).status_code == 200
    assert Client().get(draft.url("/favicon.ico")).status_code == 200


def test_a_draft_is_not_in_the_directory(draft: Cast, elsewhere: Cast) -> None:
    page = Client().get("/", headers={"host": "localhost"}).content.decode()
    assert elsewhere.community.name in page
    assert draft.community.name not in page


def test_nobody_joins_a_draft_but_whom_the_team_calls_in(draft: Cast) -> None:
    with draft.scope():
        with pytest.raises(CannotJoin):
            join_community(draft.community, person=make_person(), display_name="Ada")
        joined = join_community(draft.community, person=make_person(), display_name="Bo", as_team=True)
    assert joined.is_active


def test_a_stage_for_others_waits_until_the_place_is_open(draft: Cast) -> None:
    team, ambassadors = make_plan(draft, ("team", ["forums"]), ("ambassadors", ["blogs"]))
    with draft.scope():
        assert open_stage(team, by=draft.manager)
        with pytest.raises(PlanError, match="draft"):
            open_stage(ambassadors, by=draft.manager)


def test_in_a_read_only_place_everything_is_read_and_nothing_written(here: Cast, thread: Thread) -> None:
    with here.scope():
        post = reply_to(thread, by=here.member, body="<p>First.</p>")
    set_state(here, "read_only")
    page = Client().get(here.url(f"/forums/t/{thread.slug}/"))
    assert WORD in page.content.decode()
    assert "X-Robots-Tag" not in page
    assert Client().get(here.url("/sitemap.xml")).status_code == 200
    with here.scope():
        for person in (here.member, here.manager, here.owner):
            with pytest.raises(NotAllowed):
                reply_to(thread, by=person, body="<p>Second.</p>")
        with pytest.raises(NotAllowed):
            react_to_post(post, by=here.ambassador, kind="thanks")
        with pytest.raises(NotAllowed):
            start_thread(
                here.forum,
                by=here.member,
                community=here.community,
                title="New",
                body="<p>x</p>",
                kind="topic",
            )
        with pytest.raises(CannotJoin, match="read-only"):
            join_community(here.community, person=make_person(), display_name="Ada")
        # Also for whoever has a membership without its community at hand.
        alone = Membership.objects.get(pk=here.member.pk)
        assert not alone.can_write
        assert Post.objects.count() == 2


def test_the_refusal_says_why_and_keeps_what_was_typed(here: Cast, thread: Thread) -> None:
    set_state(here, "read_only")
    answer = here.sign_in(here.member).post(
        here.url(f"/forums/t/{thread.slug}/reply/"),
        {"body": "<p>Half an hour of work</p>", "body_format": "html"},
    )
    assert answer.status_code == 403
    page = answer.content.decode()
    assert READ_ONLY in page
    assert "Half an hour of work" in page
    shown = here.sign_in(here.member).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert READ_ONLY in shown
    assert 'name="body"' not in shown


def test_planned_texts_wait_while_a_place_is_read_only(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, state="draft")
        Thread.objects.filter(pk=thread.pk).update(state="scheduled", scheduled_for="2026-01-01T08:00:00Z")
        Post.objects.filter(thread=thread).update(state="scheduled")
    set_state(here, "read_only")
    with here.scope():
        assert publish_due() == 0
    set_state(here, "open")
    with here.scope():
        assert publish_due() == 1


def test_search_engines_stay_out_where_the_place_says_so(here: Cast, thread: Thread) -> None:
    address = here.url(f"/forums/t/{thread.slug}/")
    assert "X-Robots-Tag" not in Client().get(address)
    Community.objects.filter(pk=here.community.pk).update(settings={"search_engines": False})
    forget_all()
    assert Client().get(address)["X-Robots-Tag"] == "noindex"
    assert "Disallow: /\n" in Client().get(here.url("/robots.txt")).content.decode()
    assert Client().get(here.url("/sitemap.xml")).status_code == 404
