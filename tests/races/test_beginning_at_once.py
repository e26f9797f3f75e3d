"""Something is begun in the very moment in which its author leaves or becomes one with another membership, or its space
or tag goes: it comes before that or after it, never in between. Real connections, in both orders."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from communities.content import services
from communities.content.models import Post, Reaction, Space, Subscription, Tag, TaggedThread, Thread
from communities.content.services import reacting, tag_keeping, tagging, writing
from communities.content.services.following import refollow_thread
from communities.content.services.moving import begin_move, move_some
from communities.content.services.shelving import archive_space, delete_space
from communities.content.services.tag_keeping import merge_tags
from communities.exceptions import NotAllowed
from communities.launch.models import Invitation
from communities.launch.services.inviting import accept_invitation, invite, invite_people
from communities.models import Membership
from communities.people import merging
from communities.people import services as people
from communities.people.services import leave_community
from communities.scoping import community_scope
from moderation.models import Report
from moderation.services import reporting
from tests.communities.content.test_races import at_once
from tests.factories import make_space, make_thread
from tests.races.test_merging_at_once import Scene, make_scene, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def start(scene: Scene, by: Membership) -> Any:
    return services.start_thread(
        scene.cast.forum,
        by=by,
        community=scene.cast.community,
        kind="topic",
        title="Begun",
        body="<p>Now.</p>",
    )


def draft(scene: Scene, by: Membership) -> Any:
    return services.start_thread(
        scene.cast.forum,
        by=by,
        community=scene.cast.community,
        kind="topic",
        title="Begun",
        body="<p>Now.</p>",
        state="draft",
    )


def publish(scene: Scene, by: Membership) -> Any:
    return services.publish_thread(Thread.objects.get(title="Kept ready"), by=by)


def _post(scene: Scene) -> Post:
    return Post.objects.select_related("thread__space", "author").get(
        thread=scene.thread, author=scene.people["third"], position__gt=1
    )


def react(scene: Scene, by: Membership) -> Any:
    return services.react_to_post(_post(scene), by=by, kind="thanks")


def follow(scene: Scene, by: Membership) -> Any:
    return refollow_thread(scene.thread, by=by)


def report(scene: Scene, by: Membership) -> Any:
    return reporting.report_post(_post(scene), by=by, category="spam")


def invite_somebody(scene: Scene, by: Membership) -> Any:
    return invite_people(["guest@example.org"], by=by)


def use_invitation(scene: Scene, by: Membership) -> Any:
    waiting = Invitation.objects.filter(email="asked@example.org").first()
    return accept_invitation(
        waiting or invite("asked@example.org", inviter=scene.cast.owner, stage=None), membership=by
    )


Act = Callable[[Scene, Membership], Any]
ACTS: list[Act] = [start, draft, publish, react, follow, report, invite_somebody, use_invitation]


def left_behind(gone: Membership) -> list[str]:
    """What was made with a membership that is none any more."""
    rows: dict[str, Any] = {
        "a thread": Thread.objects.filter(author=gone, title="Begun"),
        "a published draft": Thread.objects.filter(author=gone, title="Kept ready", state="published"),
        "a text": Post.objects.filter(author=gone, thread__title="Begun"),
        "a reaction": Reaction.objects.filter(membership=gone),
        "a subscription": Subscription.objects.following().filter(membership=gone),
        "a report": Report.objects.filter(reporter=gone),
        "an invitation": Invitation.objects.filter(inviter=gone),
        "a used invitation": Invitation.objects.filter(accepted_by=gone),
    }
    return [name for name, found in rows.items() if found.exists()]


def with_a_draft(act: Act) -> Scene:
    scene = make_scene()
    if act is publish:
        with scene.cast.scope():
            make_thread(scene.cast.forum, by=scene.people["gone"], title="Kept ready", state="draft")
    return scene


def once_begun(scene: Scene, act: Act, who: str, begun: threading.Event) -> object:
    """The act by somebody who was a member when they pressed the button."""
    with community_scope(scene.cast.community):
        by = Membership.objects.get(pk=scene.people[who].pk)
        assert begun.wait(timeout=60)
        return act(scene, by)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_begun_while_its_author_leaves(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, begun = with_a_draft(act), threading.Event()
    forget = people.forget_person

    def first_let_others_begin(*given: Any) -> None:
        forget(*given)
        begun.set()
        until_somebody_waits()

    monkeypatch.setattr(people, "forget_person", first_let_others_begin)

    def one(number: int) -> object:
        if number == 1:
            return once_begun(scene, act, "gone", begun)
        with community_scope(scene.cast.community):
            me = Membership.objects.get(pk=scene.people["gone"].pk)
            return leave_community(me, by=me, delete=True)

    left, made = at_once(2, one)
    assert left is True, left
    assert isinstance(made, NotAllowed), made
    with scene.cast.scope():
        assert left_behind(scene.people["gone"]) == []


@pytest.mark.parametrize("act", [draft, publish, react], ids=lambda act: act.__name__)
def test_what_is_begun_while_two_become_one(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, begun = with_a_draft(act), threading.Event()
    records = merging.records_of_memberships

    def first_let_others_begin() -> object:
        found = records()
        if not begun.is_set():
            begun.set()
            until_somebody_waits()
        return found

    monkeypatch.setattr(merging, "records_of_memberships", first_let_others_begin)

    def one(number: int) -> object:
        return scene.merge() if number == 0 else once_begun(scene, act, "gone", begun)

    merged, made = at_once(2, one)
    assert merged == scene.people["kept"].handle, merged
    # Who publishes has the thread already: the merging begins again behind it, and takes it along.
    assert isinstance(made, NotAllowed) or (act is publish and made is True), made
    with scene.cast.scope():
        assert left_behind(scene.people["gone"]) == []
    scene.holds()


@pytest.mark.parametrize("act", [start, react], ids=lambda act: act.__name__)
def test_two_become_one_while_something_is_begun(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act holds its author, and is not committed; the merging begins again until it is, and takes it along."""
    scene, begun = make_scene(), threading.Event()

    def holding(by: Membership) -> None:
        hold(by)
        if by.pk == scene.people["gone"].pk:
            begun.set()
            until_merging_waits.wait(timeout=2)

    hold, until_merging_waits = writing.hold_member, threading.Event()
    for module in (writing, reacting, reporting):
        monkeypatch.setattr(module, "hold_member", holding)
    again = merging.time.sleep

    def told(seconds: float) -> None:
        until_merging_waits.set()
        again(seconds)

    monkeypatch.setattr(merging.time, "sleep", told)

    def one(number: int) -> object:
        if number == 1:
            with community_scope(scene.cast.community):
                return act(scene, Membership.objects.get(pk=scene.people["gone"].pk))
        assert begun.wait(timeout=60)
        return scene.merge()

    merged, made = at_once(2, one)
    assert merged == scene.people["kept"].handle, merged
    assert not isinstance(made, Exception), made
    with scene.cast.scope():
        assert left_behind(scene.people["gone"]) == []
    scene.holds()


