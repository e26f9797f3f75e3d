"""The archive, segments, what is imported and what two write at once: nothing widens, leaks or is lost."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.animation.newsletters import portable, sending, subscribing, writing
from communities.animation.newsletters.exceptions import WrittenMeanwhile
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterVersion,
    Segment,
)
from communities.animation.newsletters.segments import (
    MOST_SEGMENTS,
    Rule,
    SegmentInUse,
    TooManySegments,
    delete_segment,
    save_segment,
)
from communities.exceptions import FieldError
from tests.conftest import Cast
from tests.sweeps.letters import make_letter

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def plan(here: Cast, newsletter: Newsletter, **said: Any) -> Newsletter:
    said = {"send_at": None} | said
    return sending.plan_newsletter(newsletter, by=here.manager, community=here.community, **said)


def run(here: Cast, newsletter: Newsletter, now: datetime.datetime | None = None) -> int:
    return sending.advance(newsletter.pk, here.community, now or timezone.now())


# The archive, and segments


def test_a_sent_one_is_taken_out_of_the_archive_and_put_back(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        letter = plan(here, make_letter(here))
        run(here, letter)
    client = here.sign_in(here.marketing)
    act, page = (f"/manage/newsletters/{letter.pk}/archive/", f"/newsletters/{letter.slug}/")
    assert "Take it out of the archive" in client.get(here.url(f"/manage/newsletters/{letter.pk}/")).text
    client.post(here.url(act), {"act": "out"})
    assert Client().get(here.url(page)).status_code == 404
    client.post(here.url(act), {"act": "in"})
    assert Client().get(here.url(page)).status_code == 200


def test_what_begins_to_go_to_some_is_not_for_everybody_to_read(here: Cast) -> None:
    with here.scope():
        segment = save_segment(Segment(), by=here.manager, name="Team", rule=Rule(roles=("manager",)))
        letter, said = make_letter(here), {"by": here.manager, "segment": segment, "is_public": True}
        letter = writing.edit_newsletter(letter, version=letter.version, **said)
        assert not letter.is_public
        letter = writing.edit_newsletter(letter, version=letter.version, **said)
        assert letter.is_public


def test_a_segment_of_what_was_sent_can_go_and_its_name_stays(here: Cast) -> None:
    with here.scope():
        subscribing.subscribe_member(here.member)
        segment = save_segment(Segment(), by=here.manager, name="Sailors", rule=Rule(roles=("member",)))
        letter = make_letter(here)
        letter = writing.edit_newsletter(
            letter, by=here.manager, version=letter.version, segment=segment, is_public=False
        )
        plan(here, letter)
        with pytest.raises(SegmentInUse):
            delete_segment(segment, by=here.manager)
        run(here, letter)
        delete_segment(segment, by=here.manager)
        letter = Newsletter.objects.get(pk=letter.pk)
        assert (letter.segment, letter.goes_to) == (None, "Sailors")
    assert "Sailors" in here.sign_in(here.manager).get(here.url("/manage/newsletters/")).text


def test_a_segment_never_widens_by_itself(here: Cast) -> None:
    with here.scope():
        gone = 10**9
        assert not Rule(without=(gone,)).people().exists()
        assert not Rule(within=(gone,)).people().exists()
        with pytest.raises(FieldError):
            save_segment(Segment(), by=here.manager, name="Astray", rule=Rule(without=(gone,)))
        chain = save_segment(Segment(), by=here.manager, name="0", rule=Rule(roles=("member",)))
        first = chain
        for depth in range(1, 5):
            chain = save_segment(Segment(), by=here.manager, name=str(depth), rule=Rule(within=(chain.pk,)))
        assert set(Rule(within=(first.pk,)).people()) == set(Rule.read(chain.rule).people())
        with pytest.raises(FieldError):
            save_segment(Segment(), by=here.manager, name="5", rule=Rule(within=(chain.pk,)))
        other = save_segment(Segment(), by=here.manager, name="Below", rule=Rule())
        with pytest.raises(FieldError):
            save_segment(first, by=here.manager, name="0", rule=Rule(without=(other.pk,)))


def test_a_condition_that_leads_nowhere_stays_one_on_import() -> None:
    kept = portable._rule({"within": [7], "stages": [3], "roles": ["member"]}, {}, lambda _model, _n: None)
    assert kept == {"within": [0], "stages": [0], "roles": ["member"]}


def test_the_hundred_and_first_segment_is_refused_and_the_chosen_one_offered(here: Cast) -> None:
    with here.scope():
        rows = [Segment(community=here.community, name=f"S{n:03}") for n in range(MOST_SEGMENTS)]
        Segment.objects.bulk_create(rows)
        with pytest.raises(TooManySegments):
            save_segment(Segment(), by=here.manager, name="One more", rule=Rule())
        last = Segment.objects.create(name="Zz", rule={})
        letter = make_letter(here)
        Newsletter.objects.filter(pk=letter.pk).update(segment=last)
    client = here.sign_in(here.manager)
    page = client.get(here.url(f"/manage/newsletters/{letter.pk}/edit/"))
    assert f'value="{last.pk}" selected' in page.text
    answer = client.post(here.url("/manage/segments/new/"), {"name": "More", "visit": "", "posts": ""})
    assert answer.status_code == 422
    assert "A hundred segments" in answer.text


# Imported


def test_imported_words_are_cleaned_and_addresses_checked() -> None:
    blocks = [
        {
            "id": 1,
            "kind": "text",
            "source": "**Hi** <script>x</script>",
            "html": "<script>x</script>",
            "text": "x",
        },
        {"id": 2, "kind": "button", "label": "Go", "url": "javascript:alert(1)"},
        {"id": 3, "kind": "pick", "thread": 4, "title": "T", "path": "https://evil.example/", "label": "L"},
        {"id": 4, "kind": "button", "label": "Go", "url": "https://example.org/"},
        {"id": 5, "kind": "frame", "html": "<iframe>"},
    ]
    kept = portable._blocks(blocks, {}, lambda _model, number: number)
    assert [one["id"] for one in kept] == [1, 4]
    assert "<script" not in kept[0]["html"]
    assert "<strong>Hi</strong>" in kept[0]["html"]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("draft", "draft"), ("planned", "draft"), ("sending", "sent"), ("stopped", "sent"), ("sent", "sent")],
)
def test_nothing_leaves_by_itself_where_it_is_imported(was: str, becomes: str) -> None:
    assert portable._state(was, {}, lambda _model, _number: None) == becomes


# Writing


def test_what_was_typed_stays_where_somebody_was_faster(here: Cast) -> None:
    with here.scope():
        letter = make_letter(here)
        seen = letter.version
        said = {"label": "Go", "url": "https://example.org/"}
        writing.edit_block(letter, letter.language, 2, by=here.manager, said=said, seen=seen)
        with pytest.raises(WrittenMeanwhile):
            writing.edit_block(letter, letter.language, 2, by=here.manager, said=said, seen=seen)
    client, page = here.sign_in(here.marketing), f"/manage/newsletters/{letter.pk}/"
    late = client.post(
        here.url(f"{page}blocks/2/"), {"label": "Typed late", "url": "/forums/", "seen": str(seen)}
    )
    assert late.status_code == 409
    assert "Typed late" in late.text
    subject = client.post(here.url(f"{page}subject/"), {"s-subject": "Late subject", "seen": str(seen)})
    assert subject.status_code == 409
    assert "Late subject" in subject.text
    with here.scope():
        version = NewsletterVersion.objects.get(newsletter=letter)
        assert (version.subject, version.blocks[1]["label"]) == ("Knots of the week", "Go")


def test_a_trial_counts_for_its_language(here: Cast) -> None:
    with here.scope():
        letter = make_letter(here)
        writing.set_subject(letter, "fr", by=here.manager, subject="Les nœuds")
        sending.send_trial(letter, "fr", by=here.manager, community=here.community)
        tried = {one.language: one.tested_at is not None for one in letter.versions.all()}
        assert tried == {letter.language: False, "fr": True}
        writing.add_text(letter, "fr", by=here.manager, source="Encore.")
        assert NewsletterVersion.objects.get(newsletter=letter, language="fr").tested_at is None
