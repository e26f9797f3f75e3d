"""Signing an article together: whoever is asked agrees before their name stands, and it goes off again."""

from __future__ import annotations

import pytest

from communities.blogs.exceptions import UnknownAuthor
from communities.blogs.models import Article, CoAuthor, CoAuthorInvitation
from communities.blogs.queries import find_article, signers_of
from communities.blogs.services import sign_with
from communities.blogs.together.exceptions import InvitationGone, TogetherError
from communities.blogs.together.permissions import can_sign
from communities.blogs.together.services import (
    MOST_CO_AUTHORS,
    agree_to_sign,
    decline_to_sign,
    invite_co_author,
    let_ask_again,
    take_off_co_author,
    withdraw_invitation,
)
from communities.content.models import Revision, Space, Thread
from communities.content.viewers import viewer_for
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.signals import members_merged
from tests.communities.blogs.conftest import typed, written
from tests.communities.content.test_uploads import address, kept, status
from tests.conftest import Cast
from tests.factories import make_membership


@pytest.fixture
def friend(here: Cast) -> Membership:
    with here.scope():
        return make_membership(handle="marc", display_name="Marc Le Goff")


def lines(person: Membership) -> list[str]:
    return list(Notification.objects.filter(membership=person).order_by("pk").values_list("kind", flat=True))


def names(thread: Thread, reader: Membership, here: Cast) -> list[str]:
    found = find_article(viewer_for(here.community, reader), thread.slug)
    assert found is not None
    return [signer.handle for signer in signers_of(found)]


def test_a_name_stands_once_its_person_agrees(here: Cast, author: Membership, friend: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, publish=False)
    at, mine = f"/blogs/journal/{thread.slug}/", here.sign_in(author)
    assert here.sign_in(friend).get(here.url(f"{at}preview/")).status_code == 404
    # Saved by the button of the writing page, then chosen by a search that is a link.
    sent = typed(title="Together", then="authors", version=thread.version)
    assert mine.post(here.url(f"{at}edit/"), sent)["Location"] == here.url(f"{at}authors/")
    assert "@marc" in mine.get(here.url(f"{at}authors/?q=goff")).content.decode()
    asked = mine.post(here.url(f"{at}authors/"), {"act": "invite", "person": "marc"}, follow=True)
    assert "is asked to sign" in asked.content.decode()
    client = here.sign_in(friend)
    with here.scope():
        assert lines(friend) == ["co_author_asked"]
        assert names(thread, author, here) == ["ines"]
    assert "Marc Le Goff" not in here.sign_in(author).get(here.url(f"{at}preview/")).content.decode()
    assert b"Read it first" in client.get(here.url(f"{at}authors/")).content
    assert client.get(here.url(f"{at}preview/")).status_code == 200
    assert client.get(here.url(f"{at}edit/")).status_code == 403
    assert client.post(here.url(f"{at}authors/"), {"act": "invite", "person": "ines"}).status_code == 403
    assert client.post(here.url(f"{at}authors/"), {"act": "agree"}).status_code == 302
    with here.scope():
        assert lines(author) == ["co_author_answered"]
        assert not CoAuthorInvitation.objects.exists()
        assert names(thread, friend, here) == ["ines", "marc"]
        version = Thread.objects.get(pk=thread.pk).version
    # Their first change keeps what stood there; more of theirs, nothing.
    for words in ("<p>Two hands.</p>", "<p>Two hands, four eyes.</p>"):
        sent = typed(title="Together", body=words, version=version)
        assert client.post(here.url(f"{at}edit/"), sent).status_code == 302
        version += 1
    stale = here.sign_in(author).post(here.url(f"{at}edit/"), typed(body="<p>Mine.</p>", version=version - 1))
    assert stale.status_code == 409
    with here.scope():
        former = Revision.objects.get(post__thread=thread)
        assert (former.editor, former.body_html) == (friend, "<p>Cut it clean.</p>")
        versions = f"/p/{thread.opening().public_id}/history/"
    assert versions in client.get(here.url(f"{at}preview/")).content.decode()
    assert client.get(here.url(versions)).status_code == 200
    assert here.sign_in(here.member).get(here.url(versions)).status_code == 404
    left = client.post(here.url(f"{at}authors/"), {"act": "take-off", "person": "marc"})
    assert left["Location"] == here.url("/blogs/journal/")
    assert client.get(here.url(f"{at}edit/")).status_code == 404


