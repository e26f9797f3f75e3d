"""One blog for each person, however often it is pressed at once; an end while a moderator decides; signing and series
by two at once."""

from __future__ import annotations

import pytest

from communities.blogs.models import Article, CoAuthor, CoAuthorInvitation
from communities.blogs.own.models import OwnBlog
from communities.blogs.own.permissions import OWN_BLOGS
from communities.blogs.own.services import BlogWishes, edit_blog, end_blog, start_blog
from communities.blogs.series.exceptions import SeriesError
from communities.blogs.series.services import add_part, start_series
from communities.blogs.together.exceptions import InvitationGone
from communities.blogs.together.services import agree_to_sign, invite_co_author, withdraw_invitation
from communities.content.models import Space, Thread
from communities.models import Community, Membership
from communities.scoping import community_scope
from moderation.exceptions import CaseMoved, NothingToDecide
from moderation.models import Case
from moderation.services import decide_case, report_thing
from moderation.services.statements import seen_revision
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_space, make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def cast_with_space() -> tuple[Cast, Space]:
    cast = make_cast()
    with cast.scope():
        return cast, make_space(kind="blog", slug="diaries", settings={"switches": [OWN_BLOGS]})


def test_presses_at_once_start_one_blog() -> None:
    cast, space = cast_with_space()

    def act(_number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.member.pk)
            community = Community.objects.get(pk=cast.community.pk)
            return start_blog(space, by=me, community=community).pk

    answers = at_once(4, act)
    assert len(set(answers)) == 1, answers
    with cast.scope():
        assert [blog.pk for blog in OwnBlog.objects.all()] == [answers[0]]


def test_an_end_and_a_decision_wait_for_each_other_in_one_order() -> None:
    """Whichever is first: nobody waits for each other, and the case is closed."""
    cast, space = cast_with_space()
    with cast.scope():
        blog = start_blog(space, by=cast.member, community=cast.community)
        blog = edit_blog(blog, BlogWishes("Under sail"), by=cast.member)
        case = report_thing(blog, by=cast.ambassador, category="other", text="Look.").case
        case = Case.objects.get(pk=case.pk)
        version, revision = case.version, seen_revision(case)

    def act(number: int) -> object:
        with community_scope(cast.community):
            if number:
                mine = OwnBlog.objects.select_related("owner", "space").get(pk=blog.pk)
                end_blog(mine, by=Membership.objects.get(pk=cast.member.pk))
                return "ended"
            by, fresh = Membership.objects.get(pk=cast.moderator.pk), Case.objects.get(pk=case.pk)
            said = {"version": version, "revision": revision, "ground": "courtesy"}
            return decide_case(fresh, by=by, act="clear_blog", **said).act

    decided, ended = at_once(2, act)
    assert ended == "ended"
    assert decided == "clear_blog" or isinstance(decided, (CaseMoved, NothingToDecide)), decided
    with cast.scope():
        assert not OwnBlog.objects.exists()
        assert Case.objects.get(pk=case.pk).state == "resolved"


def test_an_answer_and_a_withdrawal_are_one_after_the_other() -> None:
    """Whoever is second finds what the first has done: a name that stands, or an invitation that is gone."""
    cast = make_cast()
    with cast.scope():
        thread = make_thread(cast.blog, by=cast.manager)
        Article.objects.get_or_create(thread=thread)
        invite_co_author(thread, by=cast.manager, person=cast.member)

    def act(number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=(cast.member if number else cast.manager).pk)
            if number:
                return agree_to_sign(thread, by=me)
            return withdraw_invitation(thread, by=me, person=cast.member.pk)

    withdrawn, agreed = at_once(2, act)
    with cast.scope():
        assert not CoAuthorInvitation.objects.exists()
        stands = CoAuthor.objects.filter(membership=cast.member).exists()
    assert (withdrawn, stands) in ((True, False), (False, True))
    assert agreed is True if stands else isinstance(agreed, InvitationGone), agreed


def test_an_article_comes_into_one_of_two_series() -> None:
    cast = make_cast()
    with cast.scope():
        thread = make_thread(cast.blog, by=cast.manager)
        both = [
            start_series(cast.blog, by=cast.manager, community=cast.community, title=title)
            for title in ("Knots", "Bends")
        ]

    def act(number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.manager.pk)
            mine = Thread.objects.select_related("space").get(pk=thread.pk)
            return add_part(both[number], by=me, thread=mine)

    answers = at_once(2, act)
    assert sum(answer is True for answer in answers) == 1, answers
    assert sum(isinstance(answer, SeriesError) for answer in answers) == 1, answers
