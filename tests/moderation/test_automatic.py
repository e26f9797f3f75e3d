"""What moderation brings to automations: a decided case begins one, a text is held until a person has read it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.automations.models import Firing
from communities.animation.automations.rehearsing import rehearse
from communities.animation.automations.services import stop_all
from communities.animation.automations.showing import may_read
from communities.content.models import Post, State
from communities.content.services import edit_post, set_tags
from communities.exceptions import DomainError, NotAllowed
from communities.notifications.models import Notification
from moderation.models import Case, Decision
from moderation.services import decide_case
from moderation.services.deciding import occurrence_of
from moderation.services.holding import hold_post
from moderation.services.opening import open_case
from moderation.services.statements import seen_revision
from tests.communities.animation.automations.making import make, run
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_rules, make_space, make_thread

pytestmark = pytest.mark.django_db


def decide(case: Case, here: Cast, act: str) -> None:
    decide_case(case, by=here.moderator, act=act, version=case.version, revision=seen_revision(case))


def test_a_first_text_is_held_until_a_person_has_read_it(here: Cast) -> None:
    make(here, "first_text", "hold")
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    assert run(here) == [("done", "")]
    with here.scope():
        post = Post.objects.select_related("thread").get(thread=thread)
        case = Case.objects.get(post=post)
        assert (post.state, case.is_open, case.kind) == (State.HIDDEN, True, Case.Kind.LOOK)
        decision = Decision.objects.get(case=case)
        assert (decision.act, decision.actor_id) == ("hide", None)
        assert "automation" in decision.reason
        told = Notification.objects.for_membership(here.member).values_list("kind", flat=True)
        assert len(told) == 1, "its author is told, and reads why"
        decide(case, here, "approve")
        post.refresh_from_db()
        assert post.state == State.PUBLISHED


def test_texts_of_the_team_are_not_held(here: Cast) -> None:
    make(here, "first_text", "hold")
    with here.scope():
        make_thread(here.forum, by=here.moderator)
    assert run(here) == [("skipped", "refused")]
    with here.scope():
        assert not Case.objects.exists()


def test_what_a_person_left_up_is_not_held_again(here: Cast) -> None:
    make(here, "tag_used", "hold", trigger_values={"tag": "rope"})
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        post = Post.objects.get(thread=thread)
        decide(open_case(post, kind=Case.Kind.LOOK), here, "approve")
        set_tags(thread, by=here.manager, names=["rope"])
    assert run(here) == [("skipped", "refused")]
    with here.scope():
        post.refresh_from_db()
        assert post.state == State.PUBLISHED
        assert "left it up" in Firing.objects.get().detail


def test_a_text_is_held_as_it_is_now(here: Cast) -> None:
    """Between its being found and its being held somebody may edit it, and somebody leave it up, or take it away."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        known = Post.objects.select_related("thread__space", "author").get(thread=thread)
        edit_post(known, by=here.member, body="<p>Other words.</p>")
        decide(open_case(Post.objects.get(pk=known.pk), kind=Case.Kind.LOOK), here, "approve")
        with pytest.raises(DomainError, match="left it up"):
            hold_post(known, by=here.moderator)
        assert Post.objects.get(pk=known.pk).state == State.PUBLISHED
        gone = make_reply(thread, by=here.member)
        known = Post.objects.select_related("thread__space", "author").get(pk=gone.pk)
        gone.delete()
        with pytest.raises(DomainError, match="no longer there"):
            hold_post(known, by=here.moderator)


def test_a_decided_case_is_told_to_those_who_see_the_queue_only(here: Cast) -> None:
    make(here, "case_decided", "tell", to=here.moderator)
    with here.scope():
        author = make_membership(joined_at=timezone.now())
        thread = make_thread(here.forum, by=author)
        case = open_case(Post.objects.get(thread=thread), kind=Case.Kind.LOOK)
        decide(case, here, "approve")
    assert run(here) == [("done", "")]
    with here.scope():
        line = Notification.objects.for_membership(here.moderator).get(kind="automatic_news")
        assert line.path == f"/moderation/c/{case.ref}/"
        assert stop_all(by=here.owner) == 1
    form = here.sign_in(here.manager).get(here.url("/manage/automations/new/?when=case_decided&then=tell"))
    offered = {str(key) for key, _name in form.context["form"].fields["to"].choices}
    assert str(here.moderator.pk) in offered
    assert str(here.marketing.pk) not in offered
    assert str(here.ambassador.pk) not in offered


def test_who_was_reported_and_nothing_came_of_it_is_not_written_to(here: Cast) -> None:
    make(here, "case_decided", "note")
    with here.scope():
        spared, judged = make_membership(), make_membership()
        threads = [make_thread(here.forum, by=one) for one in (spared, judged)]
        left, hidden = (
            open_case(Post.objects.get(thread=thread), kind=Case.Kind.REPORT) for thread in threads
        )
        decide(left, here, "approve")
        left.refresh_from_db()
        assert occurrence_of(left).person is None
        make_rules("Be kind.")
        decide_case(
            hidden,
            by=here.moderator,
            act="hide",
            version=hidden.version,
            revision=seen_revision(hidden),
            ground="1",
        )
    assert run(here) == [("done", "")]
    with here.scope():
        assert Notification.objects.for_membership(spared).filter(kind="automatic_note").count() == 0
        assert Notification.objects.for_membership(judged).filter(kind="automatic_note").count() == 1


