"""The demo is made through the services, the same each time, and once; its moderators find a believable queue."""

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
from communities.content.models import (
    Attachment,
    PendingEdit,
    Post,
    Reaction,
    ReadMarker,
    Space,
    State,
    Thread,
)
from communities.content.services import Verdict
from communities.content.viewers import public_viewer, viewer_for
from communities.demo import drawing
from communities.demo.loading import Seeded, seed_community
from communities.demo.photographing import what_it_shows
from communities.demo.reading import GROWN, Brand, read_brand
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.polls.models import Poll
from communities.scoping import community_scope
from communities.signals import post_published, screening
from communities.texts.kinds import kinds
from communities.theming import read_theme
from communities.theming.first_colours import class_of
from communities.wording import Rule, rules_in_force
from members.models import OutgoingMail
from moderation.models import AuditEvent, Case, Decision, Report, WatchWord
from moderation.services.statements import grounds_of
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
# What moderators have to do with.
PART += ("lifejacket", "mackerel", "why-does-30", "winter-berth")


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawings of real size take a third of the time and say nothing more here."""
    monkeypatch.setattr(drawing, "WIDTH", 640)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What the making of it said."""
    return []


@pytest.fixture(scope="module")
def seeded_for_all(
    django_db_setup: None, django_db_blocker: Any, media: Path, said: list[str]
) -> Iterator[Seeded]:
    def make() -> Seeded:
        return seed_community(part("halyard", *PART), said.append, background=6)

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


def about(start: str, number: int) -> Case:
    found: Case = Case.objects.select_related("post").get(
        post__thread__slug__startswith=start, post__position=number
    )
    return found


def test_the_queue_holds_each_kind_of_work(inside: Community) -> None:
    kinds = set(Case.objects.open().values_list("kind", flat=True))

    assert kinds == {"held", "report", "edit", "look"}
    held = Case.objects.open().get(kind="held")
    assert held.author is not None
    assert held.author.handle == "cheap-rope-4u"


def test_three_reports_have_hidden_a_dangerous_text(inside: Community) -> None:
    case = about("lifejacket", 3)

    assert case.is_open
    assert case.hidden_by_rule_at is not None
    assert (case.report_count, case.severity) == (3, 3)
    assert case.post.state == State.HIDDEN
    reporters = set(Report.objects.filter(case=case).values_list("reporter__handle", flat=True))
    assert reporters == {"odette", "hanne", "bram"}


def test_reports_came_after_the_text_and_before_now(inside: Community) -> None:
    assert AuditEvent.objects.filter(act="report_post").count() == Report.objects.count() == 7
    for report in Report.objects.select_related("case__post"):
        assert report.case.post.published_at < report.created_at
        assert report.created_at >= report.case.opened_at


def test_two_cases_are_decided_with_a_statement(inside: Community) -> None:
    hidden = Decision.objects.get(act=Decision.Act.HIDE, actor__isnull=False)
    left = Decision.objects.get(act=Decision.Act.APPROVE)

    assert (hidden.actor.handle, hidden.ground) == ("dario", "3")
    assert hidden.ground_text == "Argue with the knot, not the sailor."
    assert hidden.reason.startswith("There is a good point")
    assert left.reason.startswith("Left where it is")
    assert about("why-does", 4).post.state == State.HIDDEN
    assert about("mackerel", 1).post.state == State.PUBLISHED


def test_a_change_waits_and_the_words_before_it_are_public(inside: Community) -> None:
    edit = PendingEdit.objects.get()
    post = Post.objects.get(pk=edit.post_id)

    assert "that I had read as KE" in edit.body_html
    assert "that I had read as KE" not in post.body_html
    assert post.state == State.PUBLISHED


def test_the_words_of_the_file_are_watched(inside: Community) -> None:
    words = {word.word: word.action for word in WatchWord.objects.all()}

    assert words == {one["word"]: one["action"] for one in reading("halyard").community["watch_words"]}


def test_people_are_told_by_the_bell_only(inside: Community) -> None:
    kinds = set(Notification.objects.values_list("kind", flat=True))

    assert {"decision_made", "report_decided"} <= kinds
    assert not Notification.objects.filter(mail_due_at__isnull=False).exists()
    assert not OutgoingMail.objects.of(inside.pk).exists()


def test_an_interrupted_run_goes_on_and_moderates_nothing_anew(seeded: Seeded, said: list[str]) -> None:
    def counts() -> list[int]:
        with community_scope(seeded.community):
            return [model.objects.count() for model in (Case, Report, Decision, WatchWord)]

    before, more = counts(), part("halyard", *PART, "boom-vang")
    assert any("10 watch words" in line for line in said)
    told: list[str] = []

    again = seed_community(more, told.append, background=6)

    assert (again.new_threads, again.new_posts) == (1, 4)
    assert counts() == before
    assert not any("watch words" in line for line in told)


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


@pytest.mark.parametrize("slug", GROWN)
def test_the_files_name_grounds_replies_and_categories_that_exist(slug: str) -> None:
    brand = reading(slug)
    replies = {reply["title"] for reply in brand.community["saved_replies"]}
    rules = [{"number": rule["n"], "rule": {"en": "x"}} for rule in brand.community["rules"]]
    since = "2020-01-01T00:00:00+00:00"
    community = Community(texts={"rules": [{"number": 1, "since": since, "content": rules}]})
    grounds = {ground for ground, _text in grounds_of(community)}
    decided = [thread["decided"] for thread in brand.threads if "decided" in thread]
    reports = [report for thread in brand.threads for report in thread.get("reports", [])]

    assert len(decided) == 2
    assert {report["reason"] for report in reports} <= set(Report.Category.values)
    assert all("text" in one or one["reply"] in replies for one in decided)
    assert all(one["act"] == "approve" or str(one["ground"]) in grounds for one in decided)


def test_the_menu_of_the_week_comes_back_by_itself(settings: Any, media: Path, db: None) -> None:
    settings.MEDIA_ROOT = media
    made = seed_community(part("louche", "la-carte-de-jeudi-quel-plat"), [].append, background=2)
    with community_scope(made.community):
        menu = Poll.objects.get()
        assert (menu.repeats, menu.days_open, menu.is_open) == ("week", 4, True)
        opens, closes = (menu.again_at, menu.closes_at)
        assert opens is not None
        assert closes is not None
        assert timezone.now() < closes < opens <= timezone.now() + timedelta(days=7)
        assert opens.astimezone(made.community.zone).hour == 11
