"""The surveys of a place: what the team writes and reads, and what whoever is asked sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.surveys import answering, services
from communities.animation.surveys.forms import AnswerForm, DayForm, SurveyForm, first_values, values_of
from communities.animation.surveys.models import Answer, Asked, Question, Survey, Unasked
from communities.animation.surveys.permissions import FEATURE, can_run_surveys
from communities.animation.surveys.queries import outlook_of, with_answers
from communities.animation.surveys.results import results_of, scores_until, verdict_of
from communities.calendar import today
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.keysets import NUMBER, Keyset
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

KEYSET = Keyset(("pk", NUMBER), size=30)
# In one list of texts: the question, and the text before which it goes on.
OLDER_WORDS = Keyset(("question_id", NUMBER), ("pk", NUMBER), size=1)


@require_safe
@feature_required(FEATURE)
@team_page(can_run_surveys)
def list_surveys(request: MemberRequest) -> HttpResponse:
    """All of them, the newest first."""
    page = KEYSET.newest_after(with_answers(Survey.objects.all()), request.GET.get("after", ""))
    return private(render(request, "animation/surveys/list_surveys.html", {"page": page}))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_surveys)
def write_survey(request: MemberRequest) -> HttpResponse:
    """A draft; `?purpose=nps` begins with the question of the recommendation score."""
    purpose = request.GET.get("purpose", "")
    purpose = purpose if purpose in Survey.Purpose.values else Survey.Purpose.SHORT
    start = first_values(request.community, purpose, today(request.community))
    form = SurveyForm(request.POST if request.method == "POST" else None, initial=start)
    if form.is_valid():
        survey = services.write_survey(form.wishes(), by=request.membership)
        return HttpResponseRedirect(_address(survey))
    return _form_page(request, form, None, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_surveys)
def edit_survey(request: MemberRequest, pk: int) -> HttpResponse:
    """Until people are asked; where somebody else was faster, what was typed stays (409)."""
    survey = _survey(pk)
    if not survey.can_be_edited:
        raise Http404
    form = SurveyForm(request.POST if request.method == "POST" else None, initial=values_of(survey))
    if not form.is_valid():
        return _form_page(request, form, survey, 422 if request.method == "POST" else 200)
    version = form.cleaned_data["version"]
    try:
        services.edit_survey(
            survey, form.wishes(), by=request.membership, community=request.community, version=version
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _form_page(request, form, survey, 409, conflict=str(refusal))
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(_address(survey))


@require_safe
@feature_required(FEATURE)
@team_page(can_run_surveys)
def show_survey(request: MemberRequest, pk: int) -> HttpResponse:
    """A draft with what to expect of it; of what was asked, the answers so far."""
    survey = _survey(pk)
    return _survey_page(request, survey, DayForm(initial={"version": survey.version}))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_surveys)
def schedule_survey(request: MemberRequest, pk: int) -> HttpResponse:
    """Give it its day, or ask at once."""
    survey = _survey(pk)
    form = DayForm(request.POST)
    if form.is_valid():
        day, version = form.cleaned_data["day"], form.cleaned_data["version"]
        try:
            services.schedule_survey(
                survey, day, by=request.membership, community=request.community, version=version
            )
        except NotAllowed:
            raise
        except FieldError as refusal:
            form.add_error("day", str(refusal))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(_address(survey))
        else:
            later = day is not None and day > today(request.community)
            said = (
                _("People will be asked on that day.")
                if later
                else _("People will be asked within a minute.")
            )
            messages.success(request, said)
            return HttpResponseRedirect(_address(survey))
    return _survey_page(request, survey, form, 422)


@require_POST
@feature_required(FEATURE)
@team_page(can_run_surveys)
def call_off_survey(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.call_off, _("It is a draft again."))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_surveys)
def close_survey(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.close_survey, _("The survey is closed."))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_surveys)
def reopen_survey(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, pk, services.reopen_survey, _("The survey continues until its last day."))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_surveys)
def delete_survey(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks first: a deleted draft does not come back."""
    survey = _survey(pk)
    if not survey.can_be_deleted:
        raise Http404
    if request.method != "POST":
        return private(render(request, "animation/surveys/delete_survey.html", {"survey": survey}))
    try:
        services.delete_survey(survey, by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_address(survey))
    messages.success(request, _("The draft is deleted."))
    return HttpResponseRedirect(reverse("animation:list-surveys"))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_surveys)
