"""Writing the house rules, one at a time, in the draft of their next version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.conflicts import rebase, show_kept
from communities.console.texts.forms import RuleForm
from communities.console.texts.views import CONFLICT, REFUSED, sent_revision
from communities.exceptions import DomainError, NotAllowed
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.texts import services
from communities.texts.citations import citations
from communities.texts.exceptions import TextChanged
from communities.texts.kinds import kinds
from communities.texts.permissions import can_edit_texts
from communities.texts.services.drafting import starting_content
from communities.wording import RULES, rules_of


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_texts)
def add_rule(request: MemberRequest) -> HttpResponse:
    form = _form(request, {"revision": _draft(request)[1]})
    if form.is_valid():
        try:
            services.add_rule(
                request.community,
                by=request.membership,
                words=form.words(),
                revision=form.cleaned_data["revision"],
            )
        except DomainError as refusal:
            return _refused(request, form, refusal)
        messages.success(
            request, _("The rule is in the draft. It applies once you publish the next version.")
        )
        return redirect("console:show-text", RULES)
    return _page(request, form, REFUSED if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_texts)
def edit_rule(request: MemberRequest, number: int) -> HttpResponse:
    rule, revision = _rule(request, number)
    form = _form(request, RuleForm.values_of(rule, revision))
    if form.is_valid():
        try:
            services.edit_rule(
                request.community,
                number,
                by=request.membership,
                words=form.words(),
                revision=form.cleaned_data["revision"],
            )
        except DomainError as refusal:
            return _refused(request, form, refusal, number)
        messages.success(
            request, _("The rule is in the draft. It applies once you publish the next version.")
        )
        return redirect("console:show-text", RULES)
    return _page(request, form, REFUSED if form.is_bound else 200, number)


@require_POST
@team_page(can_edit_texts)
def move_rule(request: MemberRequest, number: int) -> HttpResponse:
    """One place up or down; its number stays."""
    steps = -1 if request.POST.get("to") == "up" else 1
    try:
        services.move_rule(
            request.community, number, by=request.membership, steps=steps, revision=sent_revision(request)
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("console:show-text", RULES)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_texts)
def remove_rule(request: MemberRequest, number: int) -> HttpResponse:
    """Says first which decisions cite it: they keep the version that they cite."""
    rule, revision = _rule(request, number)
    if request.method == "POST":
        try:
            services.remove_rule(
                request.community, number, by=request.membership, revision=sent_revision(request)
            )
        except NotAllowed:
            raise
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The next version leaves out rule %(n)s.") % {"n": number})
        return redirect("console:show-text", RULES)
    (shown,) = rules_of([rule], request.community.all_languages)
    context = {"rule": shown, "revision": revision, "cited": citations()[number]}
    return render(request, "console/texts/remove_rule.html", context)


def _draft(request: MemberRequest) -> tuple[list[dict[str, Any]], int]:
    """The rules that the next version begins with, and the revision of its draft."""
    draft = services.draft_of(RULES)
    if draft is not None:
        return draft.content, draft.revision
    return starting_content(request.community, kinds[RULES]), 0


def _rule(request: MemberRequest, number: int) -> tuple[dict[str, Any], int]:
    rules, revision = _draft(request)
    rule = next((one for one in rules if one["number"] == number), None)
    if rule is None:
        raise Http404
    return rule, revision


def _form(request: MemberRequest, start: dict[str, Any]) -> RuleForm:
    return RuleForm(
        request.POST if request.method == "POST" else None, initial=start, community=request.community
    )


def _refused(request: MemberRequest, form: RuleForm, refusal: DomainError, number: int = 0) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        raise refusal
    if isinstance(refusal, TextChanged):
        # The form began with what is kept now; of a new rule nothing is.
        if number:
            show_kept(form, form.initial)
        rebase(form, refusal, revision=_draft(request)[1])
        return _page(request, form, CONFLICT, number)
    form.add_error(None, str(refusal))
    return _page(request, form, REFUSED, number)


def _page(request: MemberRequest, form: RuleForm, status: int, number: int = 0) -> HttpResponse:
    return render(request, "console/texts/edit_rule.html", {"form": form, "number": number}, status=status)