def decided(here: Cast, *acts: str) -> list[Case]:
    """Cases about texts of others, decided so."""
    make_rules("Be kind.")
    cases = []
    for act in acts:
        thread = make_thread(here.forum, by=make_membership())
        case = open_case(Post.objects.get(thread=thread), kind=Case.Kind.LOOK)
        ground = "1" if act == "hide" else ""
        decide_case(
            case,
            by=here.moderator,
            act=act,
            version=case.version,
            revision=seen_revision(case),
            ground=ground,
        )
        cases.append(case)
    return cases


def test_only_cases_that_ended_so_begin_it(here: Cast) -> None:
    make(here, "case_decided", "tell", to=here.moderator, conditions=(("outcome", "hidden"),))
    with here.scope():
        _left, hidden = decided(here, "approve", "hide")
    assert run(here) == [("skipped", "if"), ("done", "")]
    with here.scope():
        line = Notification.objects.for_membership(here.moderator).get(kind="automatic_news")
        assert line.path == f"/moderation/c/{hidden.ref}/"


def test_how_it_ended_can_be_asked_of_cases_alone_and_of_what_is_decided(here: Cast) -> None:
    client = here.sign_in(here.manager)
    form = client.get(here.url("/manage/automations/new/?when=case_decided&then=tell")).context["form"]
    asked = dict(form.fields["if_0"].choices[1:])
    assert ("outcome:hidden", "it ended as Hidden") in asked["it ended as"]
    assert "outcome:withdrawn" not in dict(asked["it ended as"])
    form = client.get(here.url("/manage/automations/new/?when=joined&then=tell")).context["form"]
    assert "it ended as" not in dict(form.fields["if_0"].choices[1:])


def test_a_rehearsal_asks_once_how_all_its_cases_ended(here: Cast) -> None:
    automation = make(here, "case_decided", "tell", to=here.moderator, conditions=(("outcome", "hidden"),))

    def rehearsed() -> tuple[int, int]:
        with here.scope(), CaptureQueriesContext(connection) as seen:
            times = rehearse(automation, here.community, by=here.manager).times
        return times, len(
            [one for one in seen if "moderation_case" in one["sql"] and "outcome" in one["sql"]]
        )

    with here.scope():
        decided(here, "approve", "hide")
    times, few = rehearsed()
    assert times == 1
    with here.scope():
        decided(here, "hide", "hide", "approve")
    assert rehearsed() == (3, few)


def test_a_local_moderator_is_told_of_cases_of_their_spaces_only(here: Cast) -> None:
    with here.scope():
        other = make_space()
        here.moderator.role_spaces = [here.forum.pk]
        here.moderator.save(update_fields=["role_spaces"])
        here.moderator = type(here.moderator).objects.get(pk=here.moderator.pk)
    make(here, "case_decided", "tell", to=here.moderator)
    with here.scope():
        cases = [
            open_case(Post.objects.get(thread=make_thread(space, by=make_membership())), kind=Case.Kind.LOOK)
            for space in (other, here.forum)
        ]
        for case in cases:
            decide_case(
                case, by=here.owner, act="approve", version=case.version, revision=seen_revision(case)
            )
    assert run(here) == [("skipped", "refused"), ("done", "")]
    with here.scope():
        lines = Notification.objects.for_membership(here.moderator).filter(kind="automatic_news")
        assert [line.path for line in lines] == [f"/moderation/c/{cases[1].ref}/"]
        told = Firing.objects.get(state="done")
        assert may_read(told, here.community, here.moderator, {})
        here.moderator.role_spaces = [other.pk]
        here.moderator.save(update_fields=["role_spaces"])
        fresh = type(here.moderator).objects.get(pk=here.moderator.pk)
        assert not may_read(told, here.community, fresh, {})


def test_it_is_held_once_by_who_could_have_hidden_it(here: Cast) -> None:
    with here.scope():
        post = Post.objects.get(thread=make_thread(here.forum, by=here.member))
        of_the_team = Post.objects.get(thread=make_thread(here.forum, by=here.moderator))
        with pytest.raises(NotAllowed):
            hold_post(post, by=here.ambassador)
        with pytest.raises(DomainError, match="by the team"):
            hold_post(of_the_team, by=here.manager)
        hold_post(post, by=here.moderator)
        with pytest.raises(DomainError, match="cannot be read anyway"):
            hold_post(post, by=here.moderator)


def test_of_two_who_open_a_case_at_once_both_get_the_same(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither found one when they looked; the second meets the constraint."""
    with here.scope():
        post = Post.objects.get(thread=make_thread(here.forum, by=here.member))
        first = open_case(post, kind=Case.Kind.LOOK)
        found = iter([None, first])
        monkeypatch.setattr("moderation.services.opening._open", lambda *_: next(found))
        assert open_case(post, kind=Case.Kind.LOOK) == first
        found = iter([None, None])
        with pytest.raises(IntegrityError):
            open_case(post, kind=Case.Kind.LOOK)
