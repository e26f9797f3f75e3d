"""The Stack Exchange reader: oddities of the dumps, unsafe and broken files, and the real sites."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from communities.transfer.exceptions import UnreadableExport
from communities.transfer.readers.stackexchange import (
    ANSWER,
    QUESTION,
    SeTag,
    read_comments,
    read_posts,
    read_tags,
    read_users,
    split_tags,
)

from .documents import se_file
from .real_data import COFFEE, HISTORY_META, needs_real_data

QUESTION_ROW = (
    'Id="1" PostTypeId="1" AcceptedAnswerId="2" CreationDate="2011-10-11T19:42:20.713" Score="18" '
    'Body="&lt;p&gt;Why?&lt;/p&gt;&#xA;" OwnerUserId="12" Title="Should we?" Tags="&lt;a-tag&gt;&lt;b&gt;"'
)


@pytest.mark.parametrize("packed", [False, True])
def test_it_reads_a_question_with_mark_and_doctype(tmp_path: Path, packed: bool) -> None:
    se_file(tmp_path, "Posts", QUESTION_ROW, packed=packed)

    (post,) = read_posts(tmp_path)

    assert (post.key, post.kind, post.accepted, post.author, post.score) == ("1", QUESTION, "2", "12", 18)
    assert (post.title, post.tags, post.body) == ("Should we?", ("a-tag", "b"), "<p>Why?</p>\n")
    assert post.written_at == datetime(2011, 10, 11, 19, 42, 20, 713000, tzinfo=UTC)


def test_a_post_without_owner_keeps_the_name(tmp_path: Path) -> None:
    se_file(
        tmp_path, "Posts", 'Id="3" PostTypeId="2" ParentId="1" Body="x" Score="-2" OwnerDisplayName="user39"'
    )

    (post,) = read_posts(tmp_path)

    assert (post.kind, post.author, post.author_name, post.score, post.written_at) == (
        ANSWER,
        "",
        "user39",
        -2,
        None,
    )


def test_it_reads_comments_users_and_tags(tmp_path: Path) -> None:
    se_file(tmp_path, "Comments", 'Id="5" PostId="1" Text="Yes &amp; no" Score="1" UserId="9"')
    se_file(
        tmp_path, "Users", 'Id="9" DisplayName="Zoé" Location="Lyon" CreationDate="2011-10-11T18:50:07.000"'
    )
    se_file(tmp_path, "Tags", 'Id="1" TagName="answers" Count="4"')

    (comment,) = read_comments(tmp_path)
    (user,) = read_users(tmp_path)

    assert (comment.post, comment.text, comment.author) == ("1", "Yes & no", "9")
    assert (user.key, user.name, user.place) == ("9", "Zoé", "Lyon")
    assert list(read_tags(tmp_path)) == [SeTag("answers", 4)]


def test_missing_files_are_empty_but_posts_are_needed(tmp_path: Path) -> None:
    assert list(read_comments(tmp_path)) == list(read_users(tmp_path)) == list(read_tags(tmp_path)) == []
    with pytest.raises(UnreadableExport, match=r"contains no Posts\.xml"):
        read_posts(tmp_path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="is not a folder"):
        read_users(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "tags"), [("<a><b-c>", ("a", "b-c")), ("|a|b|", ("a", "b")), ("", ()), ("<a><a>", ("a",))]
)
def test_split_tags(text: str, tags: tuple[str, ...]) -> None:
    assert split_tags(text) == tags


def test_another_file_is_refused(tmp_path: Path) -> None:
    se_file(tmp_path, "Posts", QUESTION_ROW).rename(tmp_path / "Users.xml")

    with pytest.raises(UnreadableExport, match="should begin with <users>"):
        list(read_users(tmp_path))


def test_entities_are_refused(tmp_path: Path) -> None:
    (tmp_path / "Posts.xml").write_text(
        '<!DOCTYPE posts [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><posts><row Body="&lol2;"/></posts>'
    )

    with pytest.raises(UnreadableExport, match="declares XML entities"):
        list(read_posts(tmp_path))


def test_a_cut_off_file_names_the_line(tmp_path: Path) -> None:
    path = se_file(tmp_path, "Posts", QUESTION_ROW)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(UnreadableExport, match=r"Posts\.xml is not well-formed XML at line \d"):
        list(read_posts(tmp_path))


@needs_real_data
def test_real_site_is_read_whole() -> None:
    posts = list(read_posts(HISTORY_META))

    assert Counter(post.kind for post in posts) == {1: 556, 2: 1095, 4: 3, 5: 3}
    assert sum(bool(post.accepted) for post in posts) == 181
    assert sum(1 for _comment in read_comments(HISTORY_META)) == 3454
    assert sum(1 for _user in read_users(HISTORY_META)) == 2295


@needs_real_data
def test_real_site_without_users_is_read() -> None:
    assert Counter(post.kind for post in read_posts(COFFEE)) == {1: 225, 2: 327, 4: 20, 5: 20}
    assert list(read_users(COFFEE)) == list(read_comments(COFFEE)) == []
