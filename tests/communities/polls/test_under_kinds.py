"""A poll under the text of each kind: offered, drawn, voted in by whom, found and gone with its text, at which cost.

The oracle knows no kind: whatever has its pages under the base of addresses is made here, one text of each.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.calendar import DAY
from communities.calls.services import Wishes as CallWishes
from communities.calls.services import add_call
from communities.content.exceptions import NoInsetHere
from communities.content.insets import ways_to_add
from communities.content.kinds import THREAD_KINDS, ThreadKind
from communities.content.models import State, Thread
from communities.content.services import reply_to
from communities.content.under_replies import offered_under
from communities.exceptions import NotAllowed
from communities.ideas.joining import merge_ideas
from communities.memory import forget_all
from communities.models import Membership
from communities.polls.adding import add_answer
from communities.polls.models import Poll
from tests.communities.albums.making import make_album, make_wall
from tests.communities.challenges.making import enter, make_challenge, make_contests
from tests.communities.ideas.making import fresh as fresh_idea
from tests.communities.ideas.making import make_box, make_idea
from tests.communities.polls.making import OPTIONS, now_where, under, vote
from tests.communities.trials.making import make_feedback, make_tester, make_trial
from tests.conftest import Cast
from tests.factories import make_space, make_thread
from tests.sweeps.guidings import make_page

CANARY = "Hempen canary"


def an_idea(here: Cast) -> Thread:
    return make_idea(make_box(here), here.member)


def an_album(here: Cast) -> Thread:
    return make_album(here, make_wall())


def an_entry(here: Cast) -> Thread:
    [entry] = enter(here, make_challenge(here, make_contests()), here.member)
    thread: Thread = entry.thread
    return thread


def a_page(here: Cast) -> Thread:
    return make_page(make_space(kind="guides", slug="how-to", name="How to", posting="team"), by=here.manager)


def a_feedback(here: Cast) -> Thread:
    trial = make_trial(here)
    for person in (here.member, here.ambassador):
        make_tester(trial, person, here)
    return make_feedback(trial.space, here.member, here)


KINDS: dict[str, Callable[[Cast], Thread]] = {
    "idea": an_idea,
    "album": an_album,
    "entry": an_entry,
    "guide": a_page,
    "feedback": a_feedback,
}
# Read by those who take part alone, and without words of members under them.
CLOSED, WORDLESS = {"feedback"}, {"guide", "album"}


@pytest.fixture(params=KINDS)
def text(request: pytest.FixtureRequest, here: Cast) -> SimpleNamespace:
    """A published text of a kind, and its author."""
    with here.scope():
        thread = Thread.objects.select_related("space", "author").get(pk=KINDS[request.param](here).pk)
        author = Membership.objects.select_related("community", "member").get(pk=thread.author_id)
    return SimpleNamespace(kind=request.param, thread=thread, author=author)


def read(here: Cast, text: SimpleNamespace, who: Membership | None) -> str:
    forget_all()
    address = text.thread.get_absolute_url().removeprefix(here.prefix)
    return here.sign_in(who).get(here.url(address)).content.decode()


def test_it_is_added_drawn_voted_in_and_closed(here: Cast, text: SimpleNamespace) -> None:
    with here.scope():
        post = text.thread.opening()
        at = here.url(f"/polls/under/{post.public_id}/")
    client = here.sign_in(text.author)
    edit = here.url(
        f"/guides/{text.thread.slug}/edit/" if text.kind == "guide" else f"/p/{post.public_id}/edit/"
    )
    assert at in client.get(edit).content.decode(), "the form of the text offers it"
    assert here.sign_in(here.ambassador).get(at).status_code == 403
    form = client.get(at).content.decode()
    assert ('name="poll_additions"' in form) is (text.kind not in WORDLESS)
    said = {
        "poll_options": "\n".join(OPTIONS),
        "poll_way": "one",
        "poll_shown": "voted",
        "poll_additions": "1",
    }
    assert client.post(at, said).status_code == 302
    with here.scope():
        poll = Poll.objects.select_related("thread").get()
        assert (poll.thread.inset, poll.additions) == ("poll", int(text.kind not in WORDLESS))
    vote_at = here.url(f"/polls/{poll.pk}/vote/")
    assert vote_at in read(here, text, here.ambassador)
    if text.kind not in CLOSED:
        page = read(here, text, None)
        assert "Polyester" in page
        assert vote_at not in page, "a visitor reads it, and does not vote"
    answer = here.sign_in(here.ambassador).post(vote_at, {"choice": "1"})
    assert answer.status_code == 302
    assert f"#poll-{poll.pk}" in answer["Location"]
    with here.scope():
        assert now_where(poll).votes == [0, 1, 0]
    assert 'class="poll-results' in read(here, text, here.ambassador)
    assert client.post(here.url(f"/polls/{poll.pk}/close/")).status_code == 302
    assert "Poll closed" in read(here, text, here.ambassador)
    assert here.sign_in(here.manager).post(vote_at, {"choice": "1"}).status_code == 409


def test_who_may_not_write_there_does_not_vote(here: Cast, text: SimpleNamespace) -> None:
    with here.scope():
        poll = under(text.thread, by=text.author)
        Membership.objects.filter(pk=here.ambassador.pk).update(read_only_until=timezone.now() + DAY)
        reader = Membership.objects.select_related("community").get(pk=here.ambassador.pk)
        with pytest.raises(NotAllowed):
            vote(poll, 0, by=reader)
        Thread.objects.filter(pk=text.thread.pk).update(locked=True)
        with pytest.raises(NotAllowed):
            vote(poll, 0, by=here.marketing)
        assert now_where(poll).ballots == 0


def test_it_is_found_and_hidden_with_its_text(here: Cast, text: SimpleNamespace) -> None:
    with here.scope():
        poll = under(text.thread, by=text.author, options=(CANARY, "Manila"))
    reader = here.sign_in(here.ambassador)
    searched, alone = here.url("/search/?q=hempen"), here.url(f"/polls/{poll.pk}/")
    assert text.thread.title in reader.get(searched).content.decode()
    if text.kind in CLOSED:
        assert text.thread.title not in here.sign_in(None).get(searched).content.decode()
        assert here.sign_in(None).get(alone).status_code in (302, 404)
    else:
        assert CANARY in here.sign_in(None).get(here.url("/feed.xml")).content.decode()
    with here.scope():
        Thread.objects.filter(pk=text.thread.pk).update(state=State.HIDDEN)
    forget_all()
    assert reader.get(alone).status_code == 404
    for path in ("/search/?q=hempen", "/feed.xml"):
        for client in (reader, here.sign_in(None)):
            assert CANARY not in client.get(here.url(path)).content.decode()
    assert text.thread.title not in reader.get(searched).content.decode()
    assert CANARY not in read(here, text, here.ambassador)


def test_a_page_without_one_asks_nothing_more(here: Cast, text: SimpleNamespace) -> None:
    address = here.url(text.thread.get_absolute_url().removeprefix(here.prefix))
    client = here.sign_in(here.ambassador)

    def statements() -> list[str]:
        client.get(address)
        forget_all()
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return [one["sql"] for one in captured.captured_queries]

    plain = statements()
    assert not any("polls_" in sql for sql in plain)
    with here.scope():
        under(text.thread, by=text.author)
    assert len(statements()) - len(plain) == 2


def test_replies_have_none_and_calls_stay_with_texts_of_the_team(here: Cast, text: SimpleNamespace) -> None:
    with here.scope():
        by = Membership.objects.select_related("community").get(pk=here.manager.pk)
        assert offered_under(text.thread, by) == []
        assert [url.rpartition("/polls/")[1] for _label, url in ways_to_add(text.thread.opening(), by)] == [
            "/polls/"
        ]
        now = timezone.now()
        with pytest.raises(NoInsetHere):
            add_call(text.thread, CallWishes(opens_at=now, closes_at=now + DAY), by=by)
        if text.kind in WORDLESS:
            return
        post = reply_to(text.thread, by=here.ambassador, body="<p>Let us ask.</p>")
        with pytest.raises(NoInsetHere):
            under(text.thread, by=here.ambassador, post=post)
        assert ways_to_add(post, here.ambassador) == []
        poll = under(text.thread, by=text.author, additions=1)
        assert add_answer(poll, "Flax", by=here.ambassador).words == "Flax"


def test_a_kind_that_draws_nothing_is_refused(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        monkeypatch.setattr(
            THREAD_KINDS[thread.kind], "draws_insets", ThreadKind("none", "None").draws_insets
        )
        with pytest.raises(NoInsetHere):
            under(thread, by=here.member)
        assert ways_to_add(thread.opening(), here.member) == []


def test_a_merged_idea_keeps_its_poll_and_takes_no_votes(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        source, target = make_idea(box, here.member), make_idea(box, here.member, "Brass again")
        poll = under(source, by=here.member)
        vote(poll, 0, by=here.ambassador)
        merge_ideas(fresh_idea(source), fresh_idea(target), by=here.manager)
        assert now_where(poll).ballots == 1
        with pytest.raises(NotAllowed):
            vote(poll, 0, by=here.marketing)
    assert "Polyester" in here.sign_in(here.ambassador).get(here.url(f"/polls/{poll.pk}/")).content.decode()
