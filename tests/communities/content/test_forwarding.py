from __future__ import annotations

from typing import Any

import pytest

from communities.content.models import Redirect
from communities.content.services.forwarding import forward
from communities.models import Domain
from tests.conftest import Cast


@pytest.fixture
def moved(here: Cast) -> Cast:
    with here.scope():
        Redirect.objects.bulk_create(
            [
                Redirect(path="/2012/05/old-post", target="/blogs/journal/new/#p-3"),
                Redirect(path="/?p=12", target="/blogs/journal/twelve/"),
                Redirect(path="/evil", target="//evil.example/x"),
            ]
        )
    return here


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/2012/05/old-post", "/blogs/journal/new/#p-3"),
        ("/2012/05/old-post/", "/blogs/journal/new/#p-3"),
        ("/2012/05/old-post/?utm=1", "/blogs/journal/new/?utm=1#p-3"),
        ("/2012/05/old-post/?utm_source=%C3%A9&a=", "/blogs/journal/new/?utm_source=%C3%A9&a=#p-3"),
        ("/?p=12&utm_source=flyer&page=2", "/blogs/journal/twelve/?utm_source=flyer&page=2"),
        ("/2012/05/old-post/index.php", "/blogs/journal/new/#p-3"),
        ("/?p=12", "/blogs/journal/twelve/"),
        ("/?page_id=12&x=y", "/blogs/journal/twelve/?x=y"),
        ("/evil", "/evil.example/x"),
    ],
)
def test_former_addresses_lead_to_the_present_one(moved: Cast, asked: str, target: str) -> None:
    answer = moved.sign_in(None).get(moved.url(asked))
    assert (answer.status_code, answer["Location"]) == (301, moved.url(target))


def test_it_works_on_the_communitys_own_domain(moved: Cast) -> None:
    Domain.objects.create(community=moved.community, host="brand.example", verified=True, primary=True)
    answer = moved.sign_in(None).get("/2012/05/old-post/", headers={"host": "brand.example"})
    assert (answer.status_code, answer["Location"]) == (301, "/blogs/journal/new/#p-3")


@pytest.mark.parametrize("asked", ["/nothing/", "/2012/05/old-post%00/", f"/{'x' * 900}/", "/2012/05/"])
def test_what_never_was_stays_unknown(moved: Cast, asked: str) -> None:
    assert moved.sign_in(None).get(moved.url(asked)).status_code == 404


def test_another_communitys_addresses_are_its_own(moved: Cast, elsewhere: Cast) -> None:
    assert elsewhere.sign_in(None).get(elsewhere.url("/2012/05/old-post/")).status_code == 404


def test_acts_are_not_forwarded(moved: Cast) -> None:
    assert moved.sign_in(moved.member).post(moved.url("/2012/05/old-post/")).status_code == 404


def test_chains_collapse_and_circles_cannot_be(here: Cast) -> None:
    def known() -> dict[str, Any]:
        return dict(Redirect.objects.values_list("path", "target"))

    with here.scope():
        forward("/a", "/b")
        forward("/b", "/c")
        assert known() == {"/a": "/c", "/b": "/c"}
        forward("/c", "/a")
        assert known() == {"/b": "/a", "/c": "/a"}
        forward("/a", "/a")
        assert known() == {"/b": "/a", "/c": "/a"}