def test_who_reads_a_draft_sees_its_pictures(here: Cast, author: Membership, friend: Membership) -> None:
    """Whoever is asked to sign it, or signs it; and nobody of them who no longer reads the blog is asked anything."""
    with here.scope():
        shown = kept(author)
        body = f'<p>Look: <img src="/~/media/{shown.pk}/full" alt="A deck"></p>'
        thread = written(here.blog, by=author, publish=False, body=body)
        invite_co_author(thread, by=author, person=friend)
    client, at = here.sign_in(friend), f"/blogs/journal/{thread.slug}/"
    assert status(client, address(here, shown)) == 200
    assert status(here.sign_in(here.member), address(here, shown)) == 404
    bell = here.url("/notifications/")
    assert thread.title in client.get(bell).content.decode()
    with here.scope():
        Space.objects.filter(pk=here.blog.pk).update(audience="team")
        forget_all()
    assert client.get(here.url(f"{at}authors/")).status_code == 404
    assert client.post(here.url(f"{at}authors/"), {"act": "agree"}).status_code == 404
    assert thread.title not in client.get(bell).content.decode()
    with here.scope():
        Space.objects.filter(pk=here.blog.pk).update(audience="public")
        forget_all()
    assert client.post(here.url(f"{at}authors/"), {"act": "agree"}).status_code == 302
    assert status(client, address(here, shown)) == 200


