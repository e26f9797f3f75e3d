"""What becomes of what is kept about somebody who leaves; the tables as a whole are swept in test_personal.py."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from communities.blogs.models import WORDS, Article
from communities.content.attachments import address_of
from communities.content.models import (
    Attachment,
    Mention,
    Post,
    Reaction,
    ReadMarker,
    Revision,
    Space,
    State,
    Subscription,
    Thread,
)
from communities.content.services import edit_post, follow_thread, react_to_post
from communities.content.services.uploading import upload_file
from communities.launch.models import WaitingPlace
from communities.launch.services import join_community
from communities.models import Membership
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from communities.people.departing import BATCH
from communities.people.services import edit_profile, leave_community
from communities.scoping import CommunityOwned
from members.personal import DELETE, Departure, records
from tests.communities.people.leaving import erase_wholly, kept_jobs, leave_wholly, work
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (300, 400), "teal").save(out, "PNG")
    return SimpleUploadedFile("rope.png", out.getvalue(), "image/png")


def make_read_marks(person: Membership, space: Space, count: int) -> None:
    """Marks of a long life: of threads that are rows only."""
    threads = Thread.objects.bulk_create(
        Thread(space=space, kind="topic", slug=f"old-{number}", language="en", title="Old")
        for number in range(count)
    )
    ReadMarker.objects.bulk_create(ReadMarker(membership=person, thread=one, position=1) for one in threads)


def test_texts_reactions_and_pictures_go_with_delete(here: Cast) -> None:
    with here.scope():
        reply = make_reply(make_thread(here.forum), by=here.member)
        own = make_thread(here.forum, by=here.member)
        other = make_reply(make_thread(here.forum), by=here.owner)
        react_to_post(other, by=here.member, kind="thanks")
        react_to_post(other, by=here.member, kind="useful")
        react_to_post(other, by=here.manager, kind="thanks")
        leave_wholly(here.member, delete=True)
        assert Post.objects.get(pk=reply.pk).state == State.DELETED
        assert Thread.objects.get(pk=own.pk).state == State.DELETED
        assert list(Reaction.objects.values_list("membership_id", flat=True)) == [here.manager.pk]
        other.refresh_from_db()
        assert (other.reaction_count, other.reactions) == (1, {"thanks": 1, "useful": 0})


def test_who_keeps_their_texts_keeps_reactions_and_loses_drafts(here: Cast) -> None:
    with here.scope():
        reply = make_reply(make_thread(here.forum), by=here.member)
        other = make_reply(make_thread(here.forum), by=here.owner)
        react_to_post(other, by=here.member, kind="thanks")
        draft = make_thread(here.forum, by=here.member, state=State.DRAFT)
        leave_wholly(here.member)
        assert Post.objects.get(pk=reply.pk).state == State.PUBLISHED
        other.refresh_from_db()
        assert (other.reaction_count, Reaction.objects.count()) == (1, 1)
        assert not Thread.objects.filter(pk=draft.pk).exists()
        assert not Post.objects.filter(author=here.member, state=State.DRAFT).exists()


@pytest.mark.parametrize("delete", [False, True])
def test_the_bell_is_emptied_and_counts_nothing(here: Cast, delete: bool) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        tell_of_post(make_reply(thread, by=here.owner, body=f"<p>@{here.member.handle}, look.</p>"))
        assert Membership.objects.get(pk=here.member.pk).unread_count == 1
        leave_wholly(here.member, delete=delete)
        assert not Notification.objects.for_membership(here.member).exists()
        assert Membership.objects.get(pk=here.member.pk).unread_count == 0


def test_a_name_in_others_texts_becomes_that_of_a_former_member(here: Cast) -> None:
    """In all versions; whoever looks alike keeps theirs, and nobody who takes the handle later is meant."""
    with here.scope():
        person = make_membership(handle="ada", display_name="Ada")
        make_membership(handle="ada.b", display_name="Another")
        body = "<p>@Ada, and @ada. But @ada.b is not x@ada.example nor https://a.example/@ada.</p>"
        post = make_reply(make_thread(here.forum), by=here.owner, body=body)
        Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - datetime.timedelta(days=1))
        edit_post(post, by=here.owner, body=f"{body}<p>Thanks, @ada!</p>")
        leave_wholly(person)
        former = f"former-{person.pk}"
        post.refresh_from_db()
        assert post.body_html.startswith(f"<p>@{former}, and @{former}. But <a ")
        assert post.body_html.endswith(f"<p>Thanks, @{former}!</p>")
        assert 'href="/~/members/ada.b/"' in post.body_html
        assert "/members/ada/" not in post.body_html
        assert post.body_source.count(former) == 3
        assert former in Revision.objects.get(post=post).body_html
        assert list(Mention.objects.values_list("membership__handle", flat=True)) == ["ada.b"]
        make_membership(handle="ada", display_name="Somebody else")
        again = edit_post(post, by=here.owner, body=post.body_source)
        assert "/members/ada/" not in again.body_html


def test_a_name_that_was_changed_is_taken_out_too(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum), by=here.owner, body=f"<p>Hello @{here.member.handle}</p>")
        former = here.member.handle
        edit_profile(here.member, by=here.member, handle="new-name", display_name="New", bio="")
        leave_wholly(Membership.objects.get(pk=here.member.pk))
        post.refresh_from_db()
        assert post.body_html == f"<p>Hello @former-{here.member.pk}</p>"
        assert former not in post.body_source


def test_pictures_go_with_ones_own_texts_only(here: Cast) -> None:
    with here.scope():
        mine, in_others, _unused = (upload_file(picture(), by=here.member, alt="Rope") for _ in range(3))
        text = f'<p>Look <img src="{address_of(mine)}" alt="Rope"></p>'
        post = make_reply(make_thread(here.forum), by=here.member, body=text)
        others = make_reply(make_thread(here.forum), by=here.owner)
        Attachment.objects.filter(pk=in_others.pk).update(post=others)
        assert Attachment.objects.get(pk=mine.pk).post_id == post.pk
    with here.scope():
        leave_wholly(here.member, delete=True)
        assert list(Attachment.objects.values_list("pk", flat=True)) == [in_others.pk]


def test_the_files_of_pictures_go_once_it_is_settled(
    here: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with here.scope():
        unused = upload_file(picture(), by=here.member, alt="Rope")
        paths = [unused.path, *(path for _width, path in unused.renditions)]
        with django_capture_on_commit_callbacks(execute=False) as callbacks:
            leave_wholly(here.member, delete=True)
        assert all(default_storage.exists(path) for path in paths), "a failed job loses no file"
        for callback in callbacks:
            callback()
        assert not any(default_storage.exists(path) for path in paths)


def test_a_long_life_is_cleared_in_parts(here: Cast, queries: Callable[..., Any]) -> None:
    """The request takes one batch of each table; every part can be repeated."""
    with here.scope():
        make_read_marks(here.member, here.forum, 2 * BATCH + 10)
        marks = ReadMarker.objects.filter(membership=here.member)
        going = [one for one in records() if one.personal.on(Departure.LEAVING) is DELETE]
        tables = [one for one in going if issubclass(one.model, CommunityOwned)]
        with kept_jobs() as jobs:
            # One more for each table whose rows stay and lead to them no longer: of votes for ideas, of names that
            # they asked for in photographs, of customers whom they asked …
            with queries(most=len(tables) + 14):
                leave_community(here.member, by=here.member)
            assert marks.count() == BATCH + 10
            first = dict(jobs[0])
            assert work(jobs) == 2
            assert not marks.exists()
            # What was sent twice, or came back from a worker that died, finds nothing to do.
            assert work([first]) == 1
            assert jobs == []


def test_who_comes_back_is_left_alone(here: Cast) -> None:
    """Also by the job of an earlier leaving, when another one with another wish has come after it."""
    with here.scope(), kept_jobs() as jobs:
        account = here.member.member
        assert account is not None
        post = make_reply(make_thread(here.forum), by=here.member)
        leave_community(here.member, by=here.member, delete=True)
        first = jobs.pop()
        back = join_community(here.community, person=account, display_name="Back")
        assert work([first]) == 1
        leave_community(back, by=back)
        assert work([first]) == 1
        assert Post.objects.get(pk=post.pk).state == State.PUBLISHED
        assert work(jobs) == 1
        assert Post.objects.get(pk=post.pk).state == State.PUBLISHED


def test_the_same_person_elsewhere_is_not_touched(here: Cast, elsewhere: Cast) -> None:
    account = here.member.member
    assert account is not None
    with elsewhere.scope():
        there = make_membership(person=account)
        post = make_reply(make_thread(elsewhere.forum), by=there)
        follow_thread(post.thread, by=there)
        react_to_post(make_reply(make_thread(elsewhere.forum)), by=there, kind="thanks")
        WaitingPlace.objects.create(email=account.email, number=1)
    with here.scope():
        leave_wholly(here.member, delete=True)
    with elsewhere.scope():
        assert Post.objects.get(pk=post.pk).state == State.PUBLISHED
        assert Subscription.objects.filter(membership=there, thread=post.thread).exists()
        assert Reaction.objects.filter(membership=there).exists()
        assert WaitingPlace.objects.filter(email=account.email).exists()


def test_only_proven_addresses_are_somebodys(here: Cast) -> None:
    """Whoever types another’s address and leaves takes nothing away from them."""
    account = here.member.member
    assert account is not None
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    EmailAddress.objects.create(user=account, email="victim@example.org", verified=False)
    with here.scope():
        WaitingPlace.objects.create(email="victim@example.org", number=1)
        WaitingPlace.objects.create(email=account.email, number=2, state=WaitingPlace.State.ADMITTED)
        leave_wholly(here.member)
        places = list(WaitingPlace.objects.order_by("number").values_list("email", "state"))
        assert places == [("victim@example.org", "waiting"), ("", "admitted")]


def test_who_still_waits_gives_the_place_up(here: Cast) -> None:
    account = here.member.member
    assert account is not None
    with here.scope():
        WaitingPlace.objects.create(email=account.email, number=1)
        leave_wholly(here.member)
        place = WaitingPlace.objects.get()
        assert (place.email, place.state, place.mail_due_at) == ("", WaitingPlace.State.LEFT, None)


def test_erasure_leaves_no_word_beside_an_article(here: Cast) -> None:
    """Neither in short, nor for search engines, nor as headings of its table of contents."""
    with here.scope():
        thread = make_thread(here.blog, by=here.manager)
        said = dict.fromkeys(WORDS, "My secret") | {"contents": [{"id": "s-1", "text": "My secret"}]}
        Article.objects.update_or_create(thread=thread, defaults=said)
        other = Article.objects.create(thread=make_thread(here.blog, by=here.owner), excerpt="Kept")
        erase_wholly(here.manager, handles=[here.manager.handle])
        article = Article.objects.get(pk=thread.pk)
        assert [getattr(article, name) for name in (*WORDS, "contents")] == ["", "", "", "", []]
        other.refresh_from_db()
        assert other.excerpt == "Kept"


def test_erasure_leaves_no_word_in_what_was_deleted_before(here: Cast) -> None:
    with here.scope():
        person = make_membership(handle="ada", display_name="Ada")
        reply = make_reply(make_thread(here.forum), by=person, body="<p>My secret recipe.</p>")
        own = make_thread(here.forum, by=person, title="About my recipe", replies=1)
        Revision.objects.create(
            post=reply, number=0, editor=here.owner, body_source="secret", body_html="secret"
        )
        erase_wholly(person, handles=["ada"])
        reply.refresh_from_db()
        assert (reply.state, reply.body_html, reply.body_source) == (State.PURGED, "", "")
        assert not Revision.objects.filter(post=reply).exists()
        assert Thread.objects.get(pk=own.pk).title == "…"
        assert own.posts.filter(position=2, state=State.PUBLISHED).exists(), "others’ replies stay"
        assert Membership.objects.get(pk=person.pk).member is None
        slug = Thread.objects.get(pk=reply.thread_id).slug
    page = here.sign_in(here.owner).get(here.url(f"/forums/t/{slug}/"))
    assert page.status_code == 200
    assert b"secret" not in page.content
