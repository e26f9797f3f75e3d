"""A Stack Exchange dump in a community: questions, answers, comments, and what a repetition does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from communities.content.models import Post, Redirect, State, Tag, Thread
from communities.content.text.extracts import plain_text
from communities.forums.models import Question
from communities.forums.queries import with_comments
from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.transfer.exceptions import OtherSource, UnreadableExport
from communities.transfer.models import UnclaimedAddress
from communities.transfer.services import import_stackexchange
from tests.factories import make_community, make_space

from .documents import se_file
from .real_data import COFFEE, HISTORY_META, needs_real_data

pytestmark = pytest.mark.django_db

SITE = "knots.example"
QUESTION = (
    'Id="1" PostTypeId="1" AcceptedAnswerId="3" CreationDate="2011-01-01T10:00:00.000" Score="18" '
    'Body="&lt;p&gt;Which knot?&lt;/p&gt;" OwnerUserId="12" Title="Which &amp;amp; why?" '
    'Tags="&lt;bend-knots&gt;&lt;rope&gt;"'
)
ANSWERS = [
    'Id="2" PostTypeId="2" ParentId="1" CreationDate="2011-01-02T10:00:00.000" Score="4" '
    'Body="&lt;p&gt;A bowline.&lt;/p&gt;" OwnerDisplayName="user39"',
    'Id="3" PostTypeId="2" ParentId="1" CreationDate="2011-01-03T10:00:00.000" Score="7" '
    'Body="&lt;p&gt;As &lt;a href=&quot;http://knots.example/a/2&quot;&gt;said&lt;/a&gt;, see '
    '&lt;a href=&quot;/questions/5/other&quot;&gt;this&lt;/a&gt;.&lt;/p&gt;" OwnerUserId="13"',
]
OTHER = (
    'Id="5" PostTypeId="1" CreationDate="2011-02-01T10:00:00.000" Score="0" Body="&lt;p&gt;Other&lt;/p&gt;" '
    'OwnerUserId="-1" Title="Other" Tags="" ClosedDate="2011-02-02T10:00:00.000"'
)
WIKI = 'Id="6" PostTypeId="5" CreationDate="2011-02-01T10:00:00.000" Body="About rope" OwnerUserId="12"'
COMMENTS = [
    'Id="20" PostId="1" Score="0" Text="What **load**?" CreationDate="2011-01-01T11:00:00.000" UserId="13"',
    'Id="21" PostId="2" Score="1" Text="Agreed" CreationDate="2011-01-03T12:00:00.000" UserId="12"',
    'Id="22" PostId="3" Score="0" Text="Thanks" CreationDate="2011-01-03T11:00:00.000" UserDisplayName="old"',
    'Id="23" PostId="99" Score="0" Text="Lost" CreationDate="2011-01-03T11:00:00.000" UserId="12"',
]
USERS = [
    'Id="12" DisplayName="Zoé" Location="Lyon" AboutMe="&lt;p&gt;Ropes&lt;/p&gt;" '
    'CreationDate="2010-01-01T00:00:00.000"',
    'Id="13" DisplayName="Bo" CreationDate="2010-01-01T00:00:00.000"',
    'Id="14" DisplayName="Silent" CreationDate="2010-01-01T00:00:00.000"',
]


@pytest.fixture
def community() -> Community:
    return make_community(language="en")


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    se_file(tmp_path, "Posts", QUESTION, *ANSWERS, OTHER, WIKI)
    se_file(tmp_path, "Comments", *COMMENTS, packed=True)
    se_file(tmp_path, "Users", *USERS)
    return tmp_path


def test_a_question_comes_with_answers_comments_and_the_accepted_one(
    community: Community, dump: Path
) -> None:
    report = import_stackexchange(dump, community=community, site=SITE)

    with community_scope(community):
        thread = Thread.objects.select_related("space").get(slug="which-why")
        posts = list(thread.posts.order_by("position").select_related("author"))
        assert (thread.title, thread.kind, thread.vote_score) == ("Which & why?", "question", 18)
        assert (thread.answered, thread.solved, thread.locked) == (True, True, False)
        assert (thread.reply_count, thread.last_position) == (5, 6)
        assert [post.author.display_name for post in posts] == ["Zoé", "Bo", "user39", "Zoé", "Bo", "old"]
        assert Question.objects.get(thread=thread).accepted == posts[4]
        assert posts[1].body_html == "<p>What <strong>load</strong>?</p>"
        # What was said about an answer stands under it.
        assert posts[3].body_html == "<p>Agreed</p>"
        assert posts[5].body_html == "<p>Thanks</p>"
        assert [post.is_comment for post in posts] == [False, True, False, True, False, True]
        assert thread.last_activity_at == posts[3].published_at
        assert set(thread.tags.values_list("name", flat=True)) == {"bend knots", "rope"}
        assert thread.space.asks
    assert report.made == {
        "question": 2,
        "answer": 2,
        "comment": 3,
        "accepted": 1,
        "author": 4,
        "tag": 2,
        "redirect": 16,
    }
    assert {code: loss.count for code, loss in report.losses.items()} == {
        "votes": 3,
        "wiki": 1,
        "orphan": 1,
        "silent_user": 1,
        "closed": 1,
    }


def test_readers_and_search_engines_see_the_score_of_a_question(community: Community, dump: Path) -> None:
    import_stackexchange(dump, community=community, site=SITE)
    client = Client(headers={"accept-language": "en"})
    page = client.get(f"/c/{community.slug}/forums/t/which-why/").content.decode()
    assert "score on the former site: 18" in page
    assert '"upvoteCount":18' in page.replace(" ", "")
    other = client.get(f"/c/{community.slug}/forums/t/other/").content.decode()
    assert "score on" not in other, "nobody had voted for it"


def test_search_engines_are_told_of_answers_only(community: Community, dump: Path) -> None:
    import_stackexchange(dump, community=community, site=SITE)
    page = Client().get(f"/c/{community.slug}/forums/t/which-why/").content.decode()
    assert '"answerCount": 2' in page or '"answerCount":2' in page
    assert page.count("post-comment") == 3
    with community_scope(community):
        question = with_comments(Thread.objects.all()).get(slug="which-why")
        assert question.reply_count - question.comments == 2


def shape(community: Community) -> dict[str, object]:
    """What a dump has become: each question with its words, in their order."""
    with community_scope(community):
        return {
            thread.title: (
                thread.answered,
                thread.solved,
                thread.reply_count,
                thread.vote_score,
                thread.last_activity_at,
                sorted(thread.tags.values_list("name", flat=True)),
                [
                    (plain_text(post.body_html, quotes=False), post.is_comment)
                    for post in thread.posts.order_by("position")
                ],
            )
            for thread in Thread.objects.all()
        }


EDITS = {
    "answer edited": (1, 'Body="&lt;p&gt;A bowline.&lt;/p&gt;"', 'Body="&lt;p&gt;Two bowlines.&lt;/p&gt;"'),
    "retagged": (0, 'Tags="&lt;bend-knots&gt;&lt;rope&gt;"', 'Tags="&lt;rope&gt;&lt;wire&gt;"'),
    "retitled": (0, 'Title="Which &amp;amp; why?"', 'Title="Which, and why?"'),
    "voted for": (0, 'Score="18"', 'Score="21"'),
    "accepted otherwise": (0, 'AcceptedAnswerId="3"', 'AcceptedAnswerId="2"'),
}
LATER = {
    "answer": (
        "Posts",
        'Id="9" PostTypeId="2" ParentId="1" CreationDate="2011-05-01T10:00:00.000" Score="1" '
        'Body="&lt;p&gt;Late&lt;/p&gt;" OwnerUserId="12"',
    ),
    "comment on an old answer": (
        "Comments",
        'Id="29" PostId="2" Score="0" Text="Later" CreationDate="2011-06-01T10:00:00.000" UserId="13"',
    ),
}


@pytest.mark.parametrize("change", [*EDITS, *LATER])
def test_a_second_run_equals_a_fresh_one_or_names_what_differs(
    community: Community, dump: Path, tmp_path: Path, change: str
) -> None:
    import_stackexchange(dump, community=community, site=SITE)
    posts, comments = [QUESTION, *ANSWERS, OTHER, WIKI], list(COMMENTS)
    if change in EDITS:
        at, former, now = EDITS[change]
        assert former in posts[at]
        posts[at] = posts[at].replace(former, now)
    else:
        table, row = LATER[change]
        (posts if table == "Posts" else comments).append(row)
    se_file(tmp_path, "Posts", *posts)
    se_file(tmp_path, "Comments", *comments, packed=True)
    report = import_stackexchange(dump, community=community, site=SITE)
    fresh = make_community(language="en")
    import_stackexchange(dump, community=fresh, site=SITE)
    now, wanted = shape(community), shape(fresh)
    if change == "comment on an old answer":
        assert report.losses["order"].count == 1
        for shapes in (now, wanted):
            for title, (*rest, words) in shapes.items():  # type: ignore[misc]
                shapes[title] = (*rest, sorted(words))
    assert now == wanted


def test_links_within_the_old_site_lead_to_the_new_places(community: Community, dump: Path) -> None:
    import_stackexchange(dump, community=community, site=SITE)

    with community_scope(community):
        body = Post.objects.get(body_html__contains="As <a").body_html
        assert '<a href="/~/forums/t/which-why/#p-3">said</a>' in body
        assert '<a href="/~/forums/t/other/">this</a>' in body
        led = dict(Redirect.objects.values_list("path", "target"))
        assert (
            led.items()
            >= {
                "/questions/1": "/forums/t/which-why/",
                "/questions/1/which-why": "/forums/t/which-why/",
                "/q/1": "/forums/t/which-why/",
                "/a/2": "/forums/t/which-why/#p-3",
                "/a/3": "/forums/t/which-why/#p-5",
                "/questions/5": "/forums/t/other/",
                "/questions/5/other": "/forums/t/other/",
                "/q/5": "/forums/t/other/",
            }.items()
        )


def test_people_are_unclaimed_and_machines_and_silent_ones_stay_away(
    community: Community, dump: Path
) -> None:
    import_stackexchange(dump, community=community, site=SITE)

    with community_scope(community):
        people = {person.display_name: person for person in Membership.objects.all()}
        assert set(people) == {"Zoé", "Bo", "user39", "old"}
        assert all(person.unclaimed for person in people.values())
        assert (people["Zoé"].place, people["Zoé"].bio, people["Zoé"].joined_at.year) == (
            "Lyon",
            "Ropes",
            2010,
        )
        assert people["Zoé"].post_count == 2
        other = Thread.objects.get(slug="other")
        assert (other.author, other.locked) == (None, True)
        assert not UnclaimedAddress.objects.exists()


def test_twice_brings_nothing_new(community: Community, dump: Path) -> None:
    import_stackexchange(dump, community=community, site=SITE)

    report = import_stackexchange(dump, community=community, site=SITE)

    assert not +report.made
    assert (report.known["question"], report.known["answer"], report.known["comment"]) == (2, 2, 3)
    with community_scope(community):
        assert Post.objects.count() == 7


def test_a_later_dump_adds_its_new_answers(community: Community, dump: Path) -> None:
    import_stackexchange(dump, community=community, site=SITE)
    late = 'Id="7" PostTypeId="2" ParentId="5" CreationDate="2012-01-01T00:00:00.000" Body="Late"'
    se_file(dump, "Posts", QUESTION, *ANSWERS, OTHER, WIKI, late)

    report = import_stackexchange(dump, community=community, site=SITE)

    with community_scope(community):
        thread = Thread.objects.get(slug="other")
        assert (thread.reply_count, thread.last_position, thread.answered) == (1, 2, True)
        assert thread.posts.get(position=2).body_html == "<p>Late</p>"
    assert report.made["answer"] == 1


def test_another_site_under_the_same_name_is_refused(community: Community, dump: Path) -> None:
    import_stackexchange(dump, community=community)
    se_file(dump, "Posts", QUESTION.replace("2011-01-01", "2014-01-01"), *ANSWERS)

    with pytest.raises(OtherSource, match="another site"):
        import_stackexchange(dump, community=community)
    report = import_stackexchange(dump, community=community, site="other.example")
    assert report.made["question"] == 1


def test_posts_alone_are_enough(community: Community, tmp_path: Path) -> None:
    se_file(tmp_path, "Posts", QUESTION, *ANSWERS)

    import_stackexchange(tmp_path, community=community)

    with community_scope(community):
        assert sorted(Membership.objects.values_list("display_name", flat=True)) == [
            "user12",
            "user13",
            "user39",
        ]


def test_a_rehearsal_and_a_broken_dump_write_nothing(community: Community, dump: Path) -> None:
    assert import_stackexchange(dump, community=community, dry_run=True).made["question"] == 2
    posts = dump / "Posts.xml"
    posts.write_bytes(posts.read_bytes()[:-9])
    with pytest.raises(UnreadableExport, match=r"Posts\.xml is not well-formed XML at line"):
        import_stackexchange(dump, community=community)

    with community_scope(community):
        assert not Thread.objects.exists()
        assert not Membership.objects.exists()
        assert not Tag.objects.exists()


@needs_real_data
def test_real_site_comes_whole_and_once(community: Community) -> None:
    report = import_stackexchange(HISTORY_META, community=community, site="history.meta.stackexchange.com")
    again = import_stackexchange(HISTORY_META, community=community, site="history.meta.stackexchange.com")

    assert (report.made["question"], report.made["answer"], report.made["comment"]) == (556, 1095, 3454)
    assert report.made["accepted"] == 181
    assert not +again.made
    with community_scope(community):
        assert Thread.objects.filter(kind="question", state=State.PUBLISHED).count() == 556
        assert Post.objects.count() == 556 + 1095 + 3454
        assert Question.objects.filter(accepted__isnull=False).count() == 181
        busiest = Thread.objects.order_by("-reply_count").first()
        positions = list(busiest.posts.order_by("position").values_list("position", flat=True))
        assert positions == list(range(1, busiest.last_position + 1))


@needs_real_data
def test_real_site_without_users_comes_too(community: Community) -> None:
    report = import_stackexchange(COFFEE, community=community)

    assert (report.made["question"], report.made["answer"], report.made["accepted"]) == (225, 327, 105)


def test_an_empty_space_of_the_same_name_is_used(community: Community, dump: Path) -> None:
    with community_scope(community):
        waiting = make_space(name="Questions", slug="questions", asks=True)
    import_stackexchange(dump, community=community, site=SITE)
    with community_scope(community):
        assert set(Thread.objects.values_list("space_id", flat=True)) == {waiting.pk}
