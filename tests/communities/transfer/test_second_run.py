"""The second run of an import: what follows the old site, what stays, and what is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities.content.models import Post, Redirect, State, Thread
from communities.content.services import reply_to
from communities.forums.models import Question
from communities.models import Community
from communities.scoping import community_scope
from communities.transfer.report import ImportReport
from communities.transfer.services import import_stackexchange, import_wordpress
from tests.factories import make_community, make_membership

from .documents import se_file, write, wxr, wxr_author, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return make_community(language="en")


def bring_in(community: Community, folder: Path, *parts: str) -> ImportReport:
    return import_wordpress(write(folder, wxr(wxr_author(), *parts)), community=community)


def test_a_draft_that_was_published_there_with_another_date_is_published_here(
    community: Community, tmp_path: Path
) -> None:
    bring_in(
        community, tmp_path, wxr_item(2, status="draft", post_date_gmt="2015-03-01 00:00:00"), wxr_item(3)
    )
    report = bring_in(community, tmp_path, wxr_item(2, post_date_gmt="2015-04-01 00:00:00"), wxr_item(3))

    with community_scope(community):
        thread = Thread.objects.get(slug="article-2")
        assert (thread.state, f"{thread.published_at:%Y-%m-%d}") == (State.PUBLISHED, "2015-04-01")
        assert Redirect.objects.filter(path="/2012/05/article-2/").exists()
    assert report.made["updated"] == 1


def test_an_undated_item_is_known_again(community: Community, tmp_path: Path) -> None:
    undated = wxr_item(1, post_date_gmt="")
    bring_in(community, tmp_path, undated)
    report = bring_in(community, tmp_path, undated)

    assert not +report.made
    assert "changed" not in report.losses


def test_what_was_made_private_there_is_withdrawn_with_its_comments(
    community: Community, tmp_path: Path
) -> None:
    bring_in(community, tmp_path, wxr_item(7, wxr_comment(1)))
    bring_in(community, tmp_path, wxr_item(7, wxr_comment(1), status="private"))

    with community_scope(community):
        assert Thread.objects.get().state == State.DRAFT
        assert Post.objects.get().position is None
        assert not Redirect.objects.filter(target__contains="article-7").exists()


def test_what_somebody_here_has_answered_is_named_in_red_instead(
    community: Community, tmp_path: Path
) -> None:
    bring_in(community, tmp_path, wxr_item(7))
    with community_scope(community):
        member = make_membership(role="manager")
        reply_to(Thread.objects.get(), by=member, body="<p>So it is</p>")
    report = bring_in(community, tmp_path, wxr_item(7, status="private"))

    with community_scope(community):
        assert Thread.objects.get().state == State.PUBLISHED
    assert report.losses["public_here"].examples == ["Article 7"]
    assert "!public here and not on the old site" in report.as_text()


def test_what_was_edited_here_stays_as_it_is(community: Community, tmp_path: Path) -> None:
    bring_in(community, tmp_path, wxr_item(7, wxr_comment(1)))
    with community_scope(community):
        reply = Post.objects.get(position=2)
        Post.objects.filter(pk=reply.pk).update(body_html="<p>Ours</p>", revision_count=1)
        Thread.objects.update(version=2)
    report = bring_in(community, tmp_path, wxr_item(7, wxr_comment(1, "Theirs"), content="Theirs"))

    with community_scope(community):
        texts = list(Post.objects.order_by("position").values_list("body_html", flat=True))
        assert texts == ["<p>Hello</p>", "<p>Ours</p>"]
    assert report.losses["changed"].examples == ["Article 7", "Article 7 (1)"]


def test_a_number_that_means_something_else_is_left_out_and_named(
    community: Community, tmp_path: Path
) -> None:
    bring_in(community, tmp_path, wxr_item(7))
    other = wxr_item(7, title="Other", post_name="other", post_date_gmt="2019-01-01 00:00:00")
    report = bring_in(community, tmp_path, other, wxr_item(8))

    with community_scope(community):
        assert set(Thread.objects.values_list("slug", flat=True)) == {"article-7", "article-8"}
    assert report.losses["other_thing"].examples == ["Other"]


def test_a_late_answer_quotes_what_came_with_the_first_run(community: Community, tmp_path: Path) -> None:
    first = wxr_comment(1, "First") + wxr_comment(2, "Second")
    bring_in(community, tmp_path, wxr_item(7, first))
    bring_in(community, tmp_path, wxr_item(7, first, wxr_comment(3, "Late", comment_parent="1")))

    with community_scope(community):
        assert "<p>First</p></blockquote><p>Late</p>" in Post.objects.get(position=4).body_html


def test_a_question_follows_its_site(community: Community, tmp_path: Path) -> None:
    def question(accepted: str, title: str) -> str:
        return (
            f'Id="1" PostTypeId="1" Title="{title}" Body="B" CreationDate="2011-01-01T00:00:00.000"'
            f' OwnerUserId="1" AcceptedAnswerId="{accepted}"'
        )

    def answer(key: int, body: str = "A") -> str:
        return (
            f'Id="{key}" PostTypeId="2" ParentId="1" Body="{body}" OwnerUserId="{key}"'
            f' CreationDate="2011-01-0{key}T00:00:00.000"'
        )

    se_file(tmp_path, "Posts", question("2", "T"), answer(2), answer(3))
    import_stackexchange(tmp_path, community=community, site="knots.example")
    se_file(tmp_path, "Posts", question("4", "T anew"), answer(2, "A bowline"), answer(4))
    report = import_stackexchange(tmp_path, community=community, site="knots.example")

    with community_scope(community):
        thread = Thread.objects.get()
        assert (thread.title, thread.solved, thread.reply_count) == ("T anew", True, 3)
        assert Question.objects.get().accepted.position == 4
        assert Post.objects.get(position=2).body_html == "<p>A bowline</p>"
        assert Redirect.objects.get(path="/a/4").target.endswith("#p-4")
    assert report.losses["gone"].examples == ["T anew"]
