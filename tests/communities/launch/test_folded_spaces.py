"""An almost empty space folds into its parent: offered nowhere, while what it holds stays where the parent shows it."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.content.models import Space, SpaceAuthor, Thread
from communities.content.services.folding import fold_spaces
from communities.content.tasks import fold_almost_empty
from communities.launch.gauges import what_is_folded
from communities.memory import forget_all
from communities.models import Community
from tests.communities.launch.conftest import Plan
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def folded(here: Cast, plan: Plan) -> Space:
    """A forum with too little in it, beside one that is full, while a plan is under way."""
    plan(("everyone", ["reactions"]), opened=0)
    with here.scope():
        space = make_space(kind="forum", slug="sails", name="Sails")
        make_thread(space, by=here.manager, title="One sail", tags=["canvas"])
        for number in range(3):
            make_thread(here.forum, by=here.manager, title=f"Knot {number}", tags=["canvas"])
        make_space(kind="forum", slug="knots", name="Knots", settings={"minimum": 0})
        # What members fill is there for them while it is empty.
        for number, kind in enumerate(("reviews", "ideas", "photos")):
            make_space(kind=kind, slug=f"shelf-{number}", name=f"Shelf {number}")
        community = Community.objects.get(pk=here.community.pk)
        community.launch = {**community.launch, "begun": True}
        assert fold_spaces(community) == 2  # this one, and the journal without an article
        space.refresh_from_db()
    forget_all()
    return space


def test_a_folded_space_is_not_offered_to_writers(here: Cast, folded: Space) -> None:
    member, team = here.sign_in(here.member), here.sign_in(here.moderator)
    for path in ("/forums/new/", "/me/drafts/"):
        assert "Sails" not in member.get(here.url(path)).content.decode(), path
        assert "Knots" in member.get(here.url(path)).content.decode(), path
        assert "Sails" in team.get(here.url(path)).content.decode(), path


def test_a_named_author_may_fill_a_folded_blog(here: Cast, folded: Space) -> None:
    with here.scope():
        SpaceAuthor.objects.create(space=here.blog, membership=here.member)
    page = here.sign_in(here.member).get(here.url("/me/drafts/")).content.decode()
    assert here.url(f"/blogs/{here.blog.slug}/new/") in page


def test_a_folded_space_is_no_filter_of_the_search(here: Cast, folded: Space) -> None:
    member = here.sign_in(here.member)
    page = member.get(here.url("/search/?q=sail")).content.decode()
    assert '<option value="sails"' not in page
    assert '<option value="knots"' in page
    assert "One <mark>sail</mark>" in page
    asked = member.get(here.url("/search/?q=sail&space=sails")).content.decode()
    assert '<option value="sails" selected>' in asked
    assert (
        '<option value="sails"'
        in here.sign_in(here.manager).get(here.url("/search/?q=sail")).content.decode()
    )


def test_what_a_folded_space_holds_stays_where_its_parent_shows_it(here: Cast, folded: Space) -> None:
    """Its threads are the forum's, in feeds, on tag pages and in the sitemap; the space itself is listed nowhere."""
    visitor = here.sign_in(None)
    thread = here.url("/forums/t/one-sail/")
    assert visitor.get(thread).status_code == 200
    for path in ("/forums/feed.xml", "/tags/canvas/", "/sitemaps/threads-1.xml"):
        assert thread in visitor.get(here.url(path)).content.decode(), path
    address = here.url("/forums/f/sails/")
    assert visitor.get(address).status_code == 200
    for path in ("/", "/sitemaps/spaces-1.xml", "/forums/f/knots/"):
        assert f'{address}"' not in visitor.get(here.url(path)).content.decode(), path
        assert f"{address}<" not in visitor.get(here.url(path)).content.decode(), path
    listed = visitor.get(here.url("/forums/")).content.decode().partition("</section>")[0]
    assert address not in listed
    with here.scope():
        assert Thread.objects.filter(space=folded).count() == 1


def test_rooms_that_are_all_new_are_shown_to_those_who_come_first(here: Cast, plan: Plan) -> None:
    plan(("everyone", ["reactions"]), opened=0)
    with here.scope():
        make_thread(here.forum, by=here.manager, title="Which rope?")
        make_space(kind="forum", slug="empty", name="Empty")
        office = make_space(kind="forum", slug="office", name="Office", audience="team")
        for number in range(3):
            make_thread(office, by=here.manager, title=f"Among us {number}")
        community = Community.objects.get(pk=here.community.pk)
        community.launch = {**community.launch, "begun": True}
        fold_spaces(community)
        folded = set(Space.objects.filter(settings__folded=True).values_list("slug", flat=True))
    assert folded == {"empty", here.blog.slug}


def grow_silent(here: Cast, slug: str, days: int) -> None:
    at = timezone.now() - datetime.timedelta(days=days)
    Thread.objects.filter(space__slug=slug).update(last_activity_at=at)


def test_a_silent_space_folds_at_any_time_and_comes_back_with_its_next_text(here: Cast) -> None:
    """Without any plan, by the threshold that its page says."""
    with here.scope():
        sails = make_space(kind="forum", slug="sails", name="Sails", settings={"quiet_days": 30})
        make_space(kind="forum", slug="new", name="New", settings={"quiet_days": 30})
        thread = make_thread(sails, by=here.manager, title="One sail")
        make_thread(here.forum, by=here.manager, title="Which rope?")
        assert fold_spaces(here.community) == 0
        grow_silent(here, "sails", 31)
        grow_silent(here, here.forum.slug, 400)
    assert fold_almost_empty() == 1, (
        "one that is not asked about stays, and so does one that never had a text"
    )
    assert fold_almost_empty() == 0
    with here.scope():
        assert [space.slug for space in Space.objects.filter(settings__folded=True)] == ["sails"]
        assert [str(one.text) for one in what_is_folded()] == ["no text for over 30 days"]
        make_reply(thread, by=here.member)
    assert fold_almost_empty() == 1
    with here.scope():
        assert not Space.objects.filter(settings__folded=True).exists()


def test_where_all_would_be_silent_those_that_hold_something_stay(here: Cast) -> None:
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(settings={"quiet_days": 7})
        make_thread(here.forum, by=here.manager, title="Which rope?")
        grow_silent(here, here.forum.slug, 50)
        assert fold_spaces(here.community) == 0
    assert fold_almost_empty() == 0
