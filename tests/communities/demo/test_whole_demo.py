"""The whole demo, made by its command, once; and where there is none."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from analytics.roi.models import LedgerEntry, Measure
from communities.animation.ambassadors.models import Programme
from communities.animation.announcements.models import Announcement
from communities.animation.automations.models import Automation
from communities.animation.calendar.models import Entry
from communities.animation.listening.models import Mention
from communities.animation.models import Introduction, Welcome
from communities.animation.newsletters.models import Newsletter
from communities.animation.surveys.models import Survey
from communities.calendar import DAY
from communities.calls.models import Application
from communities.content.addresses import MEDIA, member_address
from communities.content.attachments import usable_for
from communities.content.models import Post, State, Thread
from communities.content.text.rendering import references, render
from communities.content.viewers import public_viewer
from communities.demo import drawing
from communities.demo.loading import seed_demo
from communities.demo.reading import GROWN, SLUGS
from communities.launch.models import Stage
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.polls.models import Poll
from communities.scoping import CommunityOwned, community_scope


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawings of real size take a third of the time and say nothing more here."""
    monkeypatch.setattr(drawing, "WIDTH", 640)


def test_outside_the_embedded_set_up_there_is_no_demo(settings: Any, db: None) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="embedded"):
        call_command("seed_demo")
    assert not Community.objects.exists()


SIZES = {
    "barreau": (14, 60, 26, 152),
    "halyard": (13, 50, 66, 191),
    "mirabelle": (15, 47, 72, 192),
    "louche": (3, 5, 10, 20),
    "inkwell": (9, 13, 2, 6),
}
PEOPLE = {"louche": 35, "inkwell": 40}


def state_of(community: Community) -> dict[str, str]:
    """What every table holds of a community, as one fingerprint each."""
    owned = [model for model in apps.get_models() if issubclass(model, CommunityOwned)]
    with community_scope(community):
        return {
            model._meta.label: hashlib.sha256(
                repr(list(model.objects.order_by("pk").values())).encode()
            ).hexdigest()
            for model in owned
        }


def check_sizes(community: Community) -> None:
    articles = Thread.objects.filter(kind="article")
    others = Thread.objects.exclude(kind="article")
    sizes = (
        articles.count(),
        Post.objects.filter(thread__in=articles).count() - articles.count(),
        others.count(),
        Post.objects.filter(thread__in=others).count(),
    )
    assert sizes == SIZES[community.slug]
    assert community.member_count == PEOPLE.get(community.slug, 100)


def check_bodies() -> None:
    """What is stored is what the sanitiser makes of it: nothing more, nothing less."""
    people = list(Membership.objects.active())
    for post in Post.objects.select_related("thread"):
        mentions = {
            one.handle_key: member_address(one.handle) for one in people if f"@{one.handle}" in post.body_html
        }
        stored = re.sub(r'<(h[23]) id="s-[\w-]+">', r"<\1>", post.body_html)
        ids = references(stored).attachment_ids
        pictures = usable_for(ids, uploader_id=post.author_id, post_id=post.pk).pictures
        again = render(stored, fmt="html", mentions=mentions, media_prefixes=[MEDIA], pictures=pictures)
        assert again.html == stored, post


def check_nothing_held_is_public(community: Community) -> None:
    held = Post.objects.filter(state=State.PENDING)
    public = public_viewer(community)
    assert held.count() == (1 if community.slug in GROWN else 0)
    assert not Post.objects.visible_to(public).filter(pk__in=held).exists()
    assert not Thread.objects.visible_to(public).filter(state=State.PENDING).exists()
    assert not Thread.objects.visible_to(public).filter(space__audience="members").exists()


def check_animation(community: Community) -> None:
    """Something in every room that a place is animated from; of what is said elsewhere some has an author."""
    for model in (
        Welcome,
        Introduction,
        Entry,
        Newsletter,
        Announcement,
        Programme,
        Automation,
        Survey,
        Stage,
    ):
        assert model.objects.exists(), (community.slug, model)
    assert Mention.objects.exclude(author="").exists(), community.slug


def check_kinds(community: Community) -> None:
    """What came of a project has a worth; the menu of the week is asked again by itself."""
    for project in Application.objects.filter(state=Application.State.DELIVERED):
        assert project.actual, project
        lines = LedgerEntry.objects.of_measure(Measure.OUTCOME).filter(unit_id=f"project:{project.pk}")
        assert [line.amount_minor for line in lines] == [project.actual * 100]
    if community.slug == "louche":
        menu = Poll.objects.get(thread__slug="la-carte-de-jeudi-quel-plat")
        assert (menu.repeats, menu.days_open) == ("week", 4)
        assert menu.again_at is not None
        assert timezone.now() < menu.again_at <= timezone.now() + 7 * DAY


def check_shapes(community: Community) -> None:
    """Whoever enters by a shape lands on a page that is there for them and shows something."""
    for said in community.settings["demo_shapes"]:
        client = Client(headers={"host": "localhost"}, REMOTE_ADDR="127.0.0.1")
        chosen = {"community": community.slug, "handle": said["be"], "shape": said["shape"]}
        way = client.post("/demo/enter/", chosen).headers["Location"]
        assert way == f"/c/{community.slug}{said['go']}"
        assert client.get(way).status_code == 200, way


@pytest.mark.slow
def test_the_whole_demo(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    communities = [one.community for one in seed_demo(said.append)]
    assert [community.slug for community in communities] == list(SLUGS)
    made = "Barreau ouvert: 100 members; 38 articles and threads with 224 posts are new."
    assert made in said
    before = {}
    for community in communities:
        with community_scope(community):
            check_sizes(community)
            check_bodies()
            check_nothing_held_is_public(community)
            if community.slug in GROWN:
                check_animation(community)
            check_kinds(community)
        check_shapes(community)
        before[community.slug] = state_of(community)

    forget_all()
    call_command("seed_demo")

    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.endswith("members; nothing is new.")]) == len(SLUGS)
    assert len([line for line in lines if line.endswith("results: nothing is new.")]) == len(SLUGS)
    assert {community.slug: state_of(community) for community in communities} == before
