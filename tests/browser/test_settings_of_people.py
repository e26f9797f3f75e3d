"""Who comes in, who may do what, and what they are told: each of these settings changed in a browser, met by those whom
it concerns, by nobody elsewhere, and taken back or journalled."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from communities import calendar
from communities.content.models import Subscription
from communities.launch.tasks import write_launch_mails
from communities.models import Community, Membership
from communities.people.models import ProfileField
from tests.browser.changing import Change, Sees, fills, read, tries
from tests.browser.conftest import LOCALES
from tests.browser.onlooking import Onlookers, SignIn, acts, saves
from tests.browser.test_settings_reach import address_of
from tests.browser.walking import Person, settles
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_thread
from tests.mailing import delivered

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VISITOR, MEMBER = ("visitor",), ("member",)


@pytest.fixture
def person(page: object, cast: Cast, server: str, seen: Onlookers) -> Person:
    return Person(page, cast, server, "en")  # type: ignore[arg-type]


def today(cast: Cast) -> datetime.date:
    return calendar.today(Community.objects.get(pk=cast.community.pk))


def menu_under(post: Any) -> str:
    """Where one sees what one may do with a text."""
    return f"{post.thread.get_absolute_url()}?menu={post.public_id}"


def test_members_one_by_one(person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]) -> None:
    cast = person.cast
    Community.objects.filter(pk=cast.community.pk).update(moderation_mode=Community.Mode.HYBRID)
    with cast.scope():
        mine, other = (
            make_reply(make_thread(space, by=cast.owner), by=cast.ambassador)
            for space in (cast.forum, cast.blog)
        )
        second, leaving = (make_membership(display_name=name) for name in ("Second Self", "Gone Soon"))
        new = make_membership(trust_level=0)
        held = make_thread(cast.forum, by=new, title="Quokka")
    assert not held.is_published
    sign_in(cast.owner)
    many = "/manage/members/many/"
    judged = f"moderation/p/{mine.public_id}/"
    changes = (
        Change(
            f"/manage/members/{cast.member.pk}/",
            {"role": "moderator", "scope": "some", "spaces": [str(cast.forum.pk)], "until": f"{today(cast)}"},
            (Sees(menu_under(mine), judged, by=MEMBER),),
            button="Save the role",
            undone=False,
        ),
        Change(
            f"{many}remove/?person={leaving.pk}",
            {"reason": "Asked us to."},
            (Sees("/members/", "Gone Soon", by=MEMBER, no_more=True),),
            button="Remove",
            undone=False,
        ),
    )
    for change in changes:
        tries(person, seen, change)
    assert f"moderation/p/{other.public_id}/" not in seen.member.reads(menu_under(other))
    with cast.scope():
        Membership.objects.filter(pk=cast.member.pk).update(role_until=timezone.now())
    assert judged not in seen.member.reads(menu_under(mine)), "the day is over"

    person.go(f"{many}level/?person={new.pk}")
    fills(person.page, {"level": "1"})
    saves(person, "Set level")
    with cast.scope():
        make_thread(cast.forum, by=Membership.objects.get(pk=new.pk), title="Numbat")
    shown = seen.visitor.reads("/forums/f/rigging/")
    assert "Numbat" in shown
    assert "Quokka" not in shown, "what is held stays held"

    person.go(f"{many}note/?person={cast.ambassador.pk}")
    fills(person.page, {"text": "Met at the boat show."})
    saves(person, "Save note")
    person.go(f"/manage/members/{cast.ambassador.pk}/")
    person.reads("Met at the boat show.")
    assert "boat show" not in seen.member.reads(f"/members/{cast.ambassador.handle}/")
    person.go(f"{many}write/?person={cast.ambassador.pk}")
    fills(person.page, {"subject": "Thank you", "text": "For the knots."})
    saves(person, "Send")
    letters = [mail for mail in delivered() if mail.subject == "Thank you"]
    assert [mail.to for mail in letters] == [[address_of(cast.ambassador)]]
    assert "For the knots." in str(letters[0].body)

    person.go(f"/manage/members/{cast.ambassador.pk}/merge/")
    fills(person.page, {"other": second.handle})
    person.button("Look at both").click()
    saves(person, "Merge the two")
    led = read(seen.member, f"/members/{second.handle}/")
    assert re.match(rf"301 \S*/members/{cast.ambassador.handle}/", led)
    assert {
        "role_set",
        "level_set",
        "member_noted",
        "member_removed",
        "members_merged",
        "letter_sent",
    } <= acts(cast)
    assert complaints == []


def joins(browser: Browser, person: Person, door: str, *, address: str = "") -> Person:
    """Somebody new, on a machine of their own, by a link."""
    context = browser.new_context(locale=LOCALES["en"])
    other = Person(context.new_page(), person.cast, person.server, "en")
    other.go(door)
    if address:
        other.field("E-mail").fill(address)
    other.field("Name shown").fill("Hanna Weiss")
    other.field("I have read the rules and will follow them").check()
    other.button("Join").click()
    settles(other.page)
    return other


def test_the_team_and_the_ways_in(
    person: Person, browser: Browser, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        article = make_thread(cast.blog, by=cast.manager)
        mine, other = (
            make_reply(thread, by=cast.ambassador)
            for thread in (make_thread(cast.forum, by=cast.owner), article)
        )
    sign_in(cast.owner)
    person.go("/manage/team/")
    called = {
        "email": "new@example.org",
        "role": "moderator",
        "scope": "some",
        "spaces": [str(cast.forum.pk)],
        "until": f"{today(cast)}",
        "words": "Come and run it with us.",
    }
    fills(page, called)
    saves(person, "Send the invitation")
    write_launch_mails()
    mail = next(mail for mail in delivered() if mail.to == ["new@example.org"])
    assert "Come and run it with us." in mail.body
    door = re.search(rf"{cast.prefix}(/i/[^\s?]+)", str(mail.body))
    assert door is not None
    new = joins(browser, person, door[1])
    for post, judges in ((mine, True), (other, False)):
        new.go(post.thread.get_absolute_url())
        assert (f"moderation/p/{post.public_id}/" in new.page.content()) is judges
    new.page.context.close()
    with cast.scope():
        ends = Membership.objects.get(member__email="new@example.org").role_until
        assert ends is not None
        assert ends < timezone.now() + datetime.timedelta(days=2)

    edits = Change(
        "/manage/team/authors/",
        {"space": str(cast.blog.pk), "person": cast.member.handle, "edits": True},
        (Sees(f"/blogs/journal/{article.slug}/edit/", "^200", by=MEMBER),),
        button="Let them write",
    )
    tries(person, seen, edits)

    person.go("/manage/invitations/")
    link = {
        "name": "Boot",
        "role": "ambassador",
        "space": str(cast.forum.pk),
        "expires_on": f"{today(cast)}",
        "quota": "1",
        "domains": "example.org",
    }
    fills(page, link)
    saves(person, "Make the link")
    path = page.locator(".copy code").inner_text().partition(cast.prefix)[2]
    assert seen.outside.meets(path) == 404
    refused = joins(browser, person, path, address="hanna@example.com")
    expect(refused.page.get_by_role("alert").first).to_be_visible()
    refused.page.context.close()
    guest = joins(browser, person, path, address="hanna@example.org")
    guest.enter_code()
    guest.page.locator("main button[type=submit]").first.click()
    settles(guest.page)
    with cast.scope():
        came = Membership.objects.get(member__email="hanna@example.org")
        assert came.role == "ambassador"
        assert Subscription.objects.filter(membership=came, space=cast.forum).exists()
    guest.page.context.close()
    assert seen.visitor.meets(path) == 410, "it was good for one"

    person.go("/manage/team/handover/")
    fills(page, {"person": cast.member.handle, "by_becomes": "manager", "sure": True})
    saves(person, "Offer it")
    offer = re.search(r"/handover/\d+/", seen.member.reads("/notifications/"))
    assert offer is not None
    assert seen.ambassador.meets(offer[0]) == 404
    heir = Person(seen.member.context.new_page(), cast, person.server, "en")
    heir.go(offer[0])
    saves(heir, "Accept ownership")
    assert seen.member.meets("/manage/close/") == 200
    assert seen.member_outside.meets("/manage/close/") == 403
    with cast.scope():
        assert Membership.objects.get(pk=cast.owner.pk).role == "manager"
    assert {"team_invited", "author_named", "link_made", "ownership_offered"} <= acts(cast)
    assert complaints == []


def test_what_members_are_asked(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    sign_in(cast.manager)
    person.go("/manage/profile-fields/new/")
    fills(page, {"kind": "choice"})
    person.button("Continue").click()
    fills(
        page,
        {
            "name-en": "Rig",
            "name-fr": "Gréement",
            "help-fr": "Comme au mouillage.",
            "option-n0-en": "Sloop",
            "option-n0-fr": "Sloop",
            "option-n1-en": "Ketch",
            "option-n1-fr": "Ketch",
            "seen_by": "members",
            "at_joining": True,
            "required": True,
            "filters": True,
        },
    )
    saves(person, "Add the field")
    with cast.scope():
        field = ProfileField.objects.get()
        harbour = make_field("text", "Home port", at_joining=True)
        Membership.objects.filter(pk=cast.ambassador.pk).update(profile={field.key: 2})
    joining = seen.visitor.reads("/join/")
    assert "Comme au mouillage." in joining
    assert joining.index("Gréement") < joining.index("Home port")
    assert f'name="f-{field.key}"' in seen.member.reads("/members/")
    profile = f"/members/{cast.ambassador.handle}/"
    assert "Ketch" in seen.member.reads(profile)
    assert field.key not in seen.outside.reads("/join/")
    assert field.key not in seen.member_outside.reads("/members/")

    person.go("/manage/profile-fields/")
    page.get_by_label("Move Home port").press("Alt+ArrowUp")
    person.sees("The order is saved.")
    joining = seen.visitor.reads("/join/")
    assert joining.index("Home port") < joining.index("Gréement")
    one = f"/manage/profile-fields/{field.pk}/edit/"
    away = (
        Sees(profile, "Ketch", by=MEMBER, no_more=True),
        Sees("/join/", "Gréement", by=VISITOR, no_more=True),
    )
    tries(person, seen, Change(one, {}, away, button="Put away"))
    gone = (Sees("/join/", "Home port", by=VISITOR, no_more=True),)
    delete = f"/manage/profile-fields/{harbour.pk}/delete/"
    tries(person, seen, Change(delete, {}, gone, button="Delete the field and its answers", undone=False))
    assert {"order_profile_fields", "retire_profile_field", "delete_profile_field"} <= acts(cast)
    assert complaints == []
