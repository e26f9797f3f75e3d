"""What a member takes away: all that is kept about them, nothing about anybody else."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.blogs.models import Article
from communities.content.kinds import KINDS
from communities.content.models import Post
from communities.disclosures import taken
from communities.models import Membership
from communities.people.taking_away import columns_of, tables_of, write_archive
from communities.scoping import CommunityOwned
from members.models import Member
from members.personal import records
from moderation.models import Report
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.sweeps.belongings import Person, belongings_of

EXPORTED = {one.personal.exported_as: one for one in records() if one.personal.exported_as}

# What texts have beside them, by kind.
SIDES = [kind.threads_name for kind in KINDS if kind.side is not None]


def archive_of(person: Membership, here: Cast) -> dict[str, list[dict[str, Any]]]:
    """The tables of an archive, read back."""
    file = io.BytesIO()
    write_archive(person, here.community, file)
    return read(file)


def read(file: io.BytesIO) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        tables = [name for name in archive.namelist() if "/" not in name]
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in tables}


def test_there_is_a_file_for_each_table_that_says_so(here: Cast) -> None:
    """With the row that each of them has, found by asking the table itself."""
    with here.scope():
        me = Person(make_membership(), "me@example.net")
        assert me.membership.member is not None
        Member.objects.filter(pk=me.membership.member_id).update(email=me.address)
        mine = belongings_of(me, here)
        belongings_of(Person(here.member, "other@example.net"), here)
        tables = archive_of(Membership.objects.select_related("member").get(pk=me.membership.pk), here)
    in_words = [one.name for one in taken]
    assert set(tables) == {*EXPORTED, *SIDES, *in_words}
    assert len(tables) == len(EXPORTED) + len(SIDES) + len(in_words), "no name means two tables"
    for name, record in EXPORTED.items():
        if not issubclass(record.model, CommunityOwned):
            continue
        column = record.column.attname
        whose = getattr(mine[record.name], column)
        with here.scope():
            rows = record.model.objects.filter(**{column: whose})
            assert len(tables[name]) == rows.count() > 0, name


def test_columns_about_others_stay_here() -> None:
    for record in EXPORTED.values():
        columns = {record.model._meta.get_field(name) for name in columns_of(record)}
        led_to = {one.related_model for one in columns if one.is_relation}
        assert not any(getattr(model, "stands_for_person", False) for model in led_to), record.name
        assert not {one.name for one in columns} & set(record.personal.withheld)
    assert "actor_id" not in columns_of(EXPORTED["decisions"])
    assert "by_id" not in columns_of(EXPORTED["measures"])
    assert "weight" not in columns_of(EXPORTED["reports"])


def test_texts_are_whole_and_lead_here_from_anywhere(here: Cast) -> None:
    with here.scope():
        body = f"<p>Ask @{here.owner.handle} — “naïve” 👍🏽</p>"
        make_reply(make_thread(here.forum), by=here.member, body=body)
        (post,) = archive_of(here.member, here)["posts"]
    assert "“naïve” 👍🏽" in post["body_html"]
    assert 'href="/~/' not in post["body_html"]
    assert f"/c/{here.community.slug}/members/{here.owner.handle}/" in post["body_html"]
    assert "mode" not in post


def test_what_stands_beside_a_text_comes_along(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager)
        Article.objects.update_or_create(thread=thread, defaults={"excerpt": "In short: splice it."})
        (article,) = archive_of(here.manager, here)["articles"]
        assert archive_of(here.member, here)["articles"] == []
    assert (article["thread_id"], article["excerpt"]) == (thread.pk, "In short: splice it.")


def test_what_others_reported_is_theirs(here: Cast) -> None:
    with here.scope():
        belongings_of(Person(here.member, "one@example.net"), here)
        assert Report.objects.filter(reporter=here.member).exists()
        assert archive_of(here.owner, here)["reports"] == []


def test_many_rows_cost_no_more_statements(here: Cast, queries: Callable[..., Any]) -> None:
    with here.scope():
        thread = make_thread(here.forum)
        for _reply in range(12):
            make_reply(thread, by=here.member)
        # One for each table and kind, one for the address of the community, one for the person’s own addresses, one for
        # what the answers of polls say, one for the ideas that the person has voted for, one for the feedback of beta
        # tests that they have, too, two for what they answered to calls, one for the rights of the photographs that
        # they have added, one for the marks that they gave in juries.
        with queries(most=len(EXPORTED) + len(SIDES) + 11):
            tables = {name: list(rows) for name, rows in tables_of(here.member)}
        assert len(tables["posts"]) == Post.objects.filter(author=here.member).count() == 12


def test_the_page_says_what_there_is_and_answers_with_the_archive(
    here: Cast, queries: Callable[..., Any]
) -> None:
    client = here.sign_in(here.member)
    client.get(here.url("/me/data/"))
    with queries(most=4):
        page = client.get(here.url("/me/data/"))
    assert "Download my data" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    answer = client.post(here.url("/me/data/"))
    assert answer.headers["Content-Disposition"].endswith(
        f'filename="{here.community.slug}-{here.member.handle}.zip"'
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    tables = read(io.BytesIO(b"".join(answer.streaming_content)))
    assert [row["handle"] for row in tables["membership"]] == [here.member.handle]


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_for_members_of_this_community(
    here: Cast, elsewhere: Cast, stranger: Member, method: str
) -> None:
    outsider = Client()
    outsider.force_login(stranger)
    for client, to in (
        (Client(), "/sign-in/"),
        (outsider, "/join/"),
        (elsewhere.sign_in(elsewhere.owner), "/join/"),
    ):
        answer = getattr(client, method)(here.url("/me/data/"))
        assert answer.status_code == 302
        assert answer["Location"].startswith(here.url(to))


def test_who_may_only_read_takes_their_data_all_the_same(here: Cast) -> None:
    with here.scope():
        until = timezone.now() + datetime.timedelta(days=7)
        Membership.objects.filter(pk=here.member.pk).update(read_only_until=until)
    answer = here.sign_in(here.member).post(here.url("/me/data/"))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"
