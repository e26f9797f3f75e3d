"""Products and places, and members’ own blogs, in the sitemap: those that their pages let search engines keep."""

from __future__ import annotations

import pytest

from communities.blogs.own.services import start_blog
from communities.content.models import Space, Thread
from communities.content.showing import sitemaps
from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Community
from tests.communities.blogs.test_own_blogs import own_space, publish
from tests.communities.content.test_show_sitemap import addresses, everything
from tests.communities.reviews.making import make_review, make_shelf, make_thing
from tests.conftest import Cast

PLACES = ("things", "own-blogs")


@pytest.fixture
def mapped(here: Cast) -> tuple[Space, Space]:
    """A shelf with a thing that was reviewed and one that was not; a blog with an article and one without."""
    with here.scope():
        shelf, diaries = make_shelf(), own_space()
        make_review(here, make_thing(here, shelf, "Rope"))
        make_thing(here, shelf, "Twine")
        start_blog(diaries, by=here.member, community=here.community)
        start_blog(diaries, by=here.ambassador, community=here.community)
        publish(diaries, here, by=here.member)
    return shelf, diaries


def named(here: Cast) -> tuple[list[str], list[str]]:
    forget_all()
    found = everything(here)
    return [one for one in found if "/reviews/of/" in one], [one for one in found if "/blogs/@" in one]


def nowhere(here: Cast, name: str) -> None:
    forget_all()
    visitor = here.sign_in(None)
    assert visitor.get(here.url(f"/sitemaps/{name}-1.xml")).status_code == 404
    assert f"{name}-1.xml" not in visitor.get(here.url("/sitemap.xml")).content.decode()


def test_what_has_something_to_read_is_named(
    here: Cast, elsewhere: Cast, mapped: tuple[Space, Space]
) -> None:
    root = f"http://localhost:8000{here.prefix}"
    assert named(here) == ([f"{root}/reviews/of/rope/"], [f"{root}/blogs/@{here.member.handle}/"])
    # What search engines are told there is what its page says.
    visitor = here.sign_in(None)
    for path, is_kept in (
        ("/reviews/of/rope/", True),
        ("/reviews/of/twine/", False),
        (f"/blogs/@{here.member.handle}/", True),
        (f"/blogs/@{here.ambassador.handle}/", False),
    ):
        assert ("noindex" not in visitor.get(here.url(path)).content.decode()) is is_kept, path
    for name in PLACES:
        assert visitor.get(here.url(f"/sitemaps/{name}-2.xml")).status_code == 404
        nowhere(elsewhere, name)


@pytest.mark.parametrize("audience", ["members", "team"])
def test_what_visitors_do_not_read_is_not_named(
    here: Cast, mapped: tuple[Space, Space], audience: str
) -> None:
    with here.scope():
        Space.objects.filter(pk__in=[space.pk for space in mapped]).update(audience=audience)
    # Nor for anybody else: a sitemap is of what everybody reads.
    for name in PLACES:
        nowhere(here, name)


def test_a_closed_part_names_nothing(here: Cast, mapped: tuple[Space, Space]) -> None:
    shut = [one.name for one in FEATURES if one.name not in ("reviews", "personal_blogs")]
    Community.objects.filter(pk=here.community.pk).update(open_features=shut)
    for name in PLACES:
        nowhere(here, name)


def test_what_was_hidden_or_whose_owner_has_left_is_not_named(
    here: Cast, mapped: tuple[Space, Space]
) -> None:
    with here.scope():
        Thread.objects.filter(kind="review").update(state="hidden")
        type(here.member).objects.filter(pk=here.member.pk).update(status="left")
    assert named(here) == ([], [])


def test_many_stand_in_several_files(
    here: Cast, mapped: tuple[Space, Space], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "IN_A_FILE", 2)
    with here.scope():
        for number in range(4):
            make_review(here, make_thing(here, mapped[0], f"Line {number}"))
    found, _blogs = named(here)
    assert len(found) == len(set(found)) == 5
    assert [len(addresses(here, f"/sitemaps/things-{n}.xml")) for n in (1, 2, 3)] == [2, 2, 1]
