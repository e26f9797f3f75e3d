"""By what the order of Today is made, and what the list says of what was done: here, and on pages of its own."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone

from communities.animation.listening.models import Mention, MentionSource
from communities.animation.models import Handling
from communities.animation.newcomers.services import Wishes, greet, nudge
from communities.animation.today.listing import done_today, gather, list_today, used_in
from communities.animation.today.weights import PROPOSED, Weights, weigh_matters, weights_of
from communities.content.models import Post, Thread
from communities.exceptions import FieldError, NotAllowed
from communities.journal.models import Change
from communities.launch.models import JoinRequest
from communities.memory import forget_all
from communities.models import Community, Membership
from moderation.models import AuditEvent, Case
from moderation.queries.minutes import usual_minutes
from moderation.services import claim_case, report_post
from tests.communities.animation.test_today import old_question, send
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.moderation.acts import decide

pytestmark = pytest.mark.django_db
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
PAGE = "/today/order/"


def said(**weights: Any) -> dict[str, str]:
    return {"harm": "4", "people": "2", "age": "1", "effort": "2", "act": "keep"} | weights


def fresh(here: Cast) -> Community:
    forget_all()
    found: Community = Community.objects.get(pk=here.community.pk)
    return found


@pytest.fixture
def two(here: Cast) -> None:
    """An old question, and a newcomer of today whom nobody has greeted."""
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - 90 * DAY)
        old_question(here, title="Which twine?", days=20)
        make_membership(display_name="Aoife", joined_at=timezone.now() - 60 * MINUTE)


def order(here: Cast) -> list[str]:
    with here.scope():
        ranked = gather(fresh(here), here.manager).ranked
        return [one.source.name for one in ranked if one.source.name in ("unanswered", "greetings")]


def test_the_team_says_what_counts_and_reads_the_effect_before(here: Cast, two: None) -> None:
    assert order(here) == ["unanswered", "greetings"]
    manager = here.sign_in(here.manager)
    page = manager.get(here.url("/today/")).text
    assert here.url(PAGE) in page
    assert "It is divided by the minutes." in page
    tried = manager.post(here.url(PAGE), said(age="0", act="try"))
    assert tried.status_code == 200
    assert "things change their places" in tried.text
    assert "before: 1" in tried.text
    assert order(here) == ["unanswered", "greetings"], "nothing is kept yet"
    assert manager.post(here.url(PAGE), said(age="0", effort="1")).status_code == 302
    assert order(here) == ["greetings", "unanswered"]
    assert "square root" in here.sign_in(here.owner).get(here.url("/today/")).text, "for the whole team"
    page = here.sign_in(here.moderator).get(here.url("/today/")).text
    assert "square root" in page
    assert here.url(PAGE) not in page
    with here.scope():
        change = Change.objects.get(act="today_weighed")
        assert (change.before["age"], change.after["age"]) == (1, 0)
    assert manager.post(here.url(PAGE), {"act": "reset"}).status_code == 302
    assert weights_of(fresh(here)) == PROPOSED
    assert "today" not in fresh(here).settings, "what is proposed is kept as nothing"
    assert "Back to the proposal" not in manager.get(here.url(PAGE)).text


@pytest.mark.parametrize(
    "sent",
    [
        {"harm": "11"},
        {"age": "-1"},
        {"people": ""},
        {"effort": "3"},
        {"harm": "0", "people": "0", "age": "0"},
    ],
)
def test_bad_weights_are_refused_with_what_was_typed(here: Cast, sent: dict[str, str]) -> None:
    answer = here.sign_in(here.manager).post(here.url(PAGE), said(**sent))
    assert answer.status_code == 422
    assert weights_of(fresh(here)) == PROPOSED


def test_who_may_and_what_is_damaged(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        for by in (here.member, here.ambassador, here.moderator, here.marketing):
            with pytest.raises(NotAllowed):
                weigh_matters(Weights(age=3), by=by, community=here.community)
        with pytest.raises(FieldError):
            weigh_matters(Weights(age=11), by=here.manager, community=here.community)
        assert weigh_matters(Weights(age=3), by=here.manager, community=here.community)
        assert not weigh_matters(Weights(age=3), by=here.owner, community=here.community)
    assert weights_of(elsewhere.community) == PROPOSED
    for damaged in ({}, [], "x", {"harm": "4"}, {"harm": 99, "people": 1, "age": 1, "effort": 1}):
        assert weights_of(Community(settings={"today": damaged})) == PROPOSED


def decided(here: Cast, minutes: int) -> Case:
    """A reported text, taken up so many minutes ago and decided now, by the moderator."""
    post = make_reply(make_thread(here.forum, by=here.owner), by=here.member, body="<p>Buy my rope!</p>")
    report_post(post, by=here.ambassador, category="spam")
    case = Case.objects.about(post).get()
    claim_case(case, by=here.moderator)
    events = AuditEvent.objects.filter(case=case, act="claim_case")
    began = timezone.now() - minutes * MINUTE
    # A trigger keeps the journal as it is.
    values = {**events.values().get(), "created_at": began}
    values.pop("id")
    AuditEvent.objects.create(**values)
    decide(case, by=here.moderator, act="approve")
    return case


def test_what_was_done_is_named_linked_and_counted(here: Cast) -> None:
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - 90 * DAY)
        thread = old_question(here, title="Which twine?")
        person = make_membership(display_name="Aoife", joined_at=timezone.now() - 60 * MINUTE)
        greet(person, Wishes("Hello.", "note"), by=here.moderator, community=here.community)
        case = decided(here, 7)
        decided(here, 40)
    assert send(here, here.moderator, f"/today/unanswered/{thread.pk}/done/").status_code == 302
    page = here.sign_in(here.moderator).get(here.url("/today/?minutes=60")).text
    for said_of, path in (
        ("Which twine?", thread.get_absolute_url()),
        ("Aoife", f"/members/{person.handle}/"),
        (case.ref, f"/moderation/c/{case.ref}/"),
    ):
        assert re.search(rf'href="{here.url(path)}"[^>]*>{said_of}', page), path
    with here.scope():
        done = done_today(here.community, here.moderator, timezone.now())
        assert [(one.source.name, one.minutes) for one in done] == [
            ("greetings", 3),
            ("cases", 7),
            ("cases", 5),
            ("unanswered", 5),
        ]
        assert used_in(done) == 20
        assert not done_today(here.community, here.owner, timezone.now()), "each their own"
        row = Handling.objects.get()
    assert f"/today/acts/{row.pk}/undo/" in page
    assert page.count("/undo/") == 1, "what was done elsewhere is taken back there"
    lines = re.findall(r'<li class="act is-done" id="([\w-]+)"', page)
    assert len(set(lines)) == 4, "each line is known by a name of its own, for what is done in place"


def test_replies_in_threads_and_words_of_the_desk_count_too(here: Cast) -> None:
    """Each once, by the room that it was due in; what others did before, or of one’s own, is no matter."""
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - 90 * DAY)
        asked, known = (old_question(here, title=title) for title in ("Which twine?", "Which wax?"))
        make_reply(known, by=here.ambassador)
        own = make_thread(here.forum, by=here.manager, kind="question", title="Which shears?")
        person = make_membership(display_name="Aoife", joined_at=timezone.now() - 60 * MINUTE)
        first = make_thread(here.forum, by=person, kind="question", title="Which sail?")
        for thread in (asked, known, own, first, asked):
            make_reply(Thread.objects.get(pk=thread.pk), by=here.manager)
        greeted = make_membership(display_name="Bran", joined_at=timezone.now() - 60 * MINUTE)
        make_thread(here.forum, by=greeted, title="Hello")
        hello = Wishes("Hello.", "reply")
        greet(greeted, hello, by=here.manager, community=here.community)
        quiet = make_membership(display_name="Maud", joined_at=timezone.now() - 9 * DAY)
        nudge(quiet, "Still there?", by=here.manager)
        done = done_today(here.community, here.manager, timezone.now())
        assert sorted((one.source.name, one.title, one.minutes) for one in done) == [
            ("first-texts", "Aoife", 5),
            ("greetings", "Bran", 3),
            ("quiet-newcomers", "Maud", 2),
            ("unanswered", "Which twine?", 5),
        ]
        today = list_today(here.community, here.manager, minutes=30)
        assert (today.used, today.left) == (15, 15)


def test_the_first_question_of_a_newcomer_that_is_answered_here_counts_once(here: Cast) -> None:
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - 90 * DAY)
        person = make_membership(display_name="Aoife", joined_at=timezone.now() - 3 * DAY)
        thread = make_thread(here.forum, by=person, kind="question", title="Which sail?")
        for rows in (Thread.objects.filter(pk=thread.pk), Post.objects.filter(thread=thread)):
            rows.update(published_at=timezone.now() - 2 * DAY)
    sent = send(here, here.manager, f"/today/unanswered/{thread.pk}/do/", words="The old one.")
    assert sent.status_code == 302
    with here.scope():
        done = done_today(here.community, here.manager, timezone.now())
        assert [(one.source.name, one.title) for one in done] == [("unanswered", "Which sail?")]


def test_what_was_decided_or_given_on_its_own_page_counts(here: Cast) -> None:
    with here.scope():
        person = make_membership(display_name="Aoife", status="invited")
        now = timezone.now()
        request = JoinRequest.objects.create(
            membership=person, state="approved", decided_by=here.manager, decided_at=now
        )
        source = MentionSource.objects.create(name="Watch", kind="hook")
        mention = Mention.objects.create(
            source=source,
            key="1",
            title="Which rope?",
            said_at=now - DAY,
            assignee=here.manager,
            reply_on=now.date(),
            replied_at=now,
        )
        done = done_today(here.community, here.manager, now + MINUTE)
        assert sorted((one.source.name, one.key, one.title) for one in done) == [
            ("join-requests", request.pk, "Aoife"),
            ("replies", mention.pk, "Which rope?"),
        ]
        assert not done_today(here.community, here.owner, now + MINUTE), "each their own"


def test_a_name_that_cannot_be_read_leaves_the_line(here: Cast) -> None:
    with here.scope():
        thread = old_question(here, title="Which twine?")
    assert send(here, here.manager, f"/today/unanswered/{thread.pk}/done/").status_code == 302
    with here.scope():
        type(thread).objects.filter(pk=thread.pk).update(state="deleted")
    page = here.sign_in(here.manager).get(here.url("/today/")).text
    assert "Which twine?" not in page
    assert "Question without an answer" in page


def test_whose_part_it_is_no_more_is_told_no_name(here: Cast) -> None:
    with here.scope():
        person = make_membership(display_name="Aoife", joined_at=timezone.now() - 60 * MINUTE)
    assert send(here, here.moderator, f"/today/greetings/{person.pk}/done/").status_code == 302
    assert "Aoife" in here.sign_in(here.moderator).get(here.url("/today/")).text
    with here.scope():
        Membership.objects.filter(pk=here.moderator.pk).update(role="marketing")
    page = here.sign_in(here.moderator).get(here.url("/today/")).text
    assert "Newcomer without a greeting" in page
    assert "Aoife" not in page


def test_cases_take_what_they_took_before(here: Cast) -> None:
    with here.scope():
        for minutes in (9, 9, 9, 2):
            decided(here, minutes)
        assert usual_minutes(timezone.now(), ("cases",)) == {}, "too few to say"
        decided(here, 12)
        assert usual_minutes(timezone.now(), ("cases",)) == {"cases": 9}
        post = make_reply(make_thread(here.forum, by=here.owner), by=here.member)
        report_post(post, by=here.ambassador, category="hate")
        day = list_today(here.community, here.moderator, minutes=240).day
        case = next(one for one in (*day.now, *day.later) if one.source.name == "cases")
        assert case.minutes == 9