def test_control_without_the_hold_a_thread_stays_with_who_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "hold_member", lambda _by: None)
    with pytest.raises(AssertionError):
        test_what_is_begun_while_its_author_leaves(draft, monkeypatch)
    monkeypatch.undo()


@pytest.mark.parametrize("put_away", [archive_space, delete_space], ids=lambda act: act.__name__)
def test_a_thread_that_is_started_while_its_space_goes(
    put_away: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, chosen, gone = make_scene(), threading.Event(), threading.Event()
    with scene.cast.scope():
        space = make_space(name="For a while", kind="forum")
    compose = writing.compose

    def first_let_it_go(*given: Any, **named: Any) -> Any:
        chosen.set()
        assert gone.wait(timeout=60)
        return compose(*given, **named)

    monkeypatch.setattr(writing, "compose", first_let_it_go)
    monkeypatch.setattr(writing, "hold_space", _after(gone, chosen, writing.hold_space))

    def one(number: int) -> object:
        with community_scope(scene.cast.community):
            if number == 0:
                return services.start_thread(
                    space,
                    by=Membership.objects.get(pk=scene.people["third"].pk),
                    community=scene.cast.community,
                    kind="topic",
                    title="Begun",
                    body="<p>Now.</p>",
                    state="draft",
                )
        assert chosen.wait(timeout=60)
        with community_scope(scene.cast.community):
            put_away(Space.objects.get(pk=space.pk), by=scene.cast.owner, community=scene.cast.community)
        gone.set()
        return True

    started, done = at_once(2, one)
    assert done is True, done
    assert isinstance(started, NotAllowed), started
    with scene.cast.scope():
        assert not Thread.objects.filter(title="Begun").exists()


def _after(gone: threading.Event, chosen: threading.Event, act: Callable[..., Any]) -> Callable[..., Any]:
    """The act, once the space is gone; the starting has passed its permission by then."""

    def acted(*given: Any) -> Any:
        chosen.set()
        assert gone.wait(timeout=60)
        return act(*given)

    return acted


def test_a_thread_that_is_started_while_its_space_is_emptied_comes_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene, stored = make_scene(), threading.Event()
    with scene.cast.scope():
        target = make_space(name="The other one", kind="forum")
        # Its last part is the worker’s: what was begun since waits for nobody but that.
        move = begin_move(scene.cast.forum, target, by=scene.cast.owner)
    attach = writing.attach

    def first_let_others_move(*given: Any, **named: Any) -> None:
        stored.set()
        until_somebody_waits()
        attach(*given, **named)

    monkeypatch.setattr(writing, "attach", first_let_others_move)

    def one(number: int) -> object:
        if number == 0:
            with community_scope(scene.cast.community):
                return start(scene, Membership.objects.get(pk=scene.people["third"].pk)).pk
        assert stored.wait(timeout=60)
        with community_scope(scene.cast.community):
            return move_some(move.pk)

    started, moved = at_once(2, one)
    assert moved is True, moved
    with scene.cast.scope():
        assert Thread.objects.get(pk=started).space_id == target.pk
        assert not scene.cast.forum.threads.exists()


@pytest.mark.parametrize("moment", ["before it asks", "while it waits"])
def test_a_thread_that_is_tagged_while_its_tag_is_merged(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tag that is gone does not come back, and the thread stands under the one that is left."""
    scene, asked, merged = make_scene(), threading.Event(), threading.Event()
    with scene.cast.scope():
        Tag.objects.bulk_create([Tag(name=name, slug=name) for name in ("sloop", "ketch")])
        sloop, ketch = Tag.objects.get(slug="sloop"), Tag.objects.get(slug="ketch")
    as_kept, taken_apart = tagging.as_kept, tag_keeping._taken_apart

    def first_let_it_merge(wanted: Any) -> Any:
        kept = as_kept(wanted)
        if not asked.is_set():
            asked.set()
            if moment == "before it asks":
                assert merged.wait(timeout=60)
        return kept

    def first_let_others_wait(tag: Tag) -> Any:
        if moment == "while it waits":
            found = taken_apart(tag)
            assert asked.wait(timeout=60)
            until_somebody_waits()
            return found
        assert asked.wait(timeout=60)
        return taken_apart(tag)

    monkeypatch.setattr(tagging, "as_kept", first_let_it_merge)
    monkeypatch.setattr(tag_keeping, "_taken_apart", first_let_others_wait)

    def one(number: int) -> object:
        with community_scope(scene.cast.community):
            if number == 0:
                merge_tags(sloop, into=ketch, by=scene.cast.owner)
            else:
                by = Membership.objects.get(pk=scene.people["third"].pk)
                return services.start_thread(
                    scene.cast.forum,
                    by=by,
                    community=scene.cast.community,
                    kind="topic",
                    title="Begun",
                    body="<p>Now.</p>",
                    tags=["sloop"],
                ).pk
        merged.set()
        return True

    done, started = at_once(2, one)
    assert done is True, done
    with scene.cast.scope():
        assert not Tag.objects.filter(slug="sloop").exists(), started
        links = TaggedThread.objects.filter(content_object=started)
        assert list(links.values_list("tag__slug", flat=True)) == ["ketch"], started
        assert Tag.objects.get(slug="ketch").thread_count == 1
