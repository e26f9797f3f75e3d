"""Signing together and series, as they go: asked, agreed, taken off; begun, ordered, read one after the other."""

from __future__ import annotations

from django.utils import timezone

from analytics.capture.channels import Channel
from analytics.capture.models import AudienceDay, Dimension
from communities.blogs.services import Draft, publish_article, write_article
from communities.calendar import DAY, today
from communities.content.models import Thread
from tests.sweeps.world import World


def together(world: World) -> None:
    """Looked for, asked, answered."""
    member, other, here = world.client("member"), world.client("ambassador"), world.here
    at = f"/blogs/{world.reviewed_space.slug}/{world.submitted.slug}/"
    page = here.url(f"{at}authors/")
    handle = here.ambassador.handle
    assert b"at least two letters" in member.get(page, {"q": "x"}).content
    assert b"Nobody else here has this name" in member.get(page, {"q": "nobody-of-that-name"}).content
    assert b"Ask to sign" in member.get(page, {"q": handle}).content
    assert other.get(page).status_code == 404
    assert member.post(page, {"act": "invite", "person": handle}).status_code == 302
    assert b"no answer yet" in member.get(page).content
    assert b"asks you to sign this article" in other.get(page).content
    assert b"Sign it, or decline" in other.get(here.url(f"{at}preview/")).content
    assert b"You are asked to sign it" in other.get(here.url(f"/blogs/{world.reviewed_space.slug}/")).content
    assert other.post(page, {"act": "decline"}).status_code == 302
    assert b"You have declined to sign it" in other.get(page).content
    assert other.post(page, {"act": "ask-again"}).status_code == 302
    assert member.post(page, {"act": "invite", "person": handle}).status_code == 302
    assert other.post(page, {"act": "agree"}).status_code == 302
    assert b"Take my name off" in other.get(page).content
    assert b"Signed by:" in member.get(here.url(f"{at}edit/")).content
    assert member.post(page, {"act": "take-off", "person": handle}).status_code == 302


def read_by_many(world: World) -> None:
    """An article that has been here for weeks, with what its readers came from."""
    here, article, day = world.here, world.article, today(world.here.community)
    path = article.get_absolute_url().removeprefix(here.prefix)
    with here.scope():
        Thread.objects.filter(pk=article.pk).update(published_at=timezone.now() - 60 * DAY)
        for ago in range(1, 29):
            AudienceDay.objects.update_or_create(
                dimension=Dimension.PAGE,
                key=path,
                day=day - ago * DAY,
                defaults={"page_views": 40, "visitors": 30},
            )
            key = f"{path} {Channel.ORGANIC_SEARCH:d} Search"
            AudienceDay.objects.create(
                dimension=Dimension.ARRIVAL, key=key, day=day - ago * DAY, visits=20, visitors=20
            )
    page = world.client("member").get(here.url(f"{path}results/")).content
    assert b"Week by week" in page
    assert b"Search engines" in page


def series(world: World) -> None:
    """Begun without a title and with one, filled, ordered, left."""
    member, here = world.client("member"), world.here
    with here.scope():
        said = Draft("What a rope says", "<p>That it is worn.</p>")
        second = write_article(world.own_space, by=here.member, community=here.community, draft=said)
        publish_article(second, by=here.member)
        slug = Thread.objects.get(pk=second.pk).slug
    of_blog, page = here.url("/blogs/diaries/series/"), here.url(f"/blogs/series/{world.own_series.slug}/")
    assert b"Give the series a title first" in member.post(f"{of_blog}start/", {"title": " "}).content
    begun = member.post(f"{of_blog}start/", {"title": "Not yet"})
    empty = begun.headers["Location"].removesuffix("edit/")
    assert b"There are no articles in it yet" in member.get(f"{empty}edit/").content
    assert b"None of its articles has been published yet" in member.get(empty).content
    assert world.client("visitor").get(empty).status_code == 404
    assert b"Choose an article first" in member.post(f"{page}edit/", {"act": "add", "article": ""}).content
    assert member.post(f"{page}edit/", {"act": "add", "article": second.pk}).status_code == 302
    assert b"All your articles in this blog are in a series" in member.get(f"{page}edit/").content
    for act in ("up", "down", "up"):
        assert member.post(f"{page}edit/", {"act": act, "part": second.pk}).status_code == 302
    assert b"Next in the series" in member.get(here.url(f"/blogs/diaries/{slug}/")).content
    assert b"All series" in world.client("visitor").get(here.url("/blogs/diaries/")).content
    assert member.post(f"{page}edit/", {"act": "end"}).status_code == 302
    assert b"End the series" in world.client("moderator").get(f"{page}edit/").content
    assert b"There is no series yet" in member.get(here.url(f"/blogs/{world.blog.slug}/series/")).content
    assert b"Nothing older" in member.get(of_blog, {"after": "1"}).content
