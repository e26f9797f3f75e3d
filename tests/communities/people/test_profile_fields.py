"""Profile fields: who is asked what, who sees the answer, and that names can change without a loss."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.people.exceptions import FieldChanged, FieldRefused
from communities.people.fields import finding, services
from communities.people.fields.defined import Field, Option, every_field
from communities.people.fields.kinds import KINDS
from communities.people.fields.services import FieldWishes
from communities.people.fields.showing import answers_of
from communities.people.merging import merge_memberships
from communities.people.models import ProfileField
from communities.people.requests import edit_joining
from communities.people.tasks import forget_answers
from moderation.services import add_watch_word
from tests.communities.people.test_taking_away import archive_of
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_person, make_space

RIGS = ["Sloop", "Ketch", "Gaff, old style"]


def answer(person: Membership, **profile: Any) -> None:
    Membership.objects.filter(pk=person.pk).update(profile=profile)
    forget_all()


def page_of(here: Cast, person: Membership, reader: Membership | None) -> str:
    forget_all()
    return str(here.sign_in(reader).get(here.url(f"/members/{person.handle}/")).content.decode())


def newest(act: str) -> Change:
    found: Change = Change.objects.filter(act=act).latest("id")
    return found


def test_each_reader_sees_what_is_theirs(here: Cast, elsewhere: Cast) -> None:
    """Never more: not on the page, not through a filter, not in another community."""
    said = {"open": "Quokka open", "among": "Quokka among", "office": "Quokka office", "away": "Quokka away"}
    with here.scope():
        make_field("text", "Open field", key="open")
        make_field("text", "Among field", key="among", seen_by="members")
        make_field("text", "Office field", key="office", seen_by="team")
        services.retire_field(
            make_field("text", "Away field", key="away"), by=here.owner, community=here.community
        )
        answer(here.member, **said)
    expected = {
        None: {"open"},
        here.ambassador: {"open", "among"},
        here.moderator: {"open", "among", "office"},
        here.member: {"open", "among", "office"},
        elsewhere.owner: {"open"},
    }
    for reader, seen in expected.items():
        page = page_of(here, here.member, reader)
        assert {key for key, words in said.items() if words in page} == seen, reader
    assert "Seen by the team only." in page_of(here, here.member, here.member)
    answer_elsewhere = elsewhere.sign_in(elsewhere.owner).get(
        elsewhere.url(f"/members/{here.member.handle}/")
    )
    assert answer_elsewhere.status_code == 404


FIELD = Field(
    "f", "text", {"en": "A field"}, options=(Option(1, {"en": "Sloop"}), Option(2, {"en": "Ketch"}, True))
)


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "words"),
    [
        ("text", " By \n hand ", "By hand", "By hand"),
        ("choice", "1", 1, "Sloop"),
        ("several", ["1"], [1], "Sloop"),
        ("date", "2019-05-01", "2019-05-01", "1 May 2019"),
        (
            "place",
            "Brest, Finistère",
            {"said": "Brest, Finistère", "words": ["brest", "finistere"]},
            "Brest, Finistère",
        ),
        ("link", "example.org/boat", "https://example.org/boat", "https://example.org/boat"),
        ("text", "", None, ""),
        ("several", [], None, ""),
        ("link", "", None, ""),
        ("date", "", None, ""),
        ("place", " ", None, ""),
    ],
)
def test_a_kind_keeps_and_shows_its_answers(kind: str, typed: Any, kept: Any, words: str) -> None:
    control = KINDS[kind].control(FIELD)
    control.required = False
    value = KINDS[kind].kept(control.clean(typed))
    assert value == kept
    with translation.override("en"):
        assert value is None or KINDS[kind].words(FIELD, value) == words


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("choice", "2"),
        ("choice", "9"),
        ("several", ["1", "x"]),
        ("date", "31/31/2019"),
        ("link", "javascript:alert(1)"),
        ("link", "ftp://example.org/"),
        ("text", "x" * 301),
    ],
)
def test_a_kind_refuses_what_makes_no_sense(kind: str, typed: Any) -> None:
    with pytest.raises(ValidationError):
        KINDS[kind].control(FIELD).clean(typed)


def test_days_and_names_are_in_the_language_of_the_page() -> None:
    field = Field("f", "date", {"en": "Since", "fr": "Depuis"}, main="en")
    with translation.override("fr"):
        assert (field.label, KINDS["date"].words(field, "2019-05-01")) == ("Depuis", "1er mai 2019")
    with translation.override("de"):
        assert field.label == "Since", "the community’s own language stands in"


def profile_form(person: Membership, **more: Any) -> dict[str, Any]:
    return {"display_name": person.display_name, "handle": person.handle, **more}


def test_one_answers_and_takes_back_on_the_page_of_the_profile(here: Cast) -> None:
    with here.scope():
        make_field("choice", "Rig", key="rig", options=RIGS, required=True)
        make_field("link", "Log", key="log")
        make_field("text", "Office", key="office", seen_by="team")
    client, url = here.sign_in(here.member), here.url("/me/profile/")
    page = client.get(url).content.decode()
    assert "Seen by the team only." in page
    refused = client.post(
        url, profile_form(here.member, **{"asked-log": "javascript:x", "asked-office": "Night"})
    )
    said = refused.content.decode()
    assert refused.status_code == 422
    assert "Write a web address" in said
    assert 'value="Night"' in said, "what was typed stays"
    sent = {"asked-rig": "2", "asked-log": "https://example.org/log", "asked-office": "Night"}
    assert client.post(url, profile_form(here.member, **sent)).status_code == 302
    with here.scope():
        kept = Membership.objects.get(pk=here.member.pk)
        assert kept.profile == {"rig": 2, "log": "https://example.org/log", "office": "Night"}
    assert 'rel="nofollow ugc noopener">example.org/log</a>' in page_of(here, here.member, None)
    assert client.post(url, profile_form(here.member, **{"asked-rig": "1"})).status_code == 302
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).profile == {"rig": 1}


def test_a_forbidden_word_is_refused_in_an_answer(here: Cast) -> None:
    with here.scope():
        make_field("text", "Boat", key="boat")
        add_watch_word(by=here.manager, word="scurvy", action="block")
    answer = here.sign_in(here.member).post(
        here.url("/me/profile/"), profile_form(here.member, **{"asked-boat": "HMS Scurvy"})
    )
    assert answer.status_code == 422
    with here.scope():
        assert Membership.objects.get(pk=here.member.pk).profile == {}


def test_newcomers_are_asked_what_is_asked_at_joining(here: Cast) -> None:
    with here.scope():
        make_field("choice", "Rig", key="rig", options=RIGS, required=True, at_joining=True)
        make_field("place", "Waters", key="waters", at_joining=True)
        make_field("text", "Later", key="later", required=True)
    person = make_person()
    client, url = Client(), here.url("/join/")
    client.force_login(person)
    page = client.get(url).content.decode()
    assert "asked-rig" in page
    assert "asked-later" not in page, "what is asked later"
    sent = {"display_name": "Ada", "rules": "on", "asked-waters": "Brest"}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, {**sent, "asked-rig": "3"}).status_code == 302
    with here.scope():
        joined = Membership.objects.get(member=person)
        assert joined.profile == {"rig": 3, "waters": {"said": "Brest", "words": ["brest"]}}
    assert "asks you something more: Later." in client.get(here.url("/me/")).content.decode()


def test_the_team_reads_the_answers_of_who_asks_to_join(here: Cast) -> None:
    with here.scope():
        edit_joining(here.community, by=here.owner, by_hand=True, questions=["Why?"])
        make_field("text", "Boat", key="boat", at_joining=True, seen_by="team")
    forget_all()
    client = Client()
    client.force_login(make_person())
    sent = {"display_name": "Ada", "rules": "on", "asked-boat": "A dinghy", "answer_0": "For the sea"}
    assert client.post(here.url("/join/"), sent).status_code == 302
    page = here.sign_in(here.manager).get(here.url("/manage/join-requests/")).content.decode()
    assert "A dinghy" in page
    assert "For the sea" in page


def test_the_member_list_is_narrowed_by_answers(
    here: Cast, queries: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        make_field("choice", "Rig", key="rig", options=RIGS, filters=True)
        make_field(
            "several", "Knots", key="knots", options=["Bowline", "Hitch"], filters=True, seen_by="members"
        )
        make_field("place", "Waters", key="waters", filters=True)
        make_field("choice", "Secret", key="secret", options=["A"], filters=True, seen_by="team")
        for name, profile in {
            "Ada": {"rig": 1, "knots": [1, 2], "waters": {"said": "Brest", "words": ["brest"]}},
            "Bea": {"rig": 2, "knots": [2], "secret": 1},
            "Cid": {"rig": 1, "waters": {"said": "Le Brésil", "words": ["le", "bresil"]}},
        }.items():
            make_membership(display_name=name, profile=profile)
    Community.objects.filter(pk=here.community.pk).update(
        settings={**Community.objects.get(pk=here.community.pk).settings, "directory_public": True}
    )
    forget_all()

    def names(query: str, reader: Membership | None) -> set[str]:
        page = here.sign_in(reader).get(here.url(f"/members/?{query}")).content.decode()
        return {name for name in ("Ada", "Bea", "Cid") if f">{name}<" in page}

    for few in (1000, 0):  # looked up by their answers, and read from the top of the list
        monkeypatch.setattr(finding, "FEW", few)
        assert names("f-rig=1", here.member) == {"Ada", "Cid"}
        assert names("f-rig=1&f-knots=2", here.member) == {"Ada"}
        assert names("f-waters=BREST", None) == {"Ada"}
        assert names("f-rig=nonsense", here.member) == set()
    everybody = {"Ada", "Bea", "Cid"}
    assert names("f-knots=2", None) == everybody, "what visitors do not see narrows nothing for them"
    assert names("f-secret=1", here.member) == everybody
    assert names("f-secret=1", here.moderator) == {"Bea"}
    community = Community.objects.get(pk=here.community.pk)
    with here.scope(), queries(exactly=2):  # the look-up, and the page
        filters = finding.filters_for(community, here.member, {"f-rig": "1"})
        assert finding.narrowed(Membership.objects.all(), filters).count() == 2


def test_another_community_finds_nobody_by_these_answers(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        make_membership(profile={"rig": 1})
        assert len(finding._found([{"rig": 1}])) == 1
    with elsewhere.scope():
        assert finding._found([{"rig": 1}]) == []


def test_renaming_loses_nothing_and_opens_no_door(here: Cast) -> None:
    with here.scope():
        field = make_field("choice", "Rig", key="rig", options=RIGS)
        space = make_space(audience="field", let_in={"read": {"field": "rig", "options": [1]}})
        answer(here.member, rig=1)
        options = [{**one, "names": {"en": f"New {one['names']['en']}"}} for one in reversed(field.options)]
        wishes = FieldWishes(names={"en": "Rigging", "fr": "Gréement"}, options=options)
        services.edit_field(field, wishes, by=here.manager, community=here.community, version=field.version)
        forget_all()
        community = Community.objects.get(pk=here.community.pk)
        (said,) = answers_of(community, Membership.objects.get(pk=here.member.pk), None)
        assert (said.label, said.words) == ("Rigging", "New Sloop")
        assert space.readers == "Rigging: New Sloop"
        undo(newest("edit_profile_field"), here.owner)
        community.refresh_from_db()
        assert every_field(community)[0].name_of(1) == "Sloop"
        with pytest.raises(FieldChanged):
            services.edit_field(field, wishes, by=here.manager, community=here.community, version=1)


def test_an_option_that_is_chosen_is_put_off_not_deleted(here: Cast) -> None:
    with here.scope():
        field = make_field("several", "Rig", key="rig", options=RIGS)
        answer(here.member, rig=[1, 2])
        without = FieldWishes(names=field.names, options=field.options[1:])
        with pytest.raises(FieldRefused, match="1 person has chosen “Sloop”"):
            services.edit_field(field, without, by=here.manager, community=here.community)
        off = [{**one, "off": one["id"] == 1} for one in field.options]
        services.edit_field(
            field, FieldWishes(names=field.names, options=off), by=here.manager, community=here.community
        )
        forget_all()
        known = every_field(Community.objects.get(pk=here.community.pk))[0]
        assert [label for _id, label in KINDS["several"].control(known, [1]).choices] == RIGS  # type: ignore[attr-defined]
        assert [label for _id, label in KINDS["several"].control(known).choices] == RIGS[1:]  # type: ignore[attr-defined]
        third = FieldWishes(names=field.names, options=off[:2])
        field = services.edit_field(field, third, by=here.manager, community=here.community)
        more = FieldWishes(names=field.names, options=[*off[:2], {"id": None, "names": {"en": "Yawl"}}])
        field = services.edit_field(field, more, by=here.manager, community=here.community)
        assert [one["id"] for one in field.options] == [1, 2, 4], "no number is given twice"


def test_putting_away_keeps_answers_and_deleting_takes_them(here: Cast) -> None:
    with here.scope():
        field = make_field("text", "Boat", key="boat")
        make_field("text", "Club", key="club")
        answer(here.member, boat="Dinghy", club="Kiel")
        services.retire_field(field, by=here.manager, community=here.community)
        assert "Dinghy" not in page_of(here, here.member, here.owner)
        undo(newest("retire_profile_field"), here.owner)
        assert "Dinghy" in page_of(here, here.member, here.owner)
        space = make_space(audience="field", let_in={"read": {"field": "boat", "words": ["Dinghy"]}})
        with pytest.raises(FieldRefused, match=space.name):
            services.delete_field(field, by=here.manager, community=here.community)
        space.let_in = {}
        space.save()
        services.delete_field(field, by=here.manager, community=here.community)
        assert not forget_answers(community_id=here.community.pk, key="boat")
        assert Membership.objects.get(pk=here.member.pk).profile == {"club": "Kiel"}
        assert not ProfileField.objects.filter(key="boat").exists()


def test_what_was_added_is_taken_back_or_put_away(here: Cast) -> None:
    with here.scope():
        make_field("text", "Unanswered", key="un")
        undo(newest("add_profile_field"), here.owner)
        assert not ProfileField.objects.filter(key="un").exists()
        make_field("text", "Answered", key="an")
        answer(here.member, an="Yes")
        undo(newest("add_profile_field"), here.owner)
        assert ProfileField.objects.get(key="an").retired


def test_the_order_is_kept_and_undone(here: Cast) -> None:
    with here.scope():
        first, second = make_field(name="First"), make_field(name="Second")
        assert services.order_fields([second.pk], by=here.manager, community=here.community)
        assert not services.order_fields([second.pk, first.pk], by=here.manager, community=here.community)
        community = Community.objects.get(pk=here.community.pk)
        assert [field.label for field in every_field(community)] == ["Second", "First"]
        undo(newest("order_profile_fields"), here.owner)
        assert list(ProfileField.objects.in_order()) == [first, second]


@pytest.mark.parametrize("role", ["member", "ambassador", "moderator", "marketing"])
def test_only_managers_and_owners_change_what_is_asked(here: Cast, role: str) -> None:
    with here.scope():
        field, by = make_field(), getattr(here, role)
        wishes = FieldWishes(names={"en": "Theirs"})
        with pytest.raises(NotAllowed):
            services.add_field("text", wishes, by=by, community=here.community)
        with pytest.raises(NotAllowed):
            services.edit_field(field, wishes, by=by, community=here.community)
        with pytest.raises(NotAllowed):
            services.delete_field(field, by=by, community=here.community)


def test_two_memberships_made_one_keep_both_answers(here: Cast) -> None:
    with here.scope():
        make_field("text", "Boat", key="boat")
        make_field("text", "Club", key="club")
        kept, gone = (
            make_membership(profile={"boat": "Mine"}),
            make_membership(profile={"boat": "No", "club": "Kiel"}),
        )
        assert merge_memberships(kept, gone, by=here.owner).profile == {"boat": "Mine", "club": "Kiel"}


def test_what_one_takes_away_is_in_words(here: Cast) -> None:
    with here.scope():
        make_field("choice", "Rig", key="rig", options=RIGS)
        make_field("date", "Since", key="since")
        answer(here.member, rig=3, since=datetime.date(2019, 5, 1).isoformat())
        me = Membership.objects.select_related("member").get(pk=here.member.pk)
        (row,) = archive_of(me, here)["membership"]
    assert row["profile"] == {"Rig": "Gaff, old style", "Since": "1 May 2019"}