def test_a_byline_is_the_same_everywhere(here: Cast, author: Membership, friend: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
        invite_co_author(thread, by=author, person=friend)
        agree_to_sign(thread, by=friend)
    visitor, member = here.sign_in(None), here.sign_in(here.member)
    page = visitor.get(here.url(f"/blogs/journal/{thread.slug}/")).content.decode()
    assert page.count('"@type":"Person"') + page.count('"@type": "Person"') == 2
    assert "Marc Le Goff" in visitor.get(here.url("/blogs/journal/")).content.decode()
    feed = visitor.get(here.url("/blogs/journal/feed.xml")).content.decode()
    assert "<name>Inès Rey, Marc Le Goff</name>" in feed
    # Both pages of people list it, and the filter by kind does.
    for page_of in ("/members/marc/", "/members/marc/?kind=articles", "/members/ines/"):
        assert thread.get_absolute_url() in member.get(here.url(page_of)).content.decode()
    assert thread.title not in member.get(here.url("/members/marc/?kind=replies")).content.decode()
    with here.scope():
        take_off_co_author(thread, by=author, person=friend.pk)
        assert lines(friend) == ["co_author_asked", "co_author_taken_off"]
    assert "Marc Le Goff" not in visitor.get(here.url(f"/blogs/journal/{thread.slug}/")).content.decode()


def test_what_is_refused(here: Cast, author: Membership, friend: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, publish=False)
        with pytest.raises(NotAllowed):
            invite_co_author(thread, by=here.member, person=friend)
        with pytest.raises(TogetherError, match="signs this article already"):
            invite_co_author(thread, by=author, person=author)
        first = invite_co_author(thread, by=author, person=friend)
        assert invite_co_author(thread, by=here.manager, person=friend) == first
        assert withdraw_invitation(thread, by=author, person=friend.pk)
        for act in (agree_to_sign, decline_to_sign):
            with pytest.raises(InvitationGone):
                act(thread, by=friend)
        invite_co_author(thread, by=author, person=friend)
        assert [decline_to_sign(thread, by=friend), decline_to_sign(thread, by=friend)] == [True, False]
        assert not withdraw_invitation(thread, by=author, person=friend.pk)
        with pytest.raises(TogetherError, match="has declined"):
            invite_co_author(thread, by=author, person=friend)
        # Who declined may change their mind, but signs nothing of which nobody has asked them anew.
        with pytest.raises(InvitationGone):
            agree_to_sign(thread, by=friend)
        assert [let_ask_again(thread, by=friend), let_ask_again(thread, by=friend)] == [True, False]
        told = Notification.objects.filter(membership=author, kind="co_author_answered")
        assert [one.occasion.endswith("again") for one in told.order_by("-pk")[:1]] == [True]
        with pytest.raises(InvitationGone):
            agree_to_sign(thread, by=friend)
        invite_co_author(thread, by=author, person=friend)
        assert [agree_to_sign(thread, by=friend), agree_to_sign(thread, by=friend)] == [True, False]
        sign_with(thread, [here.member.handle])
        with pytest.raises(NotAllowed):
            take_off_co_author(thread, by=here.member, person=friend.pk)
        with pytest.raises(UnknownAuthor):
            sign_with(thread, ["nobody"])
        for number in range(MOST_CO_AUTHORS - 2):
            invite_co_author(thread, by=author, person=make_membership(handle=f"hand-{number}"))
        with pytest.raises(TogetherError, match="8 co-authors at most"):
            invite_co_author(thread, by=author, person=here.ambassador)


def test_a_draft_that_is_signed_stands_among_ones_own_and_news_of_it_leads_somewhere(
    here: Cast, author: Membership, friend: Membership
) -> None:
    with here.scope():
        thread = written(here.blog, by=author, publish=False, title="Knots of the quay")
        invite_co_author(thread, by=here.manager, person=friend)
        agree_to_sign(thread, by=friend)
    assert "Knots of the quay" in here.sign_in(friend).get(here.url("/me/drafts/")).content.decode()
    assert "Knots of the quay" not in here.sign_in(here.member).get(here.url("/me/drafts/")).content.decode()
    said, at = f"{friend.display_name} signs", here.url(f"/blogs/journal/{thread.slug}/authors/")
    for reader in (author, here.manager):
        client = here.sign_in(reader)
        assert said in client.get(here.url("/notifications/")).content.decode()
        assert client.get(at).status_code == 200
    # Who had asked looks after no blog any more: what leads to a closed door is no news.
    with here.scope():
        Membership.objects.filter(pk=here.manager.pk).update(role="member")
    forget_all()
    client = here.sign_in(here.manager)
    assert client.get(at).status_code in {403, 404}
    assert said not in client.get(here.url("/notifications/")).content.decode()


def test_whom_one_may_ask(here: Cast, elsewhere: Cast, author: Membership, friend: Membership) -> None:
    """Who reads the blog and may write; others, and who is of another community, are told of nothing."""
    with here.scope():
        thread = written(here.blog, by=author, publish=False)
        Space.objects.filter(pk=here.blog.pk).update(audience="team")
        forget_all()
        fresh = Thread.objects.select_related("space").get(pk=thread.pk)
        assert not can_sign(friend, fresh, here.community)
        with pytest.raises(TogetherError, match="cannot write in this blog"):
            invite_co_author(fresh, by=here.manager, person=friend)
        assert can_sign(here.moderator, fresh, here.community)
    at = here.url(f"/blogs/journal/{thread.slug}/authors/")
    said = {"act": "invite", "person": elsewhere.manager.handle}
    with elsewhere.scope():
        Membership.objects.filter(pk=elsewhere.manager.pk).update(handle="farer", handle_key="farer")
    assert here.sign_in(here.manager).post(at, said | {"person": "farer"}).status_code == 404
    assert here.sign_in(elsewhere.manager).post(at, said).status_code == 302
    assert here.sign_in(here.member).get(at).status_code == 404
    assert here.sign_in(here.manager).post(at, {"act": "burn"}).status_code == 403


def test_one_person_of_two_signs_once(here: Cast, author: Membership, friend: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, publish=False)
        article = Article.objects.get(thread=thread)
        CoAuthor.objects.create(article=article, membership=author)
        CoAuthorInvitation.objects.create(article=article, membership=author)
        CoAuthorInvitation.objects.create(article=article, membership=friend)
        members_merged.send(sender=Membership, kept=author, gone=here.member)
        assert not CoAuthor.objects.exists()
        assert [one.membership for one in CoAuthorInvitation.objects.all()] == [friend]
