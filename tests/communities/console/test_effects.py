"""Settings changed on their page, and what a visitor or a member then meets: those that no other test follows so far.
Which test follows which setting stands in `tests/sweeps/settings_seen.py`."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from communities import calendar
from communities.content.models import Subscription, Thread
from communities.homepage import DRAWINGS
from communities.launch.models import InvitationLink
from communities.launch.tasks import write_launch_mails
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.models import ProfileField
from communities.texts.models import TextVersion
from communities.texts.tasks import tell_of_change
from tests.communities.console.brand.conftest import picture
from tests.communities.console.brand.test_edit_home import filled as home
from tests.communities.console.brand.test_edit_look import filled as look
from tests.communities.console.spaces.conftest import form_of
from tests.communities.launch.conftest import LEGAL
from tests.communities.launch.test_join_community import NEWCOMER, enter_code
from tests.conftest import Cast
from tests.factories import make_membership, make_person, make_reply, make_thread
from tests.fonts import woff2_of
from tests.mailing import delivered

pytestmark = pytest.mark.django_db

COMING = {"display_name": "Hanna Weiss", "handle": "", "rules": "on"}


def reads(cast: Cast, who: Membership | None, path: str) -> str:
    forget_all()
    answer = cast.sign_in(who).get(cast.url(path))
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def meets(cast: Cast, who: Membership | None, path: str) -> int:
    forget_all()
    return int(cast.sign_in(who).get(cast.url(path)).status_code)


def saves(cast: Cast, path: str, sent: dict[str, Any], *, by: Membership | None = None) -> None:
    forget_all()
    answer = cast.sign_in(by or cast.owner).post(cast.url(path), sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    forget_all()


def sheet(cast: Cast) -> str:
    """The stylesheet that a visitor’s home page names."""
    address = re.search(r'href="([^"]*/theme/[^"]+)"', reads(cast, None, "/"))
    assert address is not None
    return cast.sign_in(None).get(address.group(1)).content.decode()


def test_the_look_is_what_visitors_get(here: Cast, elsewhere: Cast) -> None:
    other = sheet(elsewhere)
    saves(here, "/manage/brand/", look(wash=0, shape="sharp", face="oldstyle", reading="humanist"))
    css = sheet(here)
    for rule in (
        "--brand-chroma: 0;",
        "--r-1: 0.0625rem;",
        "--brand-face: var(--face-oldstyle);",
        "--brand-reading: var(--face-humanist);",
    ):
        assert rule in css
        assert rule not in other
    saves(here, "/manage/brand/", look(logo=picture()))
    logo = Community.objects.get(pk=here.community.pk).logo
    for who in (None, here.member):
        assert logo in reads(here, who, "/forums/")
    assert sheet(elsewhere) == other


def test_own_fonts_are_in_the_stylesheet_of_visitors(here: Cast) -> None:
    files = {
        name: SimpleUploadedFile(f"{name}.woff2", woff2_of(), "font/woff2")
        for name in ("face_font", "reading_font")
    }
    saves(here, "/manage/brand/", look(face_serif="on", reading_all="on", **files))
    theme = Community.objects.get(pk=here.community.pk).theme
    css = sheet(here)
    for name, serves in (("face_font", "transitional"), ("reading_font", "humanist")):
        assert theme[name]["path"] in css
        part = name.removesuffix("_font")
        (stack,) = re.findall(rf"--brand-{part}: (.*);", css)
        assert stack.endswith(f"var(--face-{serves})"), "what stands in has serifs or none, as was said"
    assert css.count("unicode-range") == 1, "the one is cut, the other kept whole"
    saves(here, "/manage/brand/", look(remove_face_font="on", remove_reading_font="on"))
    assert "@font-face" not in sheet(here)


def test_pictures_that_are_removed_are_worn_no_more(here: Cast) -> None:
    pictures = {"logo": picture(), "mark": picture(size=(90, 90)), "share": picture(size=(600, 400))}
    plain = worn(here)
    saves(here, "/manage/brand/", look(**pictures))
    assert all(one != other for one, other in zip(worn(here), plain, strict=True))
    saves(here, "/manage/brand/", look(**{f"remove_{name}": "on" for name in pictures}))
    assert worn(here) == plain


def worn(cast: Cast) -> tuple[bool, str, str]:
    """Of what visitors get: whether pages show a logo of its own, the kinds of favicon and share picture."""
    visitor = cast.sign_in(None)
    icon, share = (visitor.get(cast.url(path))["Content-Type"] for path in ("/favicon.ico", "/share/any.png"))
    return "/media/public/brands/" in reads(cast, None, "/forums/"), icon, share


def test_the_drawing_of_the_home_page(here: Cast) -> None:
    drawing = next(name for name in DRAWINGS if name != "square")
    assert f"art.svg#{drawing}" not in reads(here, None, "/")
    saves(here, "/manage/brand/home/", home(drawing=drawing))
    assert f"art.svg#{drawing}" in reads(here, None, "/")


def test_who_replies_in_a_space(here: Cast) -> None:
    with here.scope():
        path = make_thread(here.forum, by=here.manager).get_absolute_url()
    assert 'name="body"' in reads(here, here.member, path)
    sent = form_of(here.forum, replying="roles", **{"reply-roles-roles": ["ambassador"]})
    saves(here, f"/manage/spaces/{here.forum.pk}/edit/", sent)
    assert 'name="body"' not in reads(here, here.member, path)
    assert 'name="body"' in reads(here, here.ambassador, path)


def test_first_texts_are_there_for_visitors(here: Cast) -> None:
    with here.scope():
        draft = make_thread(here.forum, by=here.owner, title="Which rope?", state="draft")
    assert "Which rope?" not in reads(here, None, "/forums/f/rigging/")
    saves(here, "/manage/first-texts/", {"drafts": [draft.pk]})
    assert "Which rope?" in reads(here, None, "/forums/f/rigging/")


def test_words_and_groups_of_tags(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, tags=["Jib", "Spinnaker", "Spam"])
        jib, spinnaker, spam = (thread.tags.get(slug=slug) for slug in ("jib", "spinnaker", "spam"))
    saves(here, f"/manage/tags/{jib.pk}/", {"name": "Jib", "group": "Canvas"})
    listed = reads(here, None, "/tags/")
    assert listed.index("Canvas") < listed.index("Jib")
    saves(here, f"/manage/tags/{jib.pk}/words/", {"word": "Foresail"})
    saves(here, f"/manage/tags/{spinnaker.pk}/merge/", {"into": "Jib"})
    saves(here, f"/manage/tags/{spam.pk}/forbid/", {})
    saves(here, "/manage/tags/unused/", {"word": "Politics"})
    writing = "/forums/f/rigging/new/"
    text = {"kind": "topic", "title": "Torn", "body": "How?", "body_format": "markdown"}
    for unused in ("politics", "Spam"):
        forget_all()
        refused = here.sign_in(here.member).post(here.url(writing), text | {"tags": unused})
        assert refused.status_code == 422
        assert "is not used as a tag here" in refused.content.decode()
    saves(here, writing, text | {"tags": "foresail, Spinnaker, rope"}, by=here.member)
    with here.scope():
        written = Thread.objects.get(title="Torn")
        assert {tag.slug for tag in written.tags.all()} == {"jib", "rope"}
    assert meets(here, None, "/tags/spam/") == 404
    forget_all()
    moved = here.sign_in(None).get(here.url("/tags/spinnaker/"))
    assert (moved.status_code, moved["Location"]) == (301, here.url("/tags/jib/"))


def test_a_level_says_whose_first_texts_are_read_first(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(moderation_mode=Community.Mode.HYBRID)
    with here.scope():
        new = make_membership(trust_level=0)
    text = {"kind": "topic", "title": "Quokka", "body": "How?", "body_format": "markdown"}
    saves(here, "/forums/f/rigging/new/", text, by=new)
    saves(here, "/manage/members/many/level/", {"person": [new.pk], "level": "1"})
    saves(here, "/forums/f/rigging/new/", text | {"title": "Shown"}, by=new)
    listed = reads(here, None, "/forums/f/rigging/")
    assert "Shown" in listed
    assert "Quokka" not in listed


def test_a_role_for_one_space_and_until_a_day(here: Cast) -> None:
    with here.scope():
        mine, other = (
            make_reply(make_thread(space, by=here.owner), by=here.ambassador)
            for space in (here.forum, here.blog)
        )
    role = {
        "role": "moderator",
        "scope": "some",
        "spaces": [here.forum.pk],
        "until": calendar.today(here.community).isoformat(),
    }
    saves(here, f"/manage/members/{here.member.pk}/role/", role)
    judges = {post: _offers_judging(here, post) for post in (mine, other)}
    assert judges == {mine: True, other: False}
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(role_until=timezone.now())
    assert not _offers_judging(here, mine)


def _offers_judging(here: Cast, post: Any) -> bool:
    address = f"{post.thread.get_absolute_url()}?menu={post.public_id}"
    return f"moderation/p/{post.public_id}/" in reads(here, here.member, address)


def test_who_is_removed_or_merged_is_gone(here: Cast) -> None:
    with here.scope():
        other = make_membership(display_name="Second")
    merged = f"/members/{other.handle}/"
    saves(here, f"/manage/members/{here.member.pk}/merge/", {"other": other.handle})
    forget_all()
    moved = here.sign_in(here.ambassador).get(here.url(merged))
    assert (moved.status_code, moved["Location"]) == (301, here.url(f"/members/{here.member.handle}/"))
    many = {"person": [here.member.pk], "reason": ""}
    saves(here, "/manage/members/many/remove/", many)
    assert here.member.display_name not in reads(here, here.ambassador, "/members/")
    assert meets(here, here.member, "/me/") != 200


def test_who_is_called_into_the_team_comes_in_with_the_role(here: Cast) -> None:
    person = make_person(email="new@example.org")
    asked = {"email": person.email, "role": "manager", "scope": "all", "words": "Come and run it with us."}
    saves(here, "/manage/team/", asked)
    assert write_launch_mails() == 1
    mail = next(mail for mail in delivered() if mail.to == [person.email])
    assert "Come and run it with us." in mail.body
    door = re.search(rf"{here.prefix}(/i/[^\s?]+)", str(mail.body))
    assert door is not None
    client = Client()
    assert client.post(here.url(door.group(1)), COMING).status_code == 302
    forget_all()
    assert client.get(here.url("/manage/spaces/")).status_code == 200


def test_a_link_brings_in_as_its_page_said(here: Cast) -> None:
    said = {
        "name": "Boot",
        "role": "ambassador",
        "space": here.forum.pk,
        "quota": "1",
        "domains": "example.org",
        "expires_on": calendar.today(here.community).isoformat(),
    }
    saves(here, "/manage/invitations/", said)
    with here.scope():
        link = InvitationLink.objects.get()
    door, guest = here.url(f"/i/{link.key}"), Client()
    assert guest.post(door, NEWCOMER | {"email": "new@example.com"}).status_code == 422, "another domain"
    assert guest.post(door, NEWCOMER).status_code == 302
    enter_code(guest, here)
    with here.scope():
        person = Membership.objects.get(handle="ines-leroux")
        assert person.role == "ambassador"
        assert Subscription.objects.filter(membership=person, space=here.forum).exists()
    assert Client().get(door).status_code == 410, "it was good for one"
    saves(here, "/manage/invitations/", said | {"name": "Fair", "quota": "9"})
    with here.scope():
        fair = InvitationLink.objects.get(name="Fair")
        assert Client().get(here.url(f"/i/{fair.key}")).status_code == 200
        assert fair.expires_at is not None
        InvitationLink.objects.filter(pk=fair.pk).update(
            expires_at=fair.expires_at - datetime.timedelta(days=1)
        )
    assert Client().get(here.url(f"/i/{fair.key}")).status_code == 410, "the day after it has ended"


def test_what_is_asked_of_members(here: Cast) -> None:
    words = {"name-en": "Boat", "name-fr": "Bateau", "help-en": "As it is painted on her stern."}
    asked = words | {"kind": "text", "seen_by": "members", "at_joining": "on", "required": "on"}
    saves(here, "/manage/profile-fields/new/", asked)
    with here.scope():
        field = ProfileField.objects.get()
    joining = reads(here, None, "/join/")
    assert "As it is painted on her stern." in joining
    guest = Client()
    guest.force_login(make_person())
    forget_all()
    assert guest.post(here.url("/join/"), COMING).status_code == 422, "an answer is needed"
    assert guest.post(here.url("/join/"), COMING | {f"asked-{field.key}": "Ketch Ida"}).status_code == 302
    community = Community.objects.get(pk=here.community.pk)
    community.settings = {**community.settings, "directory_public": True}
    community.save(update_fields=["settings"])
    assert "Ketch Ida" in reads(here, here.member, "/members/hanna-weiss/")
    assert "Ketch Ida" not in reads(here, None, "/members/hanna-weiss/")
    again = asked | {"name-en": "Home port", "name-fr": "Port d’attache"}
    saves(here, "/manage/profile-fields/new/", again)
    with here.scope():
        second = ProfileField.objects.exclude(pk=field.pk).get()
    sent = {"order": [field.pk, second.pk], "move": f"{second.pk}:up"}
    saves(here, "/manage/profile-fields/order/", sent)
    joining = reads(here, None, "/join/")
    assert joining.index("Home port") < joining.index("Boat")
    saves(here, f"/manage/profile-fields/{second.pk}/delete/", {})
    assert "Home port" not in reads(here, None, "/join/")
    saves(here, f"/manage/profile-fields/{field.pk}/retire/", {})
    assert "Ketch Ida" not in reads(here, here.member, "/members/hanna-weiss/")
    assert "painted on her stern" not in reads(here, None, "/join/")


def test_who_edits_the_articles_of_others(here: Cast) -> None:
    with here.scope():
        article = make_thread(here.blog, by=here.manager)
    edit = f"/blogs/journal/{article.slug}/edit/"
    named = {"space": here.blog.pk, "person": here.member.handle}
    saves(here, "/manage/team/authors/", named)
    assert meets(here, here.member, edit) == 403, "an author writes, and edits what is theirs"
    saves(here, "/manage/team/authors/", named | {"edits": "on"})
    assert meets(here, here.member, edit) == 200


def test_what_a_recipe_adds_is_there_for_visitors(here: Cast) -> None:
    assert "/forums/f/questions/" not in reads(here, None, "/forums/")
    saves(here, "/manage/recipe/?blueprint=fans", {"parts": ["spaces"]})
    assert "/forums/f/questions/" in reads(here, None, "/forums/")


def test_a_version_to_come_is_announced_and_members_are_told(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Community.objects.filter(pk=here.community.pk).update(legal=LEGAL)
    rule = {"rule_en": "Say which rope.", "rule_fr": "Dites quel cordage.", "revision": "0"}
    saves(here, "/manage/texts/rules/new/", rule)
    with here.scope():
        draft = TextVersion.objects.get()
    saves(here, "/manage/texts/rules/publish/", {"revision": draft.revision})
    saves(here, "/manage/texts/rules/new/", rule | {"rule_en": "No ads.", "rule_fr": "Pas de publicité."})
    with here.scope():
        draft = TextVersion.objects.newest()[0]
    day = calendar.today(here.community) + datetime.timedelta(days=40)
    asked: list[dict[str, int]] = []
    monkeypatch.setattr(tell_of_change, "delay_on_commit", lambda **said: asked.append(said))
    sent = {"revision": draft.revision, "holds_from": day.isoformat(), "tell": "on", "checked_by": "H. Sorel"}
    saves(here, "/manage/texts/rules/publish/", sent)
    page = reads(here, None, "/rules/")
    assert "No ads." not in page
    assert here.url("/legal/rules/") in page, "the version to come is led to"
    (told,) = asked
    tell_of_change(**told)
    assert "Our rules change on" in reads(here, here.member, "/notifications/")
