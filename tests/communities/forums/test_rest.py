"""Questions that were asked before, threads that somebody is to answer, members who are asked for an answer."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.animation.today.listing import gather
from communities.calendar import today
from communities.content.exceptions import QuestionClosed, RegroupError
from communities.content.models import Post, PostMove, Space, Thread
from communities.content.services import merge_threads, reply_to, split_thread, unfollow_thread
from communities.content.services.joining import unmerge_threads
from communities.content.services.splitting import unsplit_thread
from communities.exceptions import NotAllowed
from communities.forums.asking import ask_members
from communities.forums.assigning import assign_thread, unassign_thread
from communities.forums.exceptions import AnswerGone, AskedAlready, AssignedMeanwhile, NobodyToAsk, SameError
from communities.forums.models import AskedHelper, AssignedThread
from communities.forums.same import close_as_same, open_again
from communities.forums.services import accept_answer
from communities.journal.exceptions import NothingToUndo
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread

DAY = datetime.timedelta(days=1)


def ask(here: Cast, title: str, **more: object) -> Thread:
    return make_thread(here.forum, by=here.member, title=title, kind="question", **more)  # type: ignore[arg-type]


# A question that was asked before


def test_a_question_that_was_asked_before_leads_to_the_other_and_back(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        first = make_thread(here.forum, by=here.ambassador, title="Which twine for sails?", kind="question")
        again = ask(here, "What twine do I use?")
        services_path = f"/forums/t/{again.slug}/"
    path, team = here.url(services_path), here.sign_in(here.moderator)
    assert f"{services_path}asked-before/" in team.get(path).content.decode()
    assert team.post(f"{path}asked-before/", {"original": "nowhere"}).status_code == 422
    sent = {"original": first.get_absolute_url(), "reason": "Both are about waxed twine."}
    assert team.post(f"{path}asked-before/", sent).status_code == 302
    visitor = here.sign_in(None)
    shown = visitor.get(path)
    # Its address stays.
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "This question was asked before." in page
    assert "Both are about waxed twine." in page
    assert first.get_absolute_url() in page
    assert "Asked again:" in visitor.get(here.url(f"/forums/t/{first.slug}/")).content.decode()
    for listing in (f"/forums/f/{here.forum.slug}/", "/search/?q=twine"):
        assert "Asked before" in visitor.get(here.url(listing)).content.decode(), listing
    bell, said = (
        here.url("/notifications/"),
        "“What twine do I use?” was asked before: Which twine for sails?",
    )
    assert said in here.sign_in(here.member).get(bell).content.decode()
    with here.scope():
        # Who no longer reads where it was asked before reads nothing of it.
        Thread.objects.filter(pk=first.pk).update(space=make_space(name="Team", audience="team"))
    assert said not in here.sign_in(here.member).get(bell).content.decode()
    with here.scope():
        Thread.objects.filter(pk=first.pk).update(space=here.forum)
        closed = Thread.objects.select_related("space", "community").get(pk=again.pk)
        assert not Thread.objects.unanswered().filter(pk=again.pk).exists()
        with pytest.raises(QuestionClosed):
            reply_to(closed, by=here.ambassador, body="<p>Waxed.</p>")
    for who, status in ((here.ambassador, 403), (None, 302)):
        assert here.sign_in(who).post(f"{path}open-again/").status_code == status
    assert (
        elsewhere.sign_in(elsewhere.owner).post(elsewhere.url(f"{services_path}open-again/")).status_code
        == 404
    )
    # Whoever asked says that it is another question after all.
    assert here.sign_in(here.member).post(f"{path}open-again/").status_code == 302
    assert "was asked before" not in visitor.get(path).content.decode()
    assert (
        "was asked before" not in here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    )


def test_no_circle_no_chain_and_nowhere_that_its_asker_cannot_follow(here: Cast) -> None:
    with here.scope():
        one, other, third = ask(here, "One?"), ask(here, "Other?"), ask(here, "Third?")
        close_as_same(one, original=other, by=here.moderator)
        for thread, original in ((other, one), (third, one), (other, third), (one, third), (third, third)):
            with pytest.raises(SameError):
                close_as_same(thread, original=original, by=here.moderator)
        hidden = make_thread(make_space(name="Team", audience="team"), by=here.owner, kind="question")
        with pytest.raises(SameError):
            close_as_same(third, original=hidden, by=here.owner)
        with pytest.raises(SameError):
            close_as_same(third, original=make_thread(here.forum, by=here.member), by=here.owner)
        with pytest.raises(NotAllowed):
            close_as_same(third, original=other, by=here.ambassador)
        # Nor does one that is closed lead to itself, once the other one is part of it.
        with pytest.raises(RegroupError, match="asked before"):
            merge_threads(other, one, by=here.moderator)
        # What it leads to goes into another thread: the way leads on.
        merge_threads(other, third, by=here.moderator)
        third, former = ask(here, "Fourth?"), third
        merge_threads(former, third, by=here.moderator)
    assert (
        third.get_absolute_url()
        in here.sign_in(None).get(here.url(f"/forums/t/{one.slug}/")).content.decode()
    )
    with here.scope():
        assert open_again(one, by=here.moderator)
        assert not open_again(one, by=here.moderator)
        # One that has become part of this one keeps nobody from closing this one.
        close_as_same(one, original=third, by=here.moderator)
        merge_threads(one, third, by=here.moderator)
        close_as_same(third, original=ask(here, "Better?"), by=here.moderator)


# Who answers it


def test_a_thread_is_given_to_somebody_until_it_is_answered(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = ask(here, "Who mends sails?")
        day = today(here.community)
    path, manager = here.url(f"/forums/t/{thread.slug}/assign/"), here.sign_in(here.manager)
    assert "Have somebody answer it" in manager.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    typed = {"to": str(here.moderator.pk), "due_on": (day + DAY).isoformat()}
    assert manager.post(path, typed | {"due_on": (day - DAY).isoformat()}).status_code == 422
    assert manager.post(path, typed | {"to": str(here.member.pk)}).status_code == 422
    assert manager.post(path, typed).status_code == 302
    # A second one has not seen that: told, with what they chose still there.
    late = here.sign_in(here.owner).post(path, typed | {"to": str(here.owner.pk)})
    assert late.status_code == 409
    assert here.moderator.display_name in late.content.decode()
    assert (
        f"{here.moderator.display_name} answers it by"
        in manager.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    )
    for who in (here.member, None):
        assert (
            "answers it by"
            not in here.sign_in(who).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
        )
    bell = here.sign_in(here.moderator).get(here.url("/notifications/")).content.decode()
    assert "Who mends sails?" in bell
    for who, status in ((here.member, 403), (None, 302)):
        assert here.sign_in(who).get(path).status_code == status
    foreign = elsewhere.url(f"/forums/t/{thread.slug}/assign/")
    assert elsewhere.sign_in(elsewhere.owner).get(foreign).status_code == 404
    with here.scope():
        older = ask(here, "And who makes them?")
        assign_thread(
            older, to=here.moderator, due_on=day, seen=None, by=here.manager, community=here.community
        )
        AssignedThread.objects.filter(thread=older).update(due_on=day - 2 * DAY)
        matters = [
            one.matter
            for one in gather(here.community, here.moderator).ranked
            if one.source.name == "assigned"
        ]
        assert [matter.title for matter in matters] == ["And who makes them?", "Who mends sails?"]
        assert "2 days late" in matters[0].facts
        make_reply(thread, by=here.ambassador)
        assert AssignedThread.objects.filter(thread=thread).exists()
        make_reply(thread, by=here.moderator)
        assert not AssignedThread.objects.filter(thread=thread).exists()
        accept_answer(older, post=make_reply(older, by=here.ambassador), by=here.member)
        assert not AssignedThread.objects.exists()


def test_a_thread_is_taken_back_or_given_back(here: Cast) -> None:
    with here.scope():
        thread = ask(here, "Who mends sails?")
        said = {"due_on": today(here.community), "community": here.community}
        assign_thread(thread, to=here.marketing, seen=None, by=here.moderator, **said)
        # Of somebody else’s work another day is a change, the same day is none.
        assert not assign_thread(thread, to=here.marketing, seen=here.marketing.pk, by=here.moderator, **said)
        with pytest.raises(AssignedMeanwhile):
            assign_thread(thread, to=here.owner, seen=here.moderator.pk, by=here.moderator, **said)
        with pytest.raises(NotAllowed):
            unassign_thread(thread, by=here.ambassador)
    path = here.url(f"/forums/t/{thread.slug}/unassign/")
    assert (
        "Give it back"
        in here.sign_in(here.marketing).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    )
    assert here.sign_in(here.marketing).post(path).status_code == 302
    with here.scope():
        assert not AssignedThread.objects.exists()
        with pytest.raises(AssignedMeanwhile):
            assign_thread(thread, to=here.owner, seen=here.marketing.pk, by=here.moderator, **said)
    assert (
        "Who mends sails?"
        not in here.sign_in(here.marketing).get(here.url("/notifications/")).content.decode()
    )


def test_a_thread_that_becomes_part_of_another_is_still_answered_by_whoever_has_it(here: Cast) -> None:
    with here.scope():
        source, target = ask(here, "Who mends sails?"), ask(here, "Torn sail")
        said = {"due_on": today(here.community), "community": here.community, "seen": None}
        assign_thread(source, to=here.marketing, by=here.moderator, **said)
        move = merge_threads(source, target, by=here.moderator)
        carried = AssignedThread.objects.get(thread=target)
        assert (carried.assignee, carried.due_on) == (here.marketing, said["due_on"])
    bell = here.sign_in(here.marketing).get(here.url("/notifications/")).content.decode()
    assert "Torn sail" in bell
    with here.scope():
        unmerge_threads(move, by=here.moderator)
        assert AssignedThread.objects.get().thread == source
        # Of two the one that stays keeps whom it has.
        assign_thread(target, to=here.owner, by=here.moderator, **said)
        merge_threads(source, target, by=here.moderator)
        assert AssignedThread.objects.get(thread=target).assignee == here.owner


# Members who know the subject


def helper(here: Cast) -> Membership:
    """Somebody whose answer about twine was accepted."""
    person, thread = make_membership(trust_level=1), ask(here, "Which twine?", tags=["Twine"])
    accept_answer(thread, post=make_reply(thread, by=person), by=here.member)
    return person


def test_three_who_have_answered_the_subject_are_asked_once(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        # Nobody who may not be asked takes the place of somebody who may: all have answered once.
        gone, declined, shut, tired, turned = (helper(here) for _person in range(5))
        Membership.objects.filter(pk=gone.pk).update(status="left")
        Membership.objects.filter(pk=declined.pk).update(muted_mails=["question_for_you"])
        Membership.objects.filter(pk=shut.pk).update(suspended_until=timezone.now() + DAY)
        best, good, third = (helper(here) for _person in range(3))
        useful = make_reply(ask(here, "Twine?", tags=["twine"]), by=here.ambassador)
        Post.objects.filter(pk=useful.pk).update(reaction_count=1, reactions={"useful": 1})
        AskedHelper.objects.create(thread=ask(here, "Lately?"), membership=tired)
        question = ask(here, "Which twine in the rain?", tags=["Twine"])
        unfollow_thread(question, by=turned)
    path, page = (here.url(f"/forums/t/{question.slug}/{act}") for act in ("ask-members/", ""))
    asker = here.sign_in(here.member)
    assert "Ask members who know this subject" in asker.get(page).content.decode()
    assert "Ask members who know" not in here.sign_in(here.ambassador).get(page).content.decode()
    for who, status in ((here.ambassador, 403), (None, 302)):
        assert here.sign_in(who).post(path).status_code == status
    foreign = elsewhere.url(f"/forums/t/{question.slug}/ask-members/")
    assert elsewhere.sign_in(elsewhere.owner).post(foreign).status_code == 404
    assert asker.post(path).status_code == 302
    with here.scope():
        told = Notification.objects.filter(kind="question_for_you")
        assert set(told.values_list("membership", flat=True)) == {best.pk, good.pk, third.pk}
        with pytest.raises(AskedAlready):
            ask_members(question, by=here.moderator)
    assert "3 members who have answered this subject were asked" in asker.get(page).content.decode()
    assert "Which twine in the rain?" in here.sign_in(best).get(here.url("/notifications/")).content.decode()
    with here.scope():
        make_reply(question, by=here.ambassador)
        with pytest.raises(NobodyToAsk):
            ask_members(ask(here, "Untagged?"), by=here.member)
    assert (
        "Which twine in the rain?" not in here.sign_in(best).get(here.url("/notifications/")).content.decode()
    )


# What was mended in the same room


def test_an_answer_that_was_taken_into_another_thread_is_not_accepted_here(here: Cast) -> None:
    with here.scope():
        question = ask(here, "Which twine?")
        reply, second = make_reply(question), make_reply(question)
        stale = Post.objects.get(pk=reply.pk)
        posts = [reply.pk, second.pk]
        split_thread(question, posts=posts, title="Aside", by=here.moderator, community=here.community)
        with pytest.raises(AnswerGone):
            accept_answer(question, post=stale, by=here.member)


def test_a_thread_that_is_gone_is_said_to_be_and_a_split_one_keeps_the_tags(here: Cast) -> None:
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(settings={"required_tags": ["Twine"]})
        forget_all()
        here.forum.refresh_from_db()
        thread = make_thread(here.forum, by=here.member, replies=2, tags=["Twine"])
        posts = list(Post.objects.filter(thread=thread, position__gt=1).values_list("pk", flat=True))
        said = {"by": here.moderator, "community": here.community}
        aside = split_thread(thread, posts=posts, title="Aside", **said)
        tag = aside.tags.get()
        assert (tag.name, tag.thread_count) == ("Twine", 2)
        move = PostMove.objects.select_related("source", "target").get()
        unsplit_thread(move, by=here.moderator)
        tag.refresh_from_db()
        assert tag.thread_count == 1
        with pytest.raises(RegroupError):
            split_thread(aside, posts=posts, title="Again", **said)
        with pytest.raises(NothingToUndo):
            unsplit_thread(move, by=here.moderator)
