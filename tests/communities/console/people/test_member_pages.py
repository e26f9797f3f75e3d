"""The team’s list of people and one person’s page: who sees what, filters, acts on many, bad input."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from communities import calendar
from communities.console.people import queries
from communities.dates import written_day
from communities.journal.models import Change
from communities.launch.models import LinkArrival
from communities.launch.services import make_link
from communities.models import Membership
from communities.people.managing import note_about
from communities.people.models import MemberNote
from moderation.models import Case
from tests.conftest import Cast
from tests.factories import make_field, make_membership
from tests.mailing import delivered

DAY = datetime.timedelta(days=1)


def names_on(page: str) -> set[str]:
    return set(re.findall(r'class="name"[^>]*>([^<]+)<', page))


@pytest.fixture
def crew(here: Cast) -> dict[str, Membership]:
    """People who differ in everything that the list is filtered by."""
    now = timezone.now()
    with here.scope():
        make_field("text", "Boat", key="boat")
        link = make_link(by=here.manager, name="Boot")
        crew = {
            "Ada": make_membership(
                display_name="Ada", trust_level=4, profile={"boat": "Cruiser"}, seen_at=now
            ),
            "Bea": make_membership(display_name="Bea", came_by="link", seen_at=now - 60 * DAY),
            "Cid": make_membership(display_name="Cid", read_only_until=now + DAY, joined_at=now - 400 * DAY),
            "Dag": make_membership(display_name="Dag", suspended_until=now + DAY),
            "Eva": make_membership(display_name="Eva", unclaimed=True),
            "Flo": make_membership(display_name="Flo", status="left"),
        }
        LinkArrival.objects.create(link=link, membership=crew["Bea"])
        crew["link"] = link  # type: ignore[assignment]
    return crew


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("level=4", {"Ada"}),
        ("came_by=link", {"Bea"}),
        ("state=read_only", {"Cid"}),
        ("state=suspended", {"Dag"}),
        ("state=imported", {"Eva"}),
        ("state=left", {"Flo"}),
        ("field=boat&value=cruis", {"Ada"}),
        ("visit=7", {"Ada"}),
        ("visit=-28&q=B", {"Bea"}),
        ("visit=never&q=cid", {"Cid"}),
        ("q=ada", {"Ada"}),
        ("until=2026-01-01", {"Cid"}),
        ("level=4&q=bea", set()),
        ("q=ad%25", set()),
    ],
)
def test_the_list_is_narrowed_down(
    here: Cast, crew: dict[str, Membership], query: str, found: set[str]
) -> None:
    page = here.sign_in(here.manager).get(here.url(f"/manage/members/?{query}")).content.decode()
    assert names_on(page) & set(crew) == found


def test_the_tab_of_those_who_read_counts_what_it_shows(here: Cast, crew: dict[str, Membership]) -> None:
    page = here.sign_in(here.manager).get(here.url("/manage/members/?state=read_only")).content.decode()
    tab = page.partition('state=read_only"')[2].partition("</a>")[0]
    assert re.findall(r'class="num">(\d+)<', tab) == [str(len(names_on(page)))]


def test_who_came_through_a_link(here: Cast, crew: dict[str, Membership]) -> None:
    client = here.sign_in(here.manager)
    page = client.get(here.url(f"/manage/members/?link={crew['link'].pk}")).content.decode()
    assert names_on(page) == {"Bea"}
    assert "Came through “Boot”" in page


@pytest.mark.parametrize(
    "query",
    [
        "level=9",
        "state=x",
        "after=zz",
        "link=1e9",
        "visit=0",
        "role=x",
        "q=%00",
        "field=boat&value=Cru%00iser",
    ],
)
def test_what_makes_no_sense_is_left_out(here: Cast, crew: dict[str, Membership], query: str) -> None:
    answer = here.sign_in(here.manager).get(here.url(f"/manage/members/?{query}"))
    assert answer.status_code == 200
    assert "Ada" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("since=yesterday", "Enter a date like this"),
        ("until=9999-12-31", "Choose a day before the year 2101."),
        ("until=31/12/26&q=Ada", "Write the year with four digits"),
    ],
)
def test_what_is_wrong_with_a_day_is_said_and_nobody_is_shown_or_exported(
    here: Cast, crew: dict[str, Membership], query: str, wrong: str
) -> None:
    client = here.sign_in(here.owner)
    page = client.get(here.url(f"/manage/members/?{query}")).content.decode()
    name, _sign, typed = query.partition("&")[0].partition("=")
    typed = typed.replace("9999-12-31", "31/12/9999")
    assert wrong in page
    assert f'name="{name}" value="{typed}"' in page
    assert f'aria-invalid="true" aria-describedby="e-{name} f-{name}_format"' in page
    assert names_on(page) == set()
    file = b"".join(client.post(here.url(f"/manage/members/export/?{query}")).streaming_content)  # type: ignore[attr-defined]
    assert b"Ada" not in file
    assert len(file.splitlines()) == 1, "the names of the columns"


def test_a_day_is_typed_as_people_write_it(here: Cast, crew: dict[str, Membership]) -> None:
    page = here.sign_in(here.manager).get(here.url("/manage/members/?until=01/01/2026")).content.decode()
    assert names_on(page) == {"Cid"}
    assert "Joined until 1 January 2026" in page


def test_a_whole_address_finds_its_person_and_a_part_does_not(here: Cast) -> None:
    address = here.member.member.email  # type: ignore[union-attr]
    for role, words, found in (
        ("manager", address, True),
        ("manager", address.upper(), True),
        ("manager", address[:-1], False),
        ("manager", address.split("@")[0] + "@", False),
        ("moderator", address, False),
    ):
        client = here.sign_in(getattr(here, role))
        page = client.get(here.url("/manage/members/"), {"q": words}).content.decode()
        assert (here.member.display_name in names_on(page)) == found, (role, words)
        assert address not in re.sub(r'value="[^"]*"', "", page)


def test_an_ended_role_is_found_as_what_it_became(here: Cast) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.moderator.pk).update(
            role_until=timezone.now() - DAY, role_after="ambassador"
        )
    client = here.sign_in(here.manager)
    page = client.get(here.url("/manage/members/?role=ambassador")).content.decode()
    assert names_on(page) == {here.moderator.display_name, here.ambassador.display_name}
    assert here.moderator.display_name not in names_on(
        client.get(here.url("/manage/members/?role=moderator")).content.decode()
    )


def test_the_list_is_paged_and_costs_the_same(here: Cast, queries: Callable[..., Any]) -> None:
    client = here.sign_in(here.manager)
    url = here.url("/manage/members/")
    client.get(url)
    with queries(most=12):
        client.get(url)
    with here.scope():
        for _number in range(60):
            make_membership(trust_level=1)
    with queries(most=12):
        page = client.get(url).content.decode()
    assert len(names_on(page)) == 50
    older = re.search(r'href="([^"]*after=[^"]+)" rel="next"', page)
    assert older is not None
    second = client.get(url + older.group(1).replace("&amp;", "&").rpartition("/")[2]).content.decode()
    assert len(names_on(second)) == 16
    assert not names_on(page) & names_on(second)


def test_moderators_read_and_do_nothing(here: Cast) -> None:
    client = here.sign_in(here.moderator)
    page = client.get(here.url("/manage/members/")).content.decode()
    assert "data-pick" not in page
    person = here.url(f"/manage/members/{here.member.pk}/")
    page = client.get(person).content.decode()
    assert "Save the role" not in page
    assert "@" not in re.sub(
        r"@handle\d+", "", re.sub(r"<(script|style|head).*?</\1>", "", page, flags=re.S)
    ), "no address"
    for path, data in (
        ("role/", {"role": "ambassador"}),
        ("note/", {"text": "x"}),
        ("address/", {}),
        ("merge/", {}),
    ):
        assert client.post(person + path, data).status_code == 403
    for act in ("role", "level", "note", "write", "remove"):
        assert client.get(here.url(f"/manage/members/many/{act}/?person={here.member.pk}")).status_code == 403
    assert client.get(here.url("/manage/members/export/")).status_code == 403


def test_a_role_is_saved_on_the_page(here: Cast) -> None:
    client, url = here.sign_in(here.manager), here.url(f"/manage/members/{here.member.pk}/")
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(url).content.decode())
    assert seen is not None
    until = written_day(calendar.today(here.community) + 10 * DAY)
    data = {
        "role": "moderator",
        "scope": "some",
        "spaces": [here.forum.pk],
        "until": until,
        "seen": seen.group(1),
    }
    assert client.post(url + "role/", data).status_code == 302
    page = client.get(url).content.decode()
    assert "Rigging" in page
    assert f'value="{until}"' in page
    stale = client.post(url + "role/", data | {"role": "ambassador"})
    assert stale.status_code == 409
    assert "Somebody changed this a moment ago." in stale.content.decode()
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).role == "moderator"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"role": "moderator", "scope": "some"}, "Choose at least one space"),
        ({"role": "owner", "scope": "all"}, "Select a valid choice"),
        ({"role": "ambassador", "scope": "all", "until": "2020-01-01"}, "Choose today or a later day."),
        ({"role": "ambassador", "scope": "all", "until": "soon"}, "Enter a date like this"),
    ],
)
def test_a_role_that_cannot_be_is_refused_with_what_was_typed(
    here: Cast, data: dict[str, str], words: str
) -> None:
    client = here.sign_in(here.owner)
    answer = client.post(here.url(f"/manage/members/{here.member.pk}/role/"), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).role == "member"


def test_an_address_is_shown_once_and_noted(here: Cast) -> None:
    url = here.url(f"/manage/members/{here.member.pk}/")
    address = here.member.member.email  # type: ignore[union-attr]
    client = here.sign_in(here.owner)
    assert address not in client.get(url).content.decode()
    assert address in client.post(url + "address/").content.decode()
    assert address not in client.get(url).content.decode()
    with here.scope():
        assert Change.objects.filter(act="address_shown", by=here.owner).count() == 1
    assert here.sign_in(here.manager).post(url + "address/").status_code == 403


def test_one_act_on_many(here: Cast) -> None:
    client = here.sign_in(here.manager)
    with here.scope():
        people = [make_membership() for _number in range(3)]
    ids = [person.pk for person in people]
    level = here.url("/manage/members/many/level/")
    page = client.get(level, {"person": ids}).content.decode()
    assert all(person.display_name in page for person in people)
    assert client.post(level, {"person": ids}).status_code == 422
    answer = client.post(level, {"person": [*ids, here.owner.pk], "level": "3"}, follow=True)
    page = answer.content.decode()
    assert "Done for 3 people." in page
    assert here.owner.display_name in page, "who was left out is named"
    with here.scope():
        assert set(Membership.objects.filter(pk__in=ids).values_list("trust_level", flat=True)) == {3}
        assert Membership.objects.get(pk=here.owner.pk).trust_level == 2


def test_notes_letters_and_removal_of_many(here: Cast) -> None:
    client, ids = here.sign_in(here.manager), [here.member.pk, here.ambassador.pk]
    many = here.url("/manage/members/many/")
    client.post(many + "note/", {"person": ids, "text": "Both sail."})
    client.post(many + "write/", {"person": ids, "subject": "Hello", "text": "Come and see."})
    client.post(many + "role/", {"person": [here.member.pk], "role": "ambassador", "scope": "all"})
    with here.scope():
        assert MemberNote.objects.count() == 2
        assert Membership.objects.get(pk=here.member.pk).role == "ambassador"
    assert len(delivered()) == 2
    client.post(many + "remove/", {"person": [*ids, here.owner.pk], "reason": ""})
    with here.scope():
        assert set(Membership.objects.filter(pk__in=ids).values_list("status", flat=True)) == {"left"}
        assert Membership.objects.get(pk=here.owner.pk).is_active


@pytest.mark.parametrize("path", ["nothing/?person=1", "level/", "level/?person=x", "level/?person=99999999"])
def test_an_act_on_nobody(here: Cast, path: str) -> None:
    answer = here.sign_in(here.manager).get(here.url(f"/manage/members/many/{path}"))
    assert answer.status_code == (404 if path.startswith("nothing") else 302)


def test_the_owner_takes_the_table(here: Cast) -> None:
    client = here.sign_in(here.owner)
    url = here.url("/manage/members/export/")
    assert "6 people" in client.get(url).content.decode()
    whole = b"".join(client.post(url).streaming_content).decode()  # type: ignore[attr-defined]
    assert whole.count("\r\n") == 7
    some = b"".join(client.post(f"{url}?role=moderator").streaming_content).decode()  # type: ignore[attr-defined]
    assert some.count("\r\n") == 2
    ticked = b"".join(client.post(f"{url}?person={here.member.pk}").streaming_content).decode()  # type: ignore[attr-defined]
    assert here.member.member.email in ticked  # type: ignore[union-attr]
    assert ticked.count("\r\n") == 2
    assert here.sign_in(here.manager).post(url).status_code == 403


def test_a_sanction_begins_where_moderation_judges(here: Cast) -> None:
    client = here.sign_in(here.moderator)
    page = client.get(here.url(f"/manage/members/{here.member.pk}/")).content.decode()
    action = re.search(r'action="([^"]*/moderation/about/member/[^"]+)"', page)
    assert action is not None
    answer = client.post(action.group(1))
    assert answer.status_code == 302
    with here.scope():
        assert Case.objects.get().person_id == here.member.pk


def test_merging_asks_with_both_before_it_does(here: Cast) -> None:
    with here.scope():
        other = make_membership(display_name="Second")
    client, url = here.sign_in(here.manager), here.url(f"/manage/members/{here.member.pk}/merge/")
    assert client.get(url).status_code == 200
    page = client.get(url, {"other": f"@{other.handle}"}).content.decode()
    assert "Second" in page
    assert "Merge the two" in page
    for wrong in ("nobody-of-this-name", here.member.handle, here.owner.handle):
        assert "Merge the two" not in client.get(url, {"other": wrong}).content.decode()
        assert client.post(url, {"other": wrong}).status_code == 422
    assert client.post(url, {"other": other.handle}).status_code == 302
    with here.scope():
        assert Membership.objects.get(pk=other.pk).merged_into_id == here.member.pk


def test_another_community_has_none_of_these(here: Cast, elsewhere: Cast) -> None:
    client = here.sign_in(here.owner)
    page = here.url(f"/manage/members/{elsewhere.member.pk}/")
    assert client.get(page).status_code == 404
    for path in ("role/", "note/", "address/", "merge/"):
        assert client.post(page + path, {"role": "member", "scope": "all", "text": "x"}).status_code == 404
    many = client.get(here.url(f"/manage/members/many/level/?person={elsewhere.member.pk}"))
    assert many.status_code == 302


def test_notes_and_history_go_on_to_how_somebody_came(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.NEWEST, "size", 1)
    with here.scope():
        for words in ("the first note", "the second note"):
            note_about(here.member, words, by=here.manager)
    client, address = here.sign_in(here.manager), here.url(f"/manage/members/{here.member.pk}/")
    page = client.get(address).content.decode()
    assert "the second note" in page
    assert "the first note" not in page
    assert "Joined:" not in page
    (notes,) = re.findall(r'href="([^"]+\?notes=\d+)"', page)
    assert "the first note" in client.get(notes).content.decode()
    (history,) = re.findall(r'href="([^"]+\?history=\d+)"', page)
    assert "Joined:" in client.get(history).content.decode()
