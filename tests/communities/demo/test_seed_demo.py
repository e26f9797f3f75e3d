"""The demo is made through the services, the same each time, and once."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from communities.content.addresses import MEDIA
from communities.content.models import Attachment, Post, Reaction, ReadMarker, Space, State, Thread
from communities.content.services import Verdict
from communities.content.viewers import public_viewer, viewer_for
from communities.demo import drawing
from communities.demo.loading import Seeded, seed_community
from communities.demo.photographing import what_it_shows
from communities.demo.reading import Brand, read_brand
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from communities.signals import post_published, screening
from communities.texts.kinds import kinds
from communities.theming import read_theme
from communities.theming.first_colours import class_of
from communities.wording import Rule, rules_in_force
from tests.seeding import seeded_once

SPAM = "cheap-rope-4u"


reading = functools.cache(read_brand)


def part(slug: str, *texts: str) -> Brand:
    brand = reading(slug)
    return dataclasses.replace(
        brand,
        articles=[one for one in brand.articles if one["slug"].startswith(texts)],
        threads=[one for one in brand.threads if one["slug"].startswith(texts)],
    )


PART = ("round-the-fastnet", "hello-from", "splicing", "read-this", "which-boot", "is-a-12")


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawings of real size take a third of the time and say nothing more here."""
    monkeypatch.setattr(drawing, "WIDTH", 640)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def seeded_for_all(django_db_setup: None, django_db_blocker: Any, media: Path) -> Iterator[Seeded]:
    def make() -> Seeded:
        return seed_community(part("halyard", *PART), background=6)

    with seeded_once(django_db_blocker, media, make) as made:
        yield made


@pytest.fixture
def seeded(seeded_for_all: Seeded, db: None, settings: Any, media: Path, fresh: None) -> Seeded:
    settings.MEDIA_ROOT = media
    return seeded_for_all


@pytest.fixture
def inside(seeded: Seeded) -> Iterator[Community]:
    with community_scope(seeded.community):
        yield seeded.community


def thread(start: str) -> Thread:
    found: Thread = Thread.objects.select_related("space", "author").get(slug__startswith=start)
    return found


def test_members_are_counted_and_described(inside: Community) -> None:
    assert inside.member_count == Membership.objects.active().count() == 46
    petra = Membership.objects.get(handle="petra")
    assert (petra.role, petra.trust_level, petra.drawing, petra.place) == ("ambassador", 4, "p3", petra.place)
    assert petra.headline == "34 ft sloop, “Måke”"
    assert petra.post_count == Post.objects.filter(author=petra, state="published").count()
    assert petra.member is not None
    assert not petra.member.has_usable_password()


def test_the_brand_is_the_file_s(inside: Community) -> None:
    assert (inside.name, inside.language, inside.currency) == ("Halyard", "en", "GBP")
    assert inside.theme["colour"] == "#005680"
    assert inside.legal["publication_director"] == "Gwyneth Pascall"
    assert rules_in_force(inside)[0] == Rule(
        1, "Say what boat, what load, what you tried.", "Advice without a load is how masts come down."
    )
    assert {kind.name for kind in kinds} == set(inside.texts)
    assert Space.objects.get(slug="rigging").asks
    assert Space.objects.get(slug="crew-room").readers == "Ambassador"


def test_an_article_has_its_drawing_as_a_picture(inside: Community) -> None:
    article = thread("round-the-fastnet")
    body = article.posts.get(position=1)
    cover = article.article.cover
    picture = Attachment.objects.exclude(pk=cover.pk).get(post=body)

    assert (article.kind, article.state, article.reply_count) == ("article", "published", 6)
    assert article.article.cover_drawing == "sea-wide"
    assert "Second Breakfast" in body.body_html
    assert f'src="{MEDIA}{picture.pk}/' in body.body_html
    assert f"{MEDIA}{picture.pk}/480 480w" in body.body_html
    assert "A boom seen from the side" in body.body_html
    assert "data-art" not in body.body_html
    assert picture.width == 640
    assert [heading["level"] for heading in article.article.contents] == [2, 2, 2, 2]