def take_words_away(request: MemberRequest, pk: int, answer: int) -> HttpResponse:
    """Asks first: words that are taken away do not come back."""
    survey = _survey(pk)
    said = (
        Answer.objects.said()
        .filter(pk=answer, question__survey=pk)
        .select_related("question__survey")
        .first()
    )
    if said is None:
        raise Http404
    if request.method != "POST":
        context = {"survey": survey, "answer": said}
        return private(render(request, "animation/surveys/take_words_away.html", context))
    services.take_words_away(said, by=request.membership)
    messages.success(request, _("The words have been deleted."))
    return HttpResponseRedirect(_address(survey))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
def answer_survey(request: MemberRequest, pk: int) -> HttpResponse:
    """The questions, for whom chance has chosen; 404 for everybody else."""
    asked = _asked(request, pk)
    questions = list(Question.objects.filter(survey=pk).order_by("place"))
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            answering.answer_survey(asked.survey, form.said(), by=request.membership)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponseRedirect(reverse("animation:answer-survey", args=[pk]))
    context = {
        "asked": asked,
        "survey": asked.survey,
        "form": form,
        "takes_answers": not asked.answered and asked.survey.is_running,
        "robots": "noindex",
    }
    return private(render(request, "animation/surveys/answer_survey.html", context, status=status))


@require_POST
@feature_required(FEATURE)
def decline_survey(request: MemberRequest, pk: int) -> HttpResponse:
    """Not this one; with `never`, none any more."""
    asked = _asked(request, pk)
    if "never" in request.POST:
        answering.ask_no_more(by=request.membership)
        messages.success(request, _("You will not be asked again. You can change that under “Surveys”."))
    else:
        try:
            answering.decline(asked.survey, by=request.membership)
        except NotAllowed:
            raise
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("All right, not this one."))
    return HttpResponseRedirect(reverse("animation:show-own-surveys"))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
def show_own_surveys(request: MemberRequest) -> HttpResponse:
    """What waits for one’s answer, and whether one wants to be asked."""
    me = request.membership
    if request.method == "POST":
        if "never" in request.POST:
            answering.ask_no_more(by=me)
            messages.success(request, _("You will not be asked again."))
        else:
            answering.ask_again(by=me)
            messages.success(request, _("You can be asked again, at most once in three months."))
        return HttpResponseRedirect(reverse("animation:show-own-surveys"))
    context = {
        "waiting": list(Asked.objects.open_for(me)[:10]),
        "unasked": Unasked.objects.filter(membership=me).exists(),
        "robots": "noindex",
    }
    return private(render(request, "animation/surveys/show_own_surveys.html", context))


def _done(request: MemberRequest, pk: int, act: Callable[..., Survey], said: str) -> HttpResponse:
    survey = _survey(pk)
    try:
        act(survey, by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(_address(survey))


def _survey(pk: int) -> Survey:
    found: Survey | None = with_answers(Survey.objects.filter(pk=pk)).select_related("created_by").first()
    if found is None:
        raise Http404
    return found


def _asked(request: MemberRequest, pk: int) -> Asked:
    rows = Asked.objects.filter(survey=pk, membership=request.membership).select_related("survey")
    found: Asked | None = rows.first()
    if found is None:
        raise Http404
    return found


def _address(survey: Survey) -> str:
    return reverse("animation:show-survey-results", args=[survey.pk])


def _survey_page(request: MemberRequest, survey: Survey, form: DayForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"survey": survey, "form": form}
    if survey.can_be_edited:
        questions = list(Question.objects.filter(survey=survey).order_by("place"))
        context |= {
            "preview": AnswerForm(questions=questions, auto_id="preview_%s"),
            "outlook": outlook_of(survey, timezone.now()),
        }
        return private(render(request, "animation/surveys/show_draft.html", context, status=status))
    results = results_of(survey, older=OLDER_WORDS.place(request.GET.get("older", "")))
    if survey.purpose == Survey.Purpose.RECOMMEND:
        scores = scores_until(survey)
        context |= {"scores": scores, "verdict": verdict_of(scores, survey)}
    context |= {"results": results}
    return private(render(request, "animation/surveys/show_survey.html", context, status=status))


def _form_page(
    request: MemberRequest, form: SurveyForm, survey: Survey | None, status: int, *, conflict: str = ""
) -> HttpResponse:
    context = {"form": form, "survey": survey, "conflict": conflict}
    return private(render(request, "animation/surveys/edit_survey.html", context, status=status))
