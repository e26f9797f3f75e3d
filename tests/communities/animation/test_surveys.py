"""Surveys: whom chance chooses, what is kept of an answer, what may be said of all of them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from decimal import Decimal
from statistics import pvariance
from typing import Any

import pytest
from django.utils import timezone

from analytics.roi.monthly import Figure, monthly
from analytics.roi.verdicts import Aim, Verdict, value_text
from communities.animation.surveys import answering, asking, services
from communities.animation.surveys.exceptions import AnsweredAlready, NothingSaid, SurveyOver
from communities.animation.surveys.models import QUARTER, Answer, Asked, Question, Sheet, Survey, Unasked
from communities.animation.surveys.results import results_of, scores_until, verdict_of
from communities.animation.surveys.scores import Score
from communities.animation.surveys.services import Asks, SurveyWishes
from communities.animation.surveys.tasks import look_after_surveys
from communities.calendar import DAY, Month, day_of, today
from communities.exceptions import NotAllowed
from communities.launch.models import Stage
from communities.launch.services import open_stage
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.models import Notification
from tests.analytics.recount import Recount
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

LONG_AGO = datetime.timedelta(days=200)
RECOMMEND = [Asks("Would you recommend us?"), Asks("Why?", Question.Form.WORDS)]
YES = [Asks("Did it help?", Question.Form.YES)]


def people(n: int, **fields: Any) -> list[Membership]:
    said = {"joined_at": timezone.now() - LONG_AGO} | fields
    return [make_membership(**said) for _number in range(n)]


def ask(here: Cast, asks: Sequence[Asks] = YES, **wishes: Any) -> Survey:
    """A survey that has chosen its people and told them, in scope."""
    survey = services.write_survey(SurveyWishes("What do you think?", asks, **wishes), by=here.manager)
    services.schedule_survey(survey, None, by=here.manager, community=here.community)
    asking.work_off(here.community)
    survey.refresh_from_db()
    return survey


def answers(here: Cast, survey: Survey, said: Sequence[int | str]) -> None:
    """One person for each answer to the first question, of those asked who have not answered yet."""
    question = Question.objects.get(survey=survey, place=1)
    waiting = Asked.objects.filter(survey=survey, answered=False).select_related("membership")
    for asked, answer in zip(waiting.order_by("pk"), said, strict=False):
        answering.answer_survey(survey, {question.pk: answer}, by=asked.membership)


# Whom chance chooses


def test_chance_chooses_members_who_may_be_asked_and_nobody_else(here: Cast) -> None:
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - LONG_AGO)
        others = people(4)
        people(1, joined_at=timezone.now())
        people(1, status="left")
        people(1, unclaimed=True)
        people(1, suspended_until=timezone.now() + QUARTER)
        [unwilling] = people(1)
        answering.ask_no_more(by=unwilling)
        survey = ask(here, size=50)
        chosen = set(Asked.objects.values_list("membership", flat=True))
        assert chosen == {one.pk for one in (*others, here.member, here.ambassador)}
        assert (survey.drawn, survey.drawn_writing) == (6, 0)
        told = Notification.objects.filter(kind="survey_asks").values_list("membership", flat=True)
        assert sorted(told) == sorted(chosen)


def test_nobody_is_asked_twice_in_a_quarter_whoever_asks(here: Cast) -> None:
    with here.scope():
        people(6)
        first, second = ask(here, size=5), ask(here, size=50)
        rows = list(Asked.objects.values_list("membership", flat=True))
        assert len(rows) == len(set(rows))
        assert (first.drawn, second.drawn) == (5, len(rows) - 5)
        Asked.objects.update(asked_at=timezone.now() - QUARTER - datetime.timedelta(hours=1))
        assert ask(here, size=5).drawn == 5


@pytest.mark.parametrize(("whom", "who"), [("writing", 1), ("reading", 2), ("new", 1), ("amb", 1)])
def test_each_audience(here: Cast, whom: str, who: int) -> None:
    with here.scope():
        Membership.objects.update(joined_at=timezone.now())
        writes, reads = people(2)
        here.ambassador.joined_at = timezone.now() - LONG_AGO
        here.ambassador.save()
        [fresh] = people(1, joined_at=timezone.now() - datetime.timedelta(days=30))
        make_thread(here.forum, by=writes)
        make_thread(here.forum, by=fresh)
        expected = {
            "writing": {writes, fresh},
            "reading": {reads, here.ambassador},
            "new": {fresh},
            "amb": {here.ambassador},
        }[whom]
        survey = ask(here, whom=whom)
        assert {row.membership for row in Asked.objects.select_related("membership")} == expected
        assert survey.drawn_writing == len(expected & {writes, fresh})


def test_a_worker_that_stops_half_way_tells_each_once(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TOLD_AT_ONCE", 2)
    with here.scope():
        people(5)
        survey = ask(here, size=5)
        assert Asked.objects.untold().count() == 3
    for _round in range(4):
        look_after_surveys()
    with here.scope():
        assert not Asked.objects.untold().exists()
        assert Notification.objects.filter(kind="survey_asks").count() == 5
        survey.refresh_from_db()
        assert survey.due_at == survey.closes_at


def test_it_opens_and_closes_by_the_clock_and_its_author_is_told(here: Cast) -> None:
    with here.scope():
        people(2)
        survey = services.write_survey(SurveyWishes("Later", YES, days=3), by=here.manager)
        day = timezone.now().date() + datetime.timedelta(days=5)
        services.schedule_survey(survey, day, by=here.manager, community=here.community)
    assert look_after_surveys() == 0
    with here.scope():
        past = timezone.now() - datetime.timedelta(hours=1)
        Survey.objects.update(opens_at=past)
    assert look_after_surveys() == 1
    with here.scope():
        Survey.objects.update(closes_at=timezone.now(), due_at=timezone.now())
    assert (look_after_surveys(), look_after_surveys()) == (1, 0)
    with here.scope():
        survey.refresh_from_db()
        assert survey.is_over
        assert Notification.objects.get(kind="survey_over").membership_id == here.manager.pk


# What is kept of an answer


def test_an_answer_is_taken_once_and_keeps_no_name(here: Cast) -> None:
    with here.scope():
        [person] = people(1)
        survey = ask(here, RECOMMEND)
        score, why = Question.objects.filter(survey=survey)
        said = {score.pk: 9, why.pk: "Quick replies."}
        answering.answer_survey(survey, said, by=person)
        with pytest.raises(AnsweredAlready):
            answering.answer_survey(survey, said, by=person)
        assert sorted(Answer.objects.values_list("number", "words"), key=str) == [
            (9, ""),
            (None, "Quick replies."),
        ]
        named = {field.name for model in (Sheet, Answer) for field in model._meta.get_fields()}
        assert not named & {"membership", "member", "author", "by"}
        assert Asked.objects.get(membership=person).answered
        # Nothing that both rows say tells which answers are whose.
        moments = {field.name for field in Sheet._meta.get_fields()} - {"id", "community", "survey", "answer"}
        assert moments == {"writing"}


def test_nothing_said_over_and_not_asked_are_refused(here: Cast) -> None:
    with here.scope():
        [person] = people(1)
        survey = ask(here)
        with pytest.raises(NothingSaid):
            answering.answer_survey(survey, {}, by=person)
        with pytest.raises(NotAllowed):
            answering.answer_survey(survey, {1: 1}, by=here.marketing)
        services.close_survey(survey, by=here.manager)
        with pytest.raises(SurveyOver):
            answering.answer_survey(survey, {1: 1}, by=person)
        services.reopen_survey(survey, by=here.manager)
        answers(here, survey, [0])
        assert Sheet.objects.count() == 1


def test_few_answers_are_not_shown_and_few_more_make_no_score(here: Cast) -> None:
    with here.scope():
        people(26)
        survey = ask(here, RECOMMEND[:1], purpose="nps")
        answers(here, survey, [10] * 4)
        [result] = results_of(survey)
        assert (result.n, result.is_hidden, result.bars) == (4, True, [])
        answers(here, survey, [10] * 8)
        [result] = results_of(survey)
        assert result.score is not None
        assert (result.is_hidden, result.score.is_few, scores_until(survey)) == (False, True, [])
        answers(here, survey, [3] * 8)
        [result] = results_of(survey)
        assert result.score == Score(12, 0, 8)
        assert [bar.n for bar in result.bars] == [0, 0, 0, 8, *[0] * 6, 12]
        assert verdict_of(scores_until(survey), survey) == "", "nothing to compare it with"


def test_the_last_score_of_a_month_is_a_figure_of_the_results(here: Cast) -> None:
    with here.scope():
        people(70)
        first, second = (ask(here, RECOMMEND[:1], purpose="nps", size=24) for _time in range(2))
        answers(here, first, [10] * 24)
        answers(here, second, [9] * 15 + [8] * 3 + [0] * 6)
        day = today(here.community)
        assert monthly(here.community, "nps", day, day) == {}, "they may still change"
        few = ask(here, RECOMMEND[:1], purpose="nps", size=24)
        answers(here, few, [0] * 19)
        for survey in (first, few, second):
            services.close_survey(survey, by=here.manager)
        found = monthly(here.community, "nps", day - datetime.timedelta(days=90), day)
        [(month, figure)] = found.items()
        assert (month, figure.value, figure.n) == (day.replace(day=1), 38, 24)
        assert figure.margin == math.ceil(1.96 * math.sqrt(pvariance([100] * 15 + [0] * 3 + [-100] * 6) / 24))
        assert Figure.from_json(figure.as_json()) == figure
        assert value_text(figure) == "+38 ± 35"
        # The plain SQL beside the results knows nothing of our formulas.
        [(points, margin, n)] = Recount(here.community)("score", Month.current(here.community))
        assert (round(points), math.ceil(margin), n) == (38, figure.margin, 24)
        assert Aim("nps", Decimal(0), Decimal(40)).verdict(figure) is Verdict.FEW, "40 lies within its margin"
        assert Aim("nps", Decimal(-20), Decimal(0)).verdict(figure) is Verdict.REACHED
        second.refresh_from_db()
        assert verdict_of(scores_until(second), second) == (
            "Worse than last time, and by more than chance explains."
        )
        Survey.objects.filter(pk=second.pk).update(whom="writing")
        second.refresh_from_db()
        assert [one.survey for one in scores_until(second)] == [second], "other people were asked before"


def test_where_there_are_no_surveys_nobody_is_chosen_or_told(here: Cast) -> None:
    with here.scope():
        people(5)
        survey = services.write_survey(SurveyWishes("Later", YES), by=here.manager)
        services.schedule_survey(survey, None, by=here.manager, community=here.community)
        Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    look_after_surveys()
    with here.scope():
        survey.refresh_from_db()
        assert (survey.drawn_at, Asked.objects.count()) == (None, 0)
        assert survey.opens_at is not None
        assert survey.opens_at > timezone.now()


def test_only_those_are_chosen_for_whom_a_stage_has_opened_surveys(here: Cast) -> None:
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - LONG_AGO)
        people(5)
        Stage.objects.create(place=1, name="First", features=["surveys"], audience=Stage.Audience.AMBASSADORS)
        open_stage(Stage.objects.get(), by=here.owner, reason="A look", tell=False)
    forget_all()
    with here.scope():
        here.community.refresh_from_db()
        ask(here, size=5)
        assert [row.membership_id for row in Asked.objects.all()] == [here.ambassador.pk]


def test_its_last_day_is_a_whole_one(here: Cast) -> None:
    with here.scope():
        survey = ask(here, days=3)
        assert survey.closes_at is not None
        assert survey.last_moment is not None
        ends = survey.closes_at.astimezone(here.community.zone)
        assert (ends.date(), ends.time()) == (today(here.community) + 4 * DAY, datetime.time.min)
        assert day_of(survey.last_moment, here.community) == today(here.community) + 3 * DAY


def test_whoever_wants_peace_gets_it_and_what_waited_comes_back(here: Cast) -> None:
    with here.scope():
        [person] = people(1)
        survey = ask(here)
        answering.ask_no_more(by=person)
        assert not Asked.objects.open_for(person).exists()
        answering.ask_again(by=person)
        assert [row.survey for row in Asked.objects.open_for(person)] == [survey]


def test_words_can_be_taken_away(here: Cast) -> None:
    with here.scope():
        people(6)
        survey = ask(here, [Asks("Why?", Question.Form.WORDS)], size=6)
        answers(here, survey, [f"Ask {name}" for name in ("Ann", "Bob", "Cem", "Dee", "Eve", "Fay")])
        said = Answer.objects.get(words="Ask Cem")
    page = here.url(f"/manage/surveys/{survey.pk}/")
    client = here.sign_in(here.manager)
    assert "Ask Cem" in client.get(page).text
    away = f"{page}words/{said.pk}/remove/"
    assert "Ask Cem" in client.get(away).text
    assert client.post(away).status_code == 302
    assert "Ask Cem" not in client.get(page).text
    assert client.get(away).status_code == 404


# Pages


def test_a_member_answers_declines_and_asks_for_peace(here: Cast) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(joined_at=timezone.now() - LONG_AGO)
        survey = ask(here, RECOMMEND)
        score, why = Question.objects.filter(survey=survey)
    client, path = here.sign_in(here.member), here.url(f"/surveys/{survey.pk}/")
    assert "Would you recommend us?" in client.get(path).text
    assert "What do you think?" in client.get(here.url("/notifications/")).text
    refused = client.post(path, {f"q{score.pk}": "11", f"q{why.pk}": "Kept words"})
    assert refused.status_code == 422
    assert "Kept words" in refused.text
    assert client.post(path, {}).status_code == 422
    assert client.post(here.url(f"/surveys/{survey.pk}/decline/")).status_code == 302
    assert "What do you think?" not in client.get(here.url("/me/surveys/")).text
    assert client.post(path, {f"q{score.pk}": "8"}).status_code == 302, "who has changed their mind"
    assert "Thank you" in client.get(path).text
    client.post(here.url("/me/surveys/"), {"never": "1"})
    with here.scope():
        assert Unasked.objects.get().membership_id == here.member.pk
    client.post(here.url("/me/surveys/"))
    with here.scope():
        assert not Unasked.objects.exists()
    assert here.sign_in(here.manager).get(path).status_code == 404


def test_a_manager_writes_asks_reads(here: Cast, queries: Any) -> None:
    client = here.sign_in(here.manager)
    new = here.url("/manage/surveys/new/?purpose=nps")
    assert "recommend" in client.get(new).text
    said = {
        "purpose": "nps", "title": "Autumn", "words1": "Would you?", "form1": "yes", "words2": "Which?",
        "form2": "choice", "options2": "Forum\n\nBlog\nforum", "form3": "scale", "whom": "all",
        "size": "5", "days": "7",
    }  # fmt: skip
    refused = client.post(new, said)
    assert refused.status_code == 422
    assert "needs answers from 0 to 10" in refused.text
    assert "Two of them are the same" in refused.text
    made = client.post(new, said | {"form1": "scale", "options2": "Forum\nBlog"})
    assert made.status_code == 302
    draft = client.get(made.url)
    assert "Nobody can be asked just now" in draft.text
    with here.scope():
        people(3)
        survey = Survey.objects.get()
    assert "3 people are asked" in client.get(made.url).text
    edited = {**said, "form1": "scale", "options2": "Forum\nBlog", "title": "Winter", "version": "1"}
    assert client.post(f"{made.url}edit/", edited).status_code == 302
    assert client.post(f"{made.url}edit/", edited | {"title": "Mine"}).status_code == 409
    assert client.post(f"{made.url}schedule/", {"day": "2020-01-01", "version": "2"}).status_code == 422
    client.post(f"{made.url}schedule/", {"day": "", "version": "2"})
    look_after_surveys()
    assert client.get(f"{made.url}edit/").status_code == 404
    with here.scope():
        survey.refresh_from_db()
        answers(here, survey, [9, 9, 2])
    with queries(most=16):
        page = client.get(made.url).text
    assert "3 of 3 have answered" in page
    assert "Shown from 5 answers on" in page
    with queries(most=12):
        assert "Winter" in client.get(here.url("/manage/surveys/")).text
    assert here.sign_in(here.moderator).get(made.url).status_code == 403
