"""The texts of a place: what each says, its draft, its versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.conflicts import rebase
from communities.console.texts.forms import CheckForm, TextForm
from communities.console.texts.queries import identity_lines, linked, text_lines, text_page
from communities.content.exceptions import TextTooLong
from communities.content.forms import PreviewForm
from communities.exceptions import DomainError, NotAllowed
from communities.middleware import MemberRequest
from communities.permissions import can_edit_legal_identity, team_page
from communities.texts import services
from communities.texts.exceptions import TextChanged, TextRefused
from communities.texts.facts import facts
from communities.texts.kinds import TextKind, kinds
from communities.texts.models import TextVersion
from communities.texts.permissions import can_edit_texts
from communities.texts.rendering import format_of, opened, refuse_source, shown, trusted
from communities.texts.services.drafting import starting_content
from communities.unasked import is_unasked

CONFLICT, REFUSED = 409, 422


@require_safe
@team_page(can_edit_texts)
def show_texts(request: MemberRequest) -> HttpResponse:
    """All texts, what holds of each, and the facts that they are made of."""
    context = {
        "lines": text_lines(request.community),
        "identity": identity_lines(request.community),
        "may_identity": can_edit_legal_identity(request.membership),
    }
    return render(request, "console/texts/show_texts.html", context)


@require_safe
@team_page(can_edit_texts)
def show_text(request: MemberRequest, kind: str) -> HttpResponse:
    """One text: its words with their facts, what the draft changes, its versions."""
    before = request.GET.get("before", "")
    oldest = int(before) if before.isdecimal() and len(before) < 9 else None
    context = {
        "page": text_page(request.community, known(kind), request.membership, oldest),
        "lines": text_lines(request.community),
        "check_form": CheckForm(),
    }
    return render(request, "console/texts/show_text.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_texts)
def edit_text(request: MemberRequest, kind: str) -> HttpResponse:
    """Write the draft; a preview shows it with its facts and keeps nothing."""
    text, draft = known(kind), services.draft_of(kind)
    if text.is_rules:
        return redirect("console:show-text", kind)
    content = draft.content if draft else starting_content(request.community, text)
    form = _text_form(request, text, content, draft.revision if draft else 0)
    if not form.is_valid():
        return _editor(request, text, form, REFUSED if form.is_bound else 200)
    if "preview" in request.POST:
        return _editor(request, text, form, 200, preview=True)
    try:
        _save(request, kind, form)
    except TextChanged as changed:
        form.show_kept(content)
        rebase(form, changed, revision=present_revision(kind))
        return _editor(request, text, form, CONFLICT)
    except (TextRefused, TextTooLong) as refusal:
        form.add_error(None, str(refusal))
        return _editor(request, text, form, REFUSED)
    messages.success(request, _("Draft saved. Only the team can read it until you publish it."))
    return redirect("console:show-text", kind)


@require_POST
@team_page(can_edit_texts)
def preview_text(request: MemberRequest, language: str) -> HttpResponse:
    """A piece for the editor: a text as it opens it, with facts by their names; for whoever presses *Preview*, as
    readers would get it."""
    if language not in request.community.all_languages:
        raise Http404
    form, html, error = PreviewForm(request.POST), "", ""
    if form.is_valid():
        said = {"source": form.cleaned_data["body"], "format": form.cleaned_data["body_format"]}
        try:
            html = _preview(request, said, language)
        except (TextRefused, TextTooLong) as refusal:
            error = str(refusal)
    error = error or " ".join(map(str, form["body"].errors))
    context = {"html": html, "error": error, "language": language}
    return render(request, "console/texts/text_preview.html", context, status=REFUSED if error else 200)


def _preview(request: MemberRequest, said: Mapping[str, str], language: str) -> str:
    if is_unasked(request):
        return trusted(opened(said))
    refuse_source(said["source"], format_of(said))
    return shown(said, request.community, language, linked(request.membership))


@require_POST
@team_page(can_edit_texts)
def use_proposal(request: MemberRequest, kind: str) -> HttpResponse:
    """Begin the draft anew with what is proposed from the facts."""
    known(kind)
    revision = sent_revision(request)
    return _acted(
        request,
        kind,
        lambda: services.use_proposal(request.community, kind, by=request.membership, revision=revision),
        _("The draft is now what is proposed from the facts."),
    )


@require_POST
@team_page(can_edit_texts)
def renew_text(request: MemberRequest, kind: str) -> HttpResponse:
    """What is in force says what is no longer so: begin a version with the facts of today."""
    known(kind)
    return _acted(
        request,
        kind,
        lambda: services.renew_text(request.community, kind, by=request.membership),
        _("Here is the next version, with today’s facts. It applies once you publish it."),
    )


@require_POST
@team_page(can_edit_texts)
def throw_draft_away(request: MemberRequest, kind: str) -> HttpResponse:
    known(kind)
    return _acted(
        request,
        kind,
        lambda: services.throw_draft_away(request.community, kind, by=request.membership),
        _("Draft discarded."),
    )


@require_POST
@team_page(can_edit_texts)
def check_text(request: MemberRequest, kind: str, number: int) -> HttpResponse:
    """Note who has read a version for the law."""
    _known_version(kind, number)
    form = CheckForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write who has read it."))
        return redirect("console:show-text", kind)
    name = form.cleaned_data["checked_by"]
    return _acted(
        request,
        kind,
        lambda: services.mark_checked(
            request.community, kind, number, by=request.membership, checked_by=name
        ),
        _("Marked as checked by %(name)s.") % {"name": name},
    )


@require_POST
@team_page(can_edit_texts)
def take_text_back(request: MemberRequest, kind: str, number: int) -> HttpResponse:
    """A version that does not hold yet becomes a draft again."""
    _known_version(kind, number)
    return _acted(
        request,
        kind,
        lambda: services.take_back(request.community, kind, number, by=request.membership),
        _("Taken back: it is a draft again."),
    )


def known(kind: str) -> TextKind:
    text = kinds.get(kind)
    if text is None:
        raise Http404
    return text


def _known_version(kind: str, number: int) -> None:
    if not TextVersion.objects.of(known(kind).name).filter(number=number).exists():
        raise Http404


def sent_revision(request: MemberRequest) -> int:
    """Which draft was on the page; one that nobody names is never the present one."""
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else -1


def present_revision(kind: str) -> int:
    draft = services.draft_of(kind)
    return draft.revision if draft is not None else 0


def _acted(request: MemberRequest, kind: str, act: Any, said: str) -> HttpResponse:
    """Do it and say so, or say why not; back to the text either way."""
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("console:show-text", kind)


def _text_form(
    request: MemberRequest, text: TextKind, content: Mapping[str, Mapping[str, str]], revision: int
) -> TextForm:
    sent = request.POST if request.method == "POST" else None
    start = TextForm.values_of(content, revision)
    return TextForm(sent, initial=start, community=request.community, kind=text)


def _save(request: MemberRequest, kind: str, form: TextForm) -> None:
    said = form.said()
    services.save_text(
        request.community,
        kind,
        by=request.membership,
        sources={code: one["source"] for code, one in said.items()},
        html=[code for code, one in said.items() if format_of(one) == "html"],
        revision=form.cleaned_data["revision"],
    )


def _editor(
    request: MemberRequest,
    text: TextKind,
    form: TextForm,
    status: int,
    *,
    preview: bool = False,
) -> HttpResponse:
    previews = []
    if preview:
        show = linked(request.membership)
        previews = [(code, shown(said, request.community, code, show)) for code, said in form.said().items()]
    context = {"kind": text, "form": form, "previews": previews, "names": list(facts)}
    return render(request, "console/texts/edit_text.html", context, status=status)
