"""What was tried against moderation, and must not work again."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.content.models import State
from communities.models import Membership
from moderation import services
from moderation.models import Case, Report, WatchWord
from moderation.services import configuring
from moderation.words import find_words, mask_words, watch
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.moderation.acts import case_of, decide, fresh, reported


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("a*a*a*a*a*a*a*a*b", "a" * 20_000),
        ("ab" + "*" * 90 + "d", "ab" + "c" * 20_000),
        ("*a*b", "a" * 20_000),
        ("a a a a a a b", "a " * 10_000),
        ("a" + "*b" * 40, "ab" * 10_000),
    ],
)
def test_no_watch_word_takes_for_ever(word: str, text: str) -> None:
    begun = time.process_time()
    assert find_words(text, [watch(word, "hold")]) == []
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("text", ["<" * 50_000, '<a "' * 10_000, "<a '\"" * 10_000, '<"' + "<" * 50_000])
def test_no_text_takes_for_ever_to_mask(text: str) -> None:
    """A member’s twenty thousand “<” kept a process busy for ten seconds."""
    begun = time.process_time()
    assert mask_words(text, [watch("rope", "mask")]) == text
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("sp*m", "spam spaaam spm spxx sp am", ["spam", "spaaam", "spm"]),
        ("*ship", "friendship ships warship!", ["friendship", "warship"]),
        ("rope* maker", "ropes maker ropewalk  maker rope-maker", ["ropes maker", "ropewalk  maker"]),
        ("a**b", "ab acb a b", ["ab", "acb"]),
        ("c*c*c", "cxcxc ccc cc", ["cxcxc", "ccc"]),
    ],
)
def test_stars_stand_for_letters(word: str, text: str, found: list[str]) -> None:
    hits = find_words(text, [watch(word, "hold")])
    assert [text[hit.start : hit.end] for hit in hits] == found


def test_one_person_does_not_hide_a_text_again_after_it_was_judged(here: Cast) -> None:
    """A grave word hides at once, pending a person; the same reporter said it again after each judgement."""
    with here.scope():
        reporter = make_membership()
        Membership.objects.update(joined_at=timezone.now() - datetime.timedelta(days=9))
        reporter.refresh_from_db()
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        case = reported(here, by=reporter, category="threat", post=post)
        assert fresh(post).state == State.HIDDEN
        decide(case, by=here.moderator, act="approve")
        assert fresh(post).state == State.PUBLISHED
        again = services.report_post(fresh(post), by=reporter, category="threat")
        assert fresh(post).state == State.PUBLISHED, "a case is open, and a person looks first"
        assert Case.objects.open().about(post).exists()
        assert again.weight == 0


def test_who_is_suspended_hides_nothing_by_reporting(here: Cast) -> None:
    with here.scope():
        reporter = make_membership()
        Membership.objects.update(joined_at=timezone.now() - datetime.timedelta(days=9))
        Membership.objects.filter(pk=reporter.pk).update(
            suspended_until=timezone.now() + datetime.timedelta(days=1)
        )
        reporter.refresh_from_db()
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        report = services.report_post(post, by=reporter, category="threat")
        assert report.weight == 0
        assert fresh(post).state == State.PUBLISHED
        assert case_of(post).severity == 4, "it is looked at first all the same"


@pytest.mark.parametrize("silence", ["read_only_until", "suspended_until"])
def test_who_may_only_read_does_not_write_into_their_profile(here: Cast, silence: str) -> None:
    """It stands beside each of their texts, and on a page that everybody reads."""
    with here.scope():
        end = timezone.now() + datetime.timedelta(days=1)
        Membership.objects.filter(pk=here.member.pk).update(**{silence: end})
    words = {"display_name": "Rude name", "handle": here.member.handle, "bio": "Rude words"}
    client = here.sign_in(here.member)
    assert client.post(here.url("/me/profile/"), words).status_code == 422
    with here.scope():
        me = Membership.objects.get(pk=here.member.pk)
        assert (me.display_name, me.bio) == (here.member.display_name, "")


def test_nobody_reads_who_reported_them(here: Cast) -> None:
    """Managers see reporters, for they answer for the place; not those who reported the manager’s own text."""
    with here.scope():
        reporter = make_membership(display_name="Brave Witness")
        post = make_reply(make_thread(here.forum, by=here.member), by=here.manager)
        case = reported(here, by=reporter, post=post)
    url = here.url(f"/moderation/c/{case.ref}/")
    assert "Brave Witness" not in here.sign_in(here.manager).get(url).content.decode()
    assert "Brave Witness" in here.sign_in(here.owner).get(url).content.decode()
    journal = here.url("/moderation/journal/")
    assert "Brave Witness" not in here.sign_in(here.manager).get(journal).content.decode()
    assert "Brave Witness" in here.sign_in(here.owner).get(journal).content.decode()


def test_a_text_that_thousands_report_can_still_be_judged(here: Cast) -> None:
    with here.scope():
        case = reported(here)
        more = [
            Report(case=case, community=here.community, category="hate", text=f"w{n}") for n in range(400)
        ]
        Report.objects.bulk_create(more)
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert "“w98”" in page
    assert "“w99”" not in page
    assert '<span class="small quiet">400</span>' in page


def test_a_notice_typed_again_sends_no_second_mail(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
    notice = {
        "category": "hate", "text": "It is.", "name": "A", "email": "victim@example.org", "good_faith": "on",
    }  # fmt: skip
    for address in ("victim@example.org", "Victim@example.org", "other@example.org"):
        answer = Client().post(here.url(f"/report/post/{post.public_id}/"), notice | {"email": address})
        assert answer.status_code == 302
    with here.scope():
        assert Report.objects.count() == 2


@pytest.mark.parametrize("door", ["rule", "law"])
def test_a_report_of_nul_and_markup_is_shown_as_text(here: Cast, door: str) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
    evil = "<script>alert(1)</script>\r\nBcc: x@example.org"
    data = {"category": "spam", "text": evil, "good_faith": "on", "name": evil, "email": "n@example.org"}
    client = here.sign_in(here.ambassador) if door == "rule" else Client()
    answer = client.post(here.url(f"/report/post/{post.public_id}/"), data)
    assert answer.status_code in (302, 422)
    data["name"] = "A\0B"
    assert client.post(here.url(f"/report/post/{post.public_id}/"), data).status_code in (302, 422)
    with here.scope():
        found: Any = Report.objects.first()
        ref = found.case.ref if found else ""
    if ref:
        html = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{ref}/")).content.decode()
        assert "<script>alert" not in html


def test_a_list_of_words_has_an_end(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text is compared with all of them while its author waits; a known word can still be changed."""
    monkeypatch.setattr(configuring, "MOST_WORDS", 2)
    client, page = here.sign_in(here.manager), here.url("/moderation/words/")
    for word in ("rope", "sail"):
        assert client.post(page, {"word": word, "action": "hold"}).status_code == 302
    refused = client.post(page, {"word": "oar", "action": "hold"})
    assert (refused.status_code, "Remove one first" in refused.text) == (422, True)
    assert client.post(page, {"word": "sail", "action": "mask"}).status_code == 302
    with here.scope():
        assert dict(WatchWord.objects.values_list("word", "action")) == {"rope": "hold", "sail": "mask"}
