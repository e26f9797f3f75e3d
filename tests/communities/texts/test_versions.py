"""Versions of texts: proposed, drafted, published, in force by the clock, and kept for good."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Community
from communities.texts import services
from communities.texts.exceptions import DateRefused, FactsMissing, NothingToDo, TextChanged, TextRefused
from communities.texts.models import TextVersion
from communities.wording import version_in_force
from tests.communities.launch.conftest import LEGAL
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def fresh(cast: Cast) -> Community:
    forget_all()
    return Community.objects.get(pk=cast.community.pk)


def identified(cast: Cast, **more: str) -> None:
    legal = {**LEGAL, "phone": "0117", "form": "Ltd", "registration": "42", "dpo": "Ada", **more}
    Community.objects.filter(pk=cast.community.pk).update(legal=legal)
    forget_all()


def save(cast: Cast, kind: str, words: str, revision: int = 0, **more: Any) -> TextVersion:
    sources = {"en": words, "fr": f"{words} (fr)"}
    return services.save_text(cast.community, kind, by=cast.owner, sources=sources, revision=revision, **more)


def read(cast: Cast, path: str) -> str:
    forget_all()
    return Client(headers={"accept-language": "en"}).get(cast.url(path)).content.decode()


def test_nothing_published_shows_the_proposal_marked_as_such(here: Cast) -> None:
    for path in (
        "/rules/",
        "/legal/",
        "/legal/terms/",
        "/legal/privacy/",
        "/legal/accessibility/",
        "/about/",
    ):
        page = read(here, path)
        assert "Proposed, not published." in page, path
        assert "not written yet" not in page
    assert "Not said yet." in read(here, "/legal/")
    identified(here)
    page = read(here, "/legal/privacy/")
    assert "Not said yet." not in page
    assert LEGAL["publisher"] in page


def test_a_draft_is_read_by_nobody_and_holds_once_it_is_published(here: Cast) -> None:
    with here.scope():
        save(here, "terms", "Be fair to {publisher}.")
    assert "Be fair" not in read(here, "/legal/terms/")
    with here.scope(), pytest.raises(FactsMissing, match="Publisher"):
        services.publish_text(here.community, "terms", by=here.owner, revision=1)
    identified(here)
    with here.scope():
        services.publish_text(here.community, "terms", by=here.owner, revision=1, checked_by="A. Counsel")
    page = read(here, "/legal/terms/")
    assert f"Be fair to {LEGAL['publisher']}." in page
    assert "Proposed" not in page
    french = Client(headers={"accept-language": "fr"}).get(here.url("/legal/terms/")).content.decode()
    assert f"Be fair to {LEGAL['publisher']}. (fr)" in french


def test_each_text_stands_on_its_page_once_it_is_published(here: Cast, elsewhere: Cast) -> None:
    identified(here)
    pages = {"about": "/about/", "notice": "/legal/"}
    kinds = ("about", "notice", "terms", "privacy", "cookies", "accessibility")
    with here.scope():
        for kind in kinds:
            save(here, kind, f"Our own {kind} words.")
            services.publish_text(here.community, kind, by=here.owner, revision=1)
    for kind in kinds:
        page = pages.get(kind, f"/legal/{kind}/")
        assert f"Our own {kind} words." in read(here, page), kind
        assert "Our own" not in read(elsewhere, page), kind


def test_a_version_comes_into_force_by_the_clock(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        services.adopt(here.community, "terms", {"en": "The first."}, by=here.owner)
        save(here, "terms", "The second.")
        coming = services.publish_text(
            here.community, "terms", by=here.owner, revision=1, at=timezone.now() + 10 * DAY
        )
    page = read(here, "/legal/terms/")
    assert "The first." in page
    assert "/legal/terms/diff/1..2/" in page
    assert "Changes on" in page
    assert "The second." in read(here, f"/legal/terms/{coming.number}/")
    later = timezone.now() + 11 * DAY
    assert version_in_force(fresh(here), "terms").number == 1
    assert version_in_force(fresh(here), "terms", later).number == 2
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert "The second." in read(here, "/legal/terms/")


def test_what_changed_between_two_versions_is_shown_word_by_word(here: Cast) -> None:
    with here.scope():
        services.adopt(here.community, "terms", {"en": "Logs stay six months."}, by=here.owner)
        services.adopt(here.community, "terms", {"en": "Logs stay twelve months."}, by=here.owner)
        services.adopt(here.community, "rules", [{"rule": {"en": "Be kind."}, "reason": {}}], by=here.owner)
    page = read(here, "/legal/terms/diff/1..2/")
    assert "<del>six</del>" in page
    assert "<ins>twelve</ins>" in page
    for gone in ("/legal/terms/3/", "/legal/terms/diff/1..3/", "/legal/welcome/1/", "/legal/none/1/"):
        assert Client().get(here.url(gone)).status_code == 404, gone
    assert "Be kind." in read(here, "/legal/rules/1/")


def test_a_published_text_cannot_be_changed_by_anybody(here: Cast) -> None:
    with here.scope():
        first = services.adopt(here.community, "terms", {"en": "For good."}, by=here.owner)
        for change in (
            {"content": {"en": {"source": "x", "html": "x"}}},
            {"in_force_at": timezone.now() + DAY},
        ):
            with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
                TextVersion.objects.filter(pk=first.pk).update(**change)
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            TextVersion.objects.filter(pk=first.pk).delete()
        services.mark_checked(here.community, "terms", 1, by=here.owner, checked_by="A. Counsel")
        assert TextVersion.objects.get(pk=first.pk).checked_by == "A. Counsel"


def test_the_owner_alone_puts_into_force_what_the_law_asks_for(here: Cast) -> None:
    identified(here)
    with here.scope():
        for member in (here.moderator, here.marketing, here.ambassador, here.member):
            with pytest.raises(NotAllowed):
                services.save_text(here.community, "about", by=member, sources={"en": "x"})
        services.save_text(here.community, "terms", by=here.manager, sources={"en": "Prepared."})
        with pytest.raises(NotAllowed):
            services.publish_text(here.community, "terms", by=here.manager, revision=1)
        with pytest.raises(NotAllowed):
            services.mark_checked(here.community, "terms", 1, by=here.manager, checked_by="Me")
        services.save_text(here.community, "about", by=here.manager, sources={"en": "We sail."})
        services.publish_text(here.community, "about", by=here.manager, revision=1)
    assert fresh(here).about == "We sail."


def test_a_date_must_be_to_come_and_after_what_is_planned(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        save(here, "terms", "One.")
        with pytest.raises(DateRefused):
            services.publish_text(here.community, "terms", by=here.owner, revision=1, at=now - DAY)
        services.publish_text(here.community, "terms", by=here.owner, revision=1, at=now + 5 * DAY)
        save(here, "terms", "Two.")
        for at in (None, now + 2 * DAY):
            with pytest.raises(TextRefused, match="Version 1"):
                services.publish_text(here.community, "terms", by=here.owner, revision=1, at=at)
        with pytest.raises(TextRefused, match="draft"):
            services.take_back(here.community, "terms", 1, by=here.owner)
        services.throw_draft_away(here.community, "terms", by=here.owner)
        services.take_back(here.community, "terms", 1, by=here.owner)
        with pytest.raises(NothingToDo):
            services.take_back(here.community, "terms", 1, by=here.owner)
        assert version_in_force(fresh(here), "terms", now + 6 * DAY) is None


def test_what_holds_already_is_not_published_again(here: Cast) -> None:
    with here.scope():
        services.adopt(here.community, "terms", {"en": "One."}, by=here.owner)
        with pytest.raises(NothingToDo):
            services.publish_text(here.community, "terms", by=here.owner)
        assert TextVersion.objects.count() == 1


def test_two_people_on_one_draft(here: Cast) -> None:
    with here.scope():
        save(here, "terms", "Mine.")
        with pytest.raises(TextChanged):
            save(here, "terms", "Yours.")
    client, page = here.sign_in(here.owner), here.url("/manage/texts/terms/edit/")
    answer = client.post(page, {"source_en": "Typed with care.", "source_fr": "", "revision": "0"})
    assert answer.status_code == 409
    assert "Typed with care." in answer.content.decode()
    assert 'name="revision" value="1"' in answer.content.decode()


@pytest.mark.parametrize(
    "words",
    ["{nonsense} is no fact", "In a sentence: {cookies} here.", "x" * 60_001],
    ids=["fact", "list", "long"],
)
def test_bad_words_are_refused_and_stay_in_the_form(here: Cast, words: str) -> None:
    answer = here.sign_in(here.owner).post(
        here.url("/manage/texts/terms/edit/"), {"source_en": words, "revision": "0"}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with here.scope():
        assert not TextVersion.objects.exists()


def test_a_published_text_says_what_was_true_on_its_day(here: Cast) -> None:
    identified(here)
    with here.scope():
        save(here, "terms", "From {publisher}.")
        services.publish_text(here.community, "terms", by=here.owner, revision=1)
    identified(here, publisher="Another Ltd")
    assert "Another Ltd." not in read(here, "/legal/terms/")
    page = here.sign_in(here.owner).get(here.url("/manage/texts/terms/")).content.decode()
    assert "It differs from the facts." in page


def test_every_change_is_in_the_journal_and_a_version_to_come_can_be_undone(here: Cast) -> None:
    with here.scope():
        save(here, "terms", "One.")
        services.publish_text(here.community, "terms", by=here.owner, revision=1, at=timezone.now() + DAY)
        published = Change.objects.get(act="text_published")
        assert published.by == here.owner
        undo(published, here.owner)
        assert version_in_force(fresh(here), "terms", timezone.now() + 2 * DAY) is None
        with pytest.raises(NothingToUndo):
            undo(published, here.owner)
        assert list(Change.objects.order_by("pk").values_list("act", flat=True)) == [
            "text_edited",
            "text_published",
            "text_withdrawn",
        ]


def test_another_community_keeps_its_own(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        services.adopt(here.community, "terms", {"en": "Ours alone."}, by=here.owner)
    assert "Ours alone." not in read(elsewhere, "/legal/terms/")
    assert Client().get(elsewhere.url("/legal/terms/1/")).status_code == 404
    with elsewhere.scope():
        assert not TextVersion.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from texts_textversion")
        assert cursor.fetchone()[0] == 0


def test_pages_cost_the_same_however_many_versions_there_are(here: Cast, queries: Any) -> None:
    client = Client()
    with here.scope():
        for n in range(30):
            services.adopt(here.community, "terms", {"en": f"Version {n}."}, by=here.owner)
    forget_all()
    client.get(here.url("/legal/terms/"))
    with queries(most=3):
        page = client.get(here.url("/legal/terms/")).content.decode()
    assert "/legal/terms/30/" in page
    assert "/legal/terms/10/" not in page
    assert "/legal/terms/10/" in client.get(here.url("/legal/terms/?before=11")).content.decode()
    with here.scope():
        assert len(fresh(here).texts["terms"]) == 1


def test_what_differs_from_the_facts_is_said_and_proposed_anew(here: Cast, settings: Any) -> None:
    identified(here)
    with here.scope():
        services.publish_text(fresh(here), "privacy", by=here.owner)
    owner, renew = here.sign_in(here.owner), here.url("/manage/texts/privacy/renew/")
    assert "Differs from the facts" not in owner.get(here.url("/manage/texts/")).content.decode()
    settings.EMAIL_HOST = "mail.example.net"
    assert "Differs from the facts" in owner.get(here.url("/manage/texts/")).content.decode()
    assert renew in owner.get(here.url("/manage/texts/privacy/")).content.decode()
    assert here.sign_in(here.moderator).post(renew).status_code == 403
    owner.post(renew)
    assert "mail.example.net" in owner.get(here.url("/manage/texts/privacy/")).content.decode()
    with here.scope():
        draft = services.draft_of("privacy")
        assert draft is not None
        with pytest.raises(NothingToDo):
            services.renew_text(fresh(here), "privacy", by=here.owner)
        services.publish_text(fresh(here), "privacy", by=here.owner, revision=draft.revision)
    assert "Differs from the facts" not in owner.get(here.url("/manage/texts/")).content.decode()
