"""Members, profiles, leaving: who sees what, at what cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from communities.content.models import Post, Redirect
from communities.exceptions import NotAllowed
from communities.launch.services import join_community
from communities.models import Community, Membership
from communities.people import queries as queries_of_people
from communities.people.exceptions import LastOwner
from communities.people.services import leave_community
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (300, 400), "teal").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


def test_the_member_list_is_for_members(here: Cast) -> None:
    assert Client().get(here.url("/members/")).status_code == 302
    page = here.sign_in(here.member).get(here.url("/members/"))
    assert here.owner.display_name in page.content.decode()
    here.community.settings = {"directory_public": True}
    here.community.save()
    assert Client().get(here.url("/members/")).status_code in (200, 302)


def test_the_member_list_is_searched_and_turned(here: Cast, queries: Callable[..., Any]) -> None:
    with here.scope():
        make_membership(display_name="Élodie Brun", handle="elodie")
        for _number in range(30):
            make_membership()
        make_membership(display_name="Gone", status="left")
        make_membership(display_name="Imported", unclaimed=True)
    client = here.sign_in(here.member)
    client.get(here.url("/members/"))
    with queries(most=4):
        first = client.get(here.url("/members/"))
    assert b"Gone" not in first.content
    assert b"Imported" not in first.content
    after = first.context["page"].after
    second = client.get(here.url("/members/"), {"after": after})
    shown = [one.pk for one in [*first.context["page"].members, *second.context["page"].members]]
    assert len(shown) == len(set(shown)) == 37
    assert "Élodie Brun" in client.get(here.url("/members/"), {"q": "elodie br"}).content.decode()
    assert b"Nobody matches" in client.get(here.url("/members/"), {"q": "zzz"}).content
    staff = client.get(here.url("/members/"), {"role": "owner"}).context["page"].members
    assert [one.pk for one in staff] == [here.owner.pk]
    assert client.get(here.url("/members/"), {"after": "nonsense-9"}).status_code == 200


def test_a_member_page_lists_what_the_reader_may_read(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        inner = make_space(audience="members")
        make_thread(inner, by=here.member, title="Among ourselves")
        thread = make_thread(here.forum, title="In the open")
        make_reply(thread, by=here.member, body="<p>My honest reply.</p>")
    address = here.url(f"/members/{here.member.handle}/")
    visitor, member = Client().get(address).content, here.sign_in(here.owner).get(address).content
    assert b"My honest reply." in visitor
    assert b"Among ourselves" not in visitor
    assert b"Among ourselves" in member
    assert b"My honest reply." not in here.sign_in(here.owner).get(address, {"kind": "articles"}).content
    assert Client().get(here.url(f"/members/{elsewhere.member.handle}/")).status_code == 404
    assert Client().get(here.url("/members/nobody/")).status_code == 404


def test_a_closed_feature_does_not_exist(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    client = here.sign_in(here.owner)
    assert client.get(here.url("/members/")).status_code == 404
    assert client.get(here.url(f"/members/{here.member.handle}/")).status_code == 404


def test_a_profile_is_changed_with_picture_and_handle(here: Cast) -> None:
    client, former = here.sign_in(here.member), here.member.handle
    data = {
        "display_name": "Ada <b>Loom</b>",
        "handle": "ada.loom",
        "headline": "Weaver",
        "bio": "Ask me.",
        "picture": picture(),
    }
    saved = client.post(here.url("/me/profile/"), data)
    assert saved["Location"] == here.url("/members/ada.loom/")
    with here.scope():
        person = Membership.objects.get(pk=here.member.pk)
    assert person.portrait.startswith("public/portraits/")
    page = client.get(here.url("/members/ada.loom/")).content.decode()
    assert "Ada &lt;b&gt;Loom" in page
    moved = client.get(here.url(f"/members/{former}/"))
    assert (moved.status_code, moved["Location"]) == (301, here.url("/members/ada.loom/"))
    shown = client.get(f"/media/{person.portrait}")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    assert "immutable" in shown["Cache-Control"]
    assert b"".join(shown.streaming_content).startswith(b"RIFF")
    client.post(
        here.url("/me/profile/"),
        {"display_name": "Ada", "handle": "ada.loom", "remove_picture": "on", "drawn": "p4"},
    )
    with here.scope():
        person.refresh_from_db()
    assert (person.portrait, person.drawing) == ("", "p4")
    for drawn in ("", "initials"):
        client.post(here.url("/me/profile/"), {"display_name": "Ada", "handle": "ada.loom", "drawn": drawn})
        with here.scope():
            person.refresh_from_db()
        assert person.drawing == ("" if drawn else "p4"), (
            "what is not said stays; initials come back when chosen"
        )
    assert "AL</i>" not in client.get(here.url("/members/ada.loom/")).content.decode()
    assert ">A</i>" in client.get(here.url("/members/ada.loom/")).content.decode()


def test_a_picture_that_is_none_is_refused_with_words(here: Cast) -> None:
    fake = SimpleUploadedFile("me.png", b"<script>alert(1)</script>", "image/png")
    data = {"display_name": "Ada", "handle": here.member.handle, "picture": fake}
    answer = here.sign_in(here.member).post(here.url("/me/profile/"), data)
    assert answer.status_code == 422
    assert b"This file cannot be used" in answer.content


def test_a_handle_of_somebody_else_is_refused(here: Cast) -> None:
    data = {"display_name": "Ada", "handle": here.owner.handle.upper()}
    answer = here.sign_in(here.member).post(here.url("/me/profile/"), data)
    assert answer.status_code == 422
    assert b"Already taken" in answer.content


def test_the_team_finds_its_desk_from_every_page(here: Cast) -> None:
    def link(path: str) -> str:
        return f'href="{here.url(path)}"'

    home = here.sign_in(here.marketing).get(here.url("/")).content.decode()
    # In the bar, in the menu that a phone shows instead, and among what is one's own.
    assert home.count(link("/results/")) == 3
    assert link("/moderation/") not in home
    home = here.sign_in(here.moderator).get(here.url("/")).content.decode()
    assert home.count(link("/moderation/")) == 3
    assert link("/results/") not in home
    own = here.sign_in(here.manager).get(here.url("/me/")).content.decode()
    assert all(link(path) in own for path in ("/moderation/", "/manage/launch/", "/results/"))
    own = here.sign_in(here.member).get(here.url("/me/")).content.decode()
    assert "Team area" not in own


def test_preferences_set_the_language(here: Cast) -> None:
    client = here.sign_in(here.member)
    assert client.post(here.url("/me/preferences/"), {"language": "fr"}).status_code == 302
    assert client.get(here.url("/me/preferences/"))["Content-Language"] == "fr"
    assert client.post(here.url("/me/preferences/"), {"language": "xx"}).status_code == 422


@pytest.mark.parametrize("path", ["/me/", "/me/profile/", "/me/preferences/", "/leave/"])
def test_own_pages_are_for_members(here: Cast, elsewhere: Cast, path: str) -> None:
    assert Client().get(here.url(path))["Location"].startswith(here.url("/sign-in/"))
    assert elsewhere.sign_in(elsewhere.member).get(here.url(path))["Location"].startswith(here.url("/join/"))
    assert here.sign_in(here.member).get(here.url(path)).status_code == 200


def test_leaving_keeps_texts_without_the_name(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(member_count=6)
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Still here")
    client, name = here.sign_in(here.member), here.member.display_name
    assert client.post(here.url("/leave/"), {"posts": "keep"})["Location"] == here.url("/")
    assert client.get(here.url("/me/")).status_code == 302
    page = Client().get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert "Still here" in page
    assert name not in page
    assert "Former member" in page
    former = Client().get(here.url(f"/members/former-{here.member.pk}/"))
    assert b"Former member" in former.content
    gone = Client().get(here.url(f"/members/{here.member.handle}/"))
    assert (gone.status_code, b"Former member" in gone.content) == (410, True)
    assert Community.objects.get(pk=here.community.pk).member_count == 5


def test_one_can_come_back(here: Cast) -> None:
    person = here.member.member
    assert person is not None
    with here.scope():
        assert leave_community(here.member, by=here.member)
        assert not leave_community(here.member, by=here.member)
        back = join_community(here.community, person=person, display_name="Back Again")
    assert (back.pk, back.status, back.handle, back.role) == (
        here.member.pk,
        "active",
        "back-again",
        "member",
    )


def test_the_last_owner_stays(here: Cast) -> None:
    client = here.sign_in(here.owner)
    page = client.get(here.url("/leave/")).content.decode()
    assert "last owner" in page
    assert f'href="{here.url("/manage/team/handover/")}"' in page, "the act that it names"
    assert client.post(here.url("/leave/"), {"posts": "keep"}).status_code == 422
    with here.scope():
        with pytest.raises(LastOwner):
            leave_community(here.owner, by=here.owner)
        with pytest.raises(NotAllowed):
            leave_community(here.member, by=here.owner)
        make_membership(role="owner")
        assert leave_community(here.owner, by=here.owner)


def test_taking_a_handle_back_ends_its_redirect(here: Cast) -> None:
    client, former = here.sign_in(here.member), here.member.handle
    client.post(here.url("/me/profile/"), {"display_name": "Ada", "handle": "other"})
    client.post(here.url("/me/profile/"), {"display_name": "Ada", "handle": former})
    with here.scope():
        assert not Redirect.objects.filter(path=f"/members/{former}/").exists()
    assert client.get(here.url(f"/members/{former}/")).status_code == 200
    assert client.get(here.url("/members/other/"))["Location"] == here.url(f"/members/{former}/")


def test_a_point_outside_of_the_picture_is_refused_with_what_was_typed(here: Cast) -> None:
    client = here.sign_in(here.member)
    data = {"display_name": "Ada", "handle": "ada.loom", "focal_x": "101", "picture": picture()}
    answer = client.post(here.url("/me/profile/"), data)
    assert answer.status_code == 422
    assert 'value="101"' in answer.text
    assert (
        client.post(here.url("/me/profile/"), data | {"focal_x": "", "picture": picture()}).status_code == 302
    )


def views_of(page: str) -> list[str]:
    nav = page.partition('aria-label="What they wrote"')[2].partition("</nav>")[0]
    return re.findall(r"<a[^>]*>\s*([^<]+?)\s*</a>", nav)


def test_a_member_page_offers_the_kinds_that_there_are(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote threads and replies is not offered eleven empty views; a view that was asked for stays."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        make_reply(thread, by=here.owner)
    page = here.url(f"/members/{here.owner.handle}/")
    assert "What they wrote" in Client().get(page).content.decode()
    assert views_of(Client().get(page).content.decode()) == [], "replies alone are all that there is"
    with here.scope():
        make_thread(here.forum, by=here.owner)
    assert views_of(Client().get(page).content.decode()) == ["All", "Threads", "Replies"]
    assert "Articles" in views_of(Client().get(f"{page}?kind=articles").content.decode())
    monkeypatch.setattr(queries_of_people, "KINDS_LOOKED_AT", 1)
    assert "Articles" in views_of(Client().get(page).content.decode()), "too much to look at all of it"


def test_a_member_page_counts_what_its_reader_may_see(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """By kind, with what others gave for it; one figure alone would say no more than the list beside it."""
    page = here.url(f"/members/{here.owner.handle}/")

    def figures() -> list[tuple[str, str]]:
        shown = Client().get(page).content.decode().partition('class="figures"')[2].partition("</dl>")[0]
        return re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", shown)

    with here.scope():
        thread = make_thread(here.forum, by=here.owner)
    assert figures() == []
    with here.scope():
        make_reply(thread, by=here.owner)
        first = make_reply(thread, by=here.owner)
        make_reply(make_thread(make_space(audience="team"), by=here.owner), by=here.owner)
    assert figures() == [("Replies", "2"), ("Threads", "1")]
    with here.scope():
        Post.objects.filter(pk=first.pk).update(reaction_count=7)
    assert figures() == [("Replies", "2"), ("Threads", "1"), ("Reactions received", "7")]
    monkeypatch.setattr(queries_of_people, "KINDS_LOOKED_AT", 1)
    assert figures() == [("Texts", "5"), ("Reactions to the newest texts", "7")]