def test_photographs_are_kept_as_uploaded_ones_are(inside: Community, media: Path) -> None:
    article = thread("round-the-fastnet").article
    assert (article.focal_x, article.focal_y, article.cover_alt) == (70, 60, what_it_shows("dusk", "en"))
    photo = read_theme(inside.theme).photo
    assert photo is not None
    assert (photo.x, photo.y, photo.alt) == (60, 55, article.cover_alt)
    space = Space.objects.get(slug="rigging")
    assert space.framing == class_of(space.picture) != ""
    kept = {photo.path: 1280, space.picture: 480, article.cover.path: 1280} | {
        path: width for width, path in article.cover.renditions
    }
    assert len(kept) == 9
    for path, width in kept.items():
        with Image.open(media / path) as picture:
            assert (picture.format, picture.width) == ("AVIF" if path.endswith(".avif") else "WEBP", width)


def test_nobody_comments_before_the_article(inside: Community) -> None:
    article = thread("round-the-fastnet")
    moments = list(article.posts.order_by("position").values_list("published_at", flat=True))

    assert moments == sorted(moments)
    assert moments[-1] <= timezone.now()
    assert moments[-1] - article.last_activity_at <= timedelta(minutes=1)
    assert article.created_at == moments[0]


def test_held_posts_wait_and_are_nobody_s_to_see(inside: Community) -> None:
    hello = thread("hello-from")
    spam = Post.objects.get(author__handle=SPAM)

    assert (spam.state, spam.position) == (State.PENDING, None)
    assert hello.reply_count == 5
    assert not Post.objects.visible_to(public_viewer(inside)).filter(pk=spam.pk).exists()
    member = Membership.objects.get(handle="jonas")
    assert not Post.objects.visible_to(viewer_for(inside, member)).filter(pk=spam.pk).exists()


def test_questions_polls_pins_and_edits(inside: Community) -> None:
    solved, unsolved, poll, notice = (
        thread(one) for one in ("splicing", "is-a-12", "which-boot", "read-this")
    )

    assert (solved.solved, solved.answered) == (True, True)
    assert solved.question.accepted == solved.posts.get(position=3)
    assert solved.question.accepted_by == solved.author
    assert (unsolved.solved, unsolved.answered) == (False, False)
    asked = poll.polls.get()
    assert (poll.kind, asked.options[1]) == ("topic", "B, ribbed: middling at all things")
    assert 20 < asked.ballots == sum(asked.votes) <= 60
    edited = notice.posts.get(position=1)
    assert notice.pinned
    assert edited.revisions.count() == 1
    assert "hairspray" in edited.body_html
    assert edited.edited_at is not None
    assert edited.edited_at < timezone.now() - timedelta(days=50)


def test_reactions_are_given_by_members_who_were_there(inside: Community) -> None:
    for post in Post.objects.filter(reaction_count__gt=0):
        given = list(Reaction.objects.filter(post=post).select_related("membership"))
        assert len(given) == post.reaction_count == sum(post.reactions.values())
        assert all(one.membership_id != post.author_id for one in given)
        assert all(one.membership.joined_at <= post.published_at for one in given)
    assert Reaction.objects.filter(kind="useful").exists()


def test_people_have_something_new_and_no_mail(inside: Community) -> None:
    cast = Membership.objects.filter(handle__in=inside.settings["demo_people"])
    threads = Thread.objects.filter(state="published").count()
    read = ReadMarker.objects.filter(membership__in=cast, position__gt=0).count()

    assert 0 < read < threads * cast.count()
    assert Notification.objects.exists()
    assert not Notification.objects.filter(mail_due_at__isnull=False).exists()
    for membership in cast:
        unread = Notification.objects.for_membership(membership).unread().count()
        assert membership.unread_count == unread


def test_seeding_leaves_the_signals_as_they_were(seeded: Seeded) -> None:
    listening = {receiver[0][0] for receiver in post_published.receivers}

    assert "notifications.post_published" in listening
    assert "demo.hold" not in {receiver[0][0] for receiver in screening.receivers}
    assert not Verdict().held


def test_an_interrupted_run_goes_on(seeded: Seeded) -> None:
    more = part("halyard", *PART, "mackerel")

    again = seed_community(more, background=6)

    assert (again.new_threads, again.new_posts) == (1, 4)


def test_what_its_owner_has_changed_stays(seeded: Seeded) -> None:
    Community.objects.filter(pk=seeded.community.pk).update(name="Our name", theme={"colour": "#123456"})
    with community_scope(seeded.community):
        Membership.objects.filter(handle="jonas").update(role="moderator")

    again = seed_community(part("halyard", *PART), background=6)

    assert (again.community.name, again.community.theme, again.new_posts) == (
        "Our name",
        {"colour": "#123456"},
        0,
    )
    with community_scope(again.community):
        assert Membership.objects.get(handle="jonas").role == "moderator"
