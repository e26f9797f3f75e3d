"""Level, note, address, letter, export, removal: who may, and what the journal has of it."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.core import mail
from django.utils import timezone, translation

from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.models import Community, Membership
from communities.people import managing
from communities.people.exceptions import LastOwner
from communities.people.letters import write_to
from communities.people.models import MemberNote
from communities.people.services import end_membership
from communities.people.taking_away import tables_of
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_thread
from tests.mailing import delivered

STRANGERS_TO_IT = ("member", "ambassador", "moderator", "marketing")


def test_a_level_is_set_within_bounds(here: Cast) -> None:
    with here.scope():
        assert managing.set_level(here.member, 3, by=here.manager)
        assert not managing.set_level(here.member, 3, by=here.manager)
        line = Change.objects.get(act="level_set")
        assert (line.before, line.after) == ({"level": 2}, {"level": 3})
        for level in (-1, 5):
            with pytest.raises(NotAllowed):
                managing.set_level(here.member, level, by=here.manager)
        for refused in (*STRANGERS_TO_IT, "manager"):
            with pytest.raises(NotAllowed):
                managing.set_level(here.owner, 1, by=getattr(here, refused))


def test_a_note_is_theirs_to_read(here: Cast) -> None:
    with here.scope():
        note = managing.note_about(here.member, "Ask before January.", by=here.manager)
        tables = {name: list(rows) for name, rows in tables_of(here.member)}
        assert [row["text"] for row in tables["team_notes"]] == ["Ask before January."]
        line = Change.objects.get(act="member_noted")
        assert "January" not in str([line.what, line.before, line.after]), "the journal is for ever"
        for refused in STRANGERS_TO_IT:
            with pytest.raises(NotAllowed):
                managing.delete_note(note, by=getattr(here, refused))
        managing.delete_note(note, by=here.manager)
        assert not MemberNote.objects.exists()


def test_an_address_is_masked_until_it_is_asked_for(here: Cast) -> None:
    address = here.member.member.email  # type: ignore[union-attr]
    with here.scope():
        assert managing.masked_address(here.member) != address
        for refused in (*STRANGERS_TO_IT, "manager"):
            with pytest.raises(NotAllowed):
                managing.reveal_address(here.member, by=getattr(here, refused))
        assert not Change.objects.exists()
        assert managing.reveal_address(here.member, by=here.owner) == address
        assert Change.objects.get(act="address_shown").about == str(here.member.pk)


def test_a_letter_reaches_those_who_want_it(here: Cast) -> None:
    with here.scope():
        deaf = make_membership(muted_mails=["team_letter"])
        gone = make_membership(status="left")
        name = make_membership(unclaimed=True)
        Membership.objects.filter(pk=name.pk).update(member=None)
        people = [here.member, here.ambassador, deaf, gone, name]
        sent = write_to(
            people,
            by=here.manager,
            community=here.community,
            subject="Sea trials",
            text="Come on Saturday.\n\nBring rope.",
        )
        assert sent == 2
        line = Change.objects.get(act="letter_sent")
        assert (line.what, line.after) == ("Sea trials", {"people": 2})
        with pytest.raises(NotAllowed):
            write_to(people, by=here.moderator, community=here.community, subject="Hello", text="Hello")
    letters = delivered()
    assert {one.to[0] for one in letters} == {
        here.member.member.email,  # type: ignore[union-attr]
        here.ambassador.member.email,  # type: ignore[union-attr]
    }
    assert "Bring rope." in str(letters[0].body)
    assert here.community.name in letters[0].from_email
    assert letters[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = letters[0].extra_headers["List-Unsubscribe"].strip("<>")
    client = here.sign_in(None)
    assert client.post("/" + way_out.split("/", 3)[3]).status_code == 200
    mail.outbox.clear()
    with here.scope():
        again = write_to(people[:2], by=here.owner, community=here.community, subject="Again", text="Again")
    assert again == 1


def test_the_table_holds_everybody_and_no_formula(here: Cast) -> None:
    with here.scope():
        make_field("text", "boat", key="boat")
        make_field("several", "interests", key="interests", options=["rope", "sail", "wood"])
        make_field("text", "club", key="club")
        make_field("text", "＝1+1", key="typed")
        make_membership(display_name="=1+1", profile={"boat": "Cruiser", "interests": [1, 2]})
        make_membership(profile={"typed": "headings are typed, too", "club": "\n=1+1"})
        here.member.profile = {"club": "Kiel"}
        here.member.save()
        out = io.BytesIO()
        people = Membership.objects.shown().newest()
        here.community.refresh_from_db()
        number = managing.export_members(people, here.community, out, by=here.owner)
        assert number == 8
        assert Change.objects.get(act="members_exported").what == "8"
        for refused in (*STRANGERS_TO_IT, "manager"):
            with pytest.raises(NotAllowed):
                managing.export_members(people, here.community, io.BytesIO(), by=getattr(here, refused))
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert {row["address"] for row in rows} >= {here.member.member.email}  # type: ignore[union-attr]
    formula = next(row for row in rows if row["boat"])
    assert (formula["name"], formula["interests"], formula["club"]) == ("'=1+1", "rope, sail", "")
    other = next(row for row in rows if row["'＝1+1"])
    assert other["club"] == "'\n=1+1"


def test_the_table_is_cut_as_the_spreadsheets_of_a_language_read_it(here: Cast) -> None:
    """With commas, a French one shows each line in one cell, or cuts at a semicolon that somebody typed."""
    with here.scope(), translation.override("fr"):
        make_membership(display_name="Ines;=1+1")
        out = io.BytesIO()
        managing.export_members(Membership.objects.shown(), here.community, out, by=here.owner)
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert "Ines;=1+1" in {row["name"] for row in rows}


def test_who_is_removed_leaves_their_texts(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        reply = make_reply(thread, by=here.ambassador)
        Community.objects.filter(pk=here.community.pk).update(member_count=6)
        assert managing.remove_member(here.member, by=here.manager, reason="By their own wish")
        assert not managing.remove_member(here.member, by=here.manager)
        gone = Membership.objects.get(pk=here.member.pk)
        assert (gone.status, gone.display_name) == ("left", "Former member")
        assert Community.objects.get(pk=here.community.pk).member_count == 5
        thread.refresh_from_db()
        assert (thread.state, thread.author_id, thread.reply_count) == ("published", gone.pk, 1)
        line = Change.objects.get(act="member_removed")
        assert here.member.display_name not in line.what
        assert line.after == {"reason": "By their own wish"}
        for by, person in (("manager", "owner"), ("manager", "manager"), ("moderator", "ambassador")):
            with pytest.raises(NotAllowed):
                managing.remove_member(getattr(here, person), by=getattr(here, by))
        assert reply.author_id == here.ambassador.pk
        with pytest.raises(LastOwner):
            end_membership(Membership.objects.select_for_update().get(pk=here.owner.pk))


def test_a_visit_is_known_by_its_day(here: Cast) -> None:
    from analytics.engagement.recording import Day
    from analytics.engagement.services import add_views

    with here.scope():
        today = timezone.localdate(timezone=here.community.zone)
        yesterday = today - datetime.timedelta(days=1)
        number = here.member.pk
        add_views(here.community, [Day(here.community.pk, str(today), number, 0)])
        add_views(here.community, [Day(here.community.pk, str(yesterday), number, 3)])
        seen = Membership.objects.get(pk=number).seen_at
        assert seen is not None
        local = timezone.localtime(seen, here.community.zone)
        assert (local.date(), local.hour) == (today, 0), "the later day, and no hour"
