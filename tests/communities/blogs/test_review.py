"""Articles that an editor reads before they appear: the whole way, what each sees of it, and what is refused."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.animation.today.listing import gather
from communities.blogs.models import ArticleReview, ReviewNote
from communities.blogs.review.exceptions import ReviewChanged, ReviewError
from communities.blogs.review.passages import passages_of, put_beside
from communities.blogs.review.permissions import REVIEWED
from communities.blogs.review.services import (
    add_note,
    approve_article,
    edit_checklist,
    remove_note,
    return_article,
    settle_note,
    submit_article,
    take_back_article,
)
from communities.blogs.services import (
    Draft,
    edit_article,
    publish_article,
    unpublish_article,
    write_article,
)
from communities.content.kinds import KINDS
from communities.content.models import Revision, Space, SpaceAuthor, State, Thread
from communities.content.services import edit_post, publish_due, publish_thread
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.polls.models import Poll
from communities.polls.services import Wishes, add_poll, remove_poll
from tests.conftest import Cast
from tests.factories import make_space

TEXT = "<p>A splice holds longer than any knot.</p><p>It always holds.</p>"


@pytest.fixture
def journal(here: Cast) -> Space:
    """A blog with an author (the member) and an editor (the ambassador)."""
    with here.scope():
        space = make_space(
            kind="blog", slug="log", name="The log", posting="authors", settings={"switches": [REVIEWED]}
        )
        SpaceAuthor.objects.create(space=space, membership=here.member)
        SpaceAuthor.objects.create(space=space, membership=here.ambassador, edits=True)
        forget_all()
        return space


def draft_in(space: Space, here: Cast, *, by: Membership | None = None) -> Thread:
    thread = write_article(
        space, by=by or here.member, community=here.community, draft=Draft("On splices", TEXT)
    )
    return fresh(thread)


def fresh(thread: Thread) -> Thread:
    return Thread.objects.select_related("space", "author").get(pk=thread.pk)


def told(person: Membership, kind: str) -> int:
    return Notification.objects.filter(membership=person, kind=kind).count()


def test_the_way_of_an_article_past_an_editor(here: Cast, journal: Space) -> None:
    with here.scope():
        edit_checklist(journal, by=here.manager, lines=["Sources are named", "Links were opened"])
        thread = draft_in(journal, here)
        with pytest.raises(NotAllowed):
            publish_article(thread, by=here.member)
        with pytest.raises(NotAllowed):
            publish_thread(thread, by=here.member)
    author, editor = here.sign_in(here.member), here.sign_in(here.ambassador)
    path = here.url(f"/blogs/log/{thread.slug}/review/")
    page = author.get(here.url(f"/blogs/log/{thread.slug}/edit/")).content.decode()
    assert "To the editors" in page
    assert 'value="publish"' not in page
    asked = author.get(path).content.decode()
    assert "Sources are named" in asked
    assert author.post(path, {"act": "submit", "ticked": "Sources are named"}).status_code == 302
    queue = editor.get(here.url("/blogs/approvals/")).content.decode()
    assert path in queue
    assert "1 article waits to be read" in editor.get(here.url("/blogs/log/")).content.decode()
    bell = editor.get(here.url("/notifications/")).content.decode()
    assert "“On splices” waits for an editor" in bell

    note = {"act": "note", "passage": "2", "about": "always holds", "words": "Not always."}
    assert editor.post(path, note).status_code == 302
    assert editor.post(path, note | {"about": "never holds"}).status_code == 422
    assert "Not always." not in author.get(path).content.decode(), "they see it once it is given back"
    said = {"round": "1", "version": str(thread.version)}
    assert editor.post(path, {"act": "return", "word": "Nearly there."} | said).status_code == 302
    page = author.get(path).content.decode()
    assert "Not always." in page
    assert "Nearly there." in page
    assert "comes back to you with notes" in author.get(here.url("/notifications/")).content.decode()
    with here.scope():
        settle_note(ReviewNote.objects.get(about="always holds"), by=here.member, settled=True)
        assert submit_article(fresh(thread), by=here.member)
        assert Revision.objects.filter(post=thread.opening()).count() == 2, "each as it was sent"
    assert editor.post(path, {"act": "approve"} | said).status_code == 409, "it was sent anew since"
    said["round"] = "2"
    assert editor.post(path, {"act": "approve"} | said).status_code == 302
    assert here.sign_in(None).get(here.url(f"/blogs/log/{thread.slug}/")).status_code == 200
    with here.scope():
        assert told(here.ambassador, "article_submitted") == 2
        assert told(here.member, "article_returned") == told(here.member, "article_approved") == 1
    assert "“On splices” is approved" in author.get(here.url("/notifications/")).content.decode()


def test_an_article_approved_for_a_day_goes_out_then_and_back_where_its_author_changes_it(
    here: Cast, journal: Space
) -> None:
    at = timezone.now() + datetime.timedelta(days=2)
    with here.scope():
        kept, changed = draft_in(journal, here), draft_in(journal, here)
        for thread in (kept, changed):
            submit_article(thread, by=here.member)
            approve_article(fresh(thread), by=here.ambassador, at=at)
            assert fresh(thread).state == State.SCHEDULED
        edit_article(fresh(changed), by=here.member, draft=Draft("On splices", "<p>Something else.</p>"))
        assert fresh(changed).state == State.DRAFT
        review = ArticleReview.objects.get(thread=changed)
        assert (review.state, review.round) == ("submitted", 2)
        assert told(here.ambassador, "article_submitted") == 3
        # What an editor corrects stays approved.
        edit_article(fresh(kept), by=here.ambassador, draft=Draft("On splices", "<p>Corrected.</p>"))
        assert fresh(kept).state == State.SCHEDULED
        assert publish_due(here.community, now=at) == 1
        assert fresh(kept).is_published
        assert not fresh(changed).is_published


def test_a_version_put_back_into_what_was_approved_is_read_too(here: Cast, journal: Space) -> None:
    with here.scope():
        thread = draft_in(journal, here)
        submit_article(thread, by=here.member)
        edit_article(fresh(thread), by=here.member, draft=Draft("On splices", "<p>Something else.</p>"))
        approve_article(fresh(thread), by=here.ambassador, at=timezone.now() + datetime.timedelta(days=2))
        text, version = fresh(thread).opening(), fresh(thread).version
    answer = here.sign_in(here.member).post(here.url(f"/p/{text.public_id}/history/0/back/"), follow=True)
    assert "It is no longer scheduled" in answer.content.decode()
    with here.scope():
        review, now = ArticleReview.objects.get(), fresh(thread)
        assert (review.state, review.round, now.state) == ("submitted", 2, State.DRAFT)
        # Whoever has it open, to write or to decide, has a former text.
        assert now.version > version
        edit_post(now.opening(), by=here.member, body="<p>At its own address.</p>")
        with pytest.raises(ReviewChanged):
            approve_article(now, by=here.ambassador, seen=(review.round, now.version))


def test_an_author_takes_back_what_waits(here: Cast, journal: Space) -> None:
    with here.scope():
        thread = draft_in(journal, here)
        assert not take_back_article(thread, by=here.member)
        submit_article(thread, by=here.member)
        assert not submit_article(fresh(thread), by=here.member), "twice is once"
        assert take_back_article(fresh(thread), by=here.member)
        with pytest.raises(ReviewChanged):
            approve_article(fresh(thread), by=here.ambassador)
        submit_article(fresh(thread), by=here.member)
        approve_article(fresh(thread), by=here.ambassador, at=timezone.now() + datetime.timedelta(days=1))
        assert take_back_article(fresh(thread), by=here.member)
        assert fresh(thread).state == State.DRAFT


def test_of_two_editors_the_second_is_told_who_decided(here: Cast, journal: Space) -> None:
    with here.scope():
        thread = draft_in(journal, here)
        submit_article(thread, by=here.member)
        kept = add_note(fresh(thread), by=here.manager, words="A source?", passage="It always holds.")
        return_article(fresh(thread), by=here.ambassador, word="See above.")
        for act in (approve_article, return_article):
            with pytest.raises(ReviewChanged, match=here.ambassador.display_name):
                act(fresh(thread), by=here.manager)
        assert ReviewNote.objects.filter(pk=kept.pk).exists()
        with pytest.raises(NotAllowed):
            remove_note(kept, by=here.manager)
        with pytest.raises(ReviewError):
            submit_article(thread, by=here.member) and return_article(fresh(thread), by=here.manager)


def test_who_may_do_what(here: Cast, journal: Space, elsewhere: Cast) -> None:
    with here.scope():
        thread = draft_in(journal, here)
        for person in (here.moderator, here.marketing):
            with pytest.raises(NotAllowed):
                submit_article(thread, by=person)
        submit_article(thread, by=here.member)
        for person in (here.member, here.moderator, here.marketing):
            for refused in (approve_article, return_article):
                with pytest.raises(NotAllowed):
                    refused(fresh(thread), by=person)
            with pytest.raises(NotAllowed):
                edit_checklist(journal, by=person, lines=["Mine"])
        # An editor’s own article needs nobody.
        own = draft_in(journal, here, by=here.ambassador)
        assert publish_article(own, by=here.ambassador)
    path = f"/blogs/log/{thread.slug}/review/"
    assert here.sign_in(here.moderator).get(here.url(path)).status_code == 403
    seen = here.sign_in(here.moderator).get(here.url(f"/blogs/log/{thread.slug}/preview/"))
    assert seen.status_code == 200
    assert path not in seen.content.decode(), "it leads nobody where they are refused"
    assert here.sign_in(here.marketing).get(here.url(path)).status_code == 404
    assert here.sign_in(here.member).get(here.url("/blogs/approvals/")).status_code == 403
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(path)).status_code == 404


def test_managers_find_it_among_their_day(here: Cast, journal: Space) -> None:
    with here.scope():
        thread = draft_in(journal, here)
        submit_article(thread, by=here.member)
        ranked = gather(here.community, here.manager).ranked
        [matter] = [one.matter for one in ranked if one.source.name == "approvals"]
        assert matter.url.endswith(f"/blogs/log/{thread.slug}/review/")
    assert matter.title in here.sign_in(here.manager).get(here.url("/today/")).content.decode()


def test_notes_find_their_paragraph_wherever_it_stands(here: Cast, journal: Space) -> None:
    with here.scope():
        body = draft_in(journal, here).opening()
        passages = passages_of(body, frozenset())
        assert [one.text for one in passages] == ["A splice holds longer than any knot.", "It always holds."]
        there, moved = ReviewNote(passage="It always holds."), ReviewNote(passage="Gone.", about="any knot")
        gone, whole = ReviewNote(passage="Gone."), ReviewNote()
        others = put_beside(passages, [there, moved, gone, whole])
        assert others == [gone, whole]
        assert (passages[0].notes, passages[1].notes) == ([moved], [there])


def test_a_note_stands_beside_the_paragraph_that_its_editor_has_read(here: Cast, journal: Space) -> None:
    with here.scope():
        thread = draft_in(journal, here)
        submit_article(thread, by=here.member)
        second = passages_of(thread.opening(), frozenset())[1]
    editor, path = here.sign_in(here.ambassador), here.url(f"/blogs/log/{thread.slug}/review/")
    assert second.mark in editor.get(path).content.decode()
    note = {"act": "note", "passage": "2", "mark": second.mark, "words": "A source?"}
    with here.scope():
        first_now = Draft("On splices", "<p>New.</p><p>Newer.</p><p>It always holds.</p>")
        edit_article(fresh(thread), by=here.member, draft=first_now)
    assert editor.post(path, note).status_code == 302
    with here.scope():
        assert ReviewNote.objects.get().passage == "It always holds."
        edit_article(fresh(thread), by=here.member, draft=Draft("On splices", "<p>New.</p><p>It holds.</p>"))
    refused = editor.post(path, note | {"words": "Which one?"})
    assert refused.status_code == 409
    assert "Which one?" in refused.content.decode()
    with here.scope():
        assert ReviewNote.objects.count() == 1
        # Whoever takes their texts along takes what notes quote of them.
        KINDS["blog"].empty_sides([thread.pk])
        assert ReviewNote.objects.get().passage == ""


def test_of_the_only_editor_managers_read_the_article(here: Cast, journal: Space) -> None:
    with here.scope():
        submit_article(draft_in(journal, here, by=here.ambassador), by=here.ambassador)
        assert told(here.manager, "article_submitted") == 1
        assert told(here.ambassador, "article_submitted") == 0


def test_what_is_no_longer_approved_is_not_said_to_be(here: Cast, journal: Space) -> None:
    with here.scope():
        thread = draft_in(journal, here)
        submit_article(thread, by=here.member)
        approve_article(fresh(thread), by=here.ambassador)
    bell, said = here.url("/notifications/"), "“On splices” is approved"
    assert said in here.sign_in(here.member).get(bell).content.decode()
    with here.scope():
        unpublish_article(fresh(thread), by=here.ambassador)
    assert said not in here.sign_in(here.member).get(bell).content.decode()


def test_a_poll_under_what_was_approved_is_read_too(here: Cast, journal: Space) -> None:
    """Approved for a day: back to the editors, and its author hears why; sent: the page that is open is an old one."""
    with here.scope():
        article = draft_in(journal, here)
        submit_article(article, by=here.member)
        approve_article(article, by=here.ambassador, at=timezone.now() + datetime.timedelta(days=2))
        text = Thread.objects.get(pk=article.pk).opening()
    sent = {"poll_options": "Hemp\nCotton", "poll_way": "one", "poll_shown": "voted"}
    answer = here.sign_in(here.member).post(here.url(f"/polls/under/{text.public_id}/"), sent, follow=True)
    assert "It is no longer scheduled" in answer.content.decode()
    with here.scope():
        review, thread = ArticleReview.objects.get(), Thread.objects.get(pk=article.pk)
        assert (review.state, review.round, thread.state, thread.inset) == ("submitted", 2, "draft", "poll")
        seen = (review.round, thread.version)
        remove_poll(Poll.objects.get(), by=here.member)
        with pytest.raises(ReviewChanged):
            approve_article(thread, by=here.ambassador, seen=seen)
        # What an editor adds themselves needs nobody.
        approve_article(thread, by=here.ambassador, at=timezone.now() + datetime.timedelta(days=2))
        add_poll(Thread.objects.get(pk=article.pk), Wishes("Which?", ["Hemp", "Cotton"]), by=here.ambassador)
        assert Thread.objects.get(pk=article.pk).state == State.SCHEDULED
