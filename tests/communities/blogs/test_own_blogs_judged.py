"""What an own blog says of itself, reported and judged."""

from __future__ import annotations

import pytest
from django.test import Client

from communities.blogs.own.models import OwnBlog
from communities.blogs.own.services import (
    BlogWishes,
    edit_blog,
    end_blog,
    start_blog,
)
from communities.content.models import Space
from communities.models import Membership
from moderation.models import Case
from moderation.services import decide_case, report_thing
from moderation.services.statements import seen_revision
from tests.communities.blogs.test_own_blogs import own_space
from tests.conftest import Cast


@pytest.fixture
def diaries(here: Cast) -> Space:
    with here.scope():
        return own_space()


def decide(case: Case, by: Membership, **words: str) -> None:
    case = Case.objects.get(pk=case.pk)
    decide_case(case, by=by, version=case.version, revision=seen_revision(case), **words)


def test_its_words_are_reported_cleared_and_put_back(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        blog = edit_blog(blog, BlogWishes("Under sail", "Rude words."), by=here.member)
    page = Client().get(here.url(f"/blogs/@{here.member.handle}/")).content.decode()
    assert here.url(f"/report/own-blog/{blog.pk}/") in page
    assert "Rude words." in Client().get(here.url(f"/report/own-blog/{blog.pk}/")).content.decode()
    with here.scope():
        case = report_thing(blog, by=here.ambassador, category="other", text="Look at it.").case
        decide(case, here.moderator, act="clear_blog", ground="courtesy")
        fresh = OwnBlog.objects.get(pk=blog.pk)
        assert (fresh.name, fresh.about) == ("", "")
        decide(case, here.owner, act="restore", reason="It was not rude.")
        fresh = OwnBlog.objects.get(pk=blog.pk)
        assert (fresh.name, fresh.about) == ("Under sail", "Rude words.")
        waiting = report_thing(fresh, by=here.marketing, category="other", text="Look again.").case
        end_blog(fresh, by=here.member)
        waiting = Case.objects.get(pk=waiting.pk)
        assert (waiting.state, waiting.outcome, waiting.snapshot) == ("resolved", "withdrawn", {})


def test_the_team_opens_a_case_about_the_blog_of_somebody_else(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        own = start_blog(diaries, by=here.moderator, community=here.community)
        blog = edit_blog(blog, BlogWishes("Under sail", "What I see."), by=here.member)
    team, door = here.sign_in(here.moderator), "/moderation/about/own-blog/"
    assert team.post(here.url(f"{door}{own.pk}/")).status_code == 404, "one’s own"
    assert team.post(here.url(f"{door}x{blog.pk}/")).status_code == 404
    assert here.sign_in(here.member).post(here.url(f"{door}{blog.pk}/")).status_code in (403, 404)
    opened = team.post(here.url(f"{door}{blog.pk}/"), follow=True)
    assert opened.status_code == 200
    assert "What I see." in opened.content.decode()
    with here.scope():
        assert Case.objects.get(subject="own_blog").snapshot["about"] == "What I see."
    assert here.sign_in(here.ambassador).get(here.url(f"/report/own-blog/x{blog.pk}/")).status_code == 404


def test_a_case_keeps_what_a_blog_said_at_its_latest_reports(here: Cast, diaries: Space) -> None:
    with here.scope():
        blog = start_blog(diaries, by=here.member, community=here.community)
        for number in range(3):
            blog = edit_blog(blog, BlogWishes("Under sail", f"Rude words {number}."), by=here.member)
            case = report_thing(blog, by=here.ambassador, category="other", text="Look at it.").case
        edit_blog(blog, BlogWishes("Under sail", "What I see."), by=here.member)
        case.refresh_from_db()
        assert case.report_count == 1
        assert case.snapshot["about"] == "Rude words 0."
        assert [kept["about"] for kept in case.snapshot["since"]] == ["Rude words 1.", "Rude words 2."]
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert [page.count(f"Rude words {number}.") for number in range(3)] == [1, 1, 1]
    assert (page.count("When this case was opened"), page.count("When it was reported again")) == (1, 2)
    with here.scope():
        edit_blog(blog, BlogWishes("Under sail", "Rude words 0."), by=here.member)
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert "When this case was opened" not in page, "it says so now"
