"""Writing a newsletter, looking at it, trying it out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.newsletters import writing
from communities.animation.newsletters.composing import draw_sample
from communities.animation.newsletters.exceptions import AlreadyLeaving, WrittenMeanwhile
from communities.animation.newsletters.figures import language_name
from communities.animation.newsletters.forms import (
    BLOCK_FORMS,
    AudienceForm,
    SubjectForm,
    SubjectsForm,
    TextBlockForm,
    said_by,
)
from communities.animation.newsletters.models import Newsletter, NewsletterVersion
from communities.animation.newsletters.permissions import can_send_newsletter, can_write_newsletter
from communities.animation.newsletters.proposing import pick_of, proposed
from communities.animation.newsletters.sending import recipients, send_trial
from communities.content.forms import mark_sent
from communities.content.unsent import forget_unsent, unsent_fields
from communities.exceptions import ChangedMeanwhile, DomainError, FieldError, NotAllowed
from communities.keysets import ids_in
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private
from members.signs import cut

# A mail in a frame: its own styles, no script; pictures of this place.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
# Signs of a block’s words in the list.
LONGEST = 60
LOOKS = ("desk", "phone", "dark", "text")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_write_newsletter)
def start_newsletter(request: MemberRequest) -> HttpResponse:
    """A subject begins one."""
    form = SubjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        subject = form.cleaned_data["subject"]
        newsletter = writing.start_newsletter(request.community, by=request.membership, subject=subject)
        return _to_page(newsletter, newsletter.language)
    status = 422 if request.method == "POST" else 200
    return private(render(request, "newsletters/start_newsletter.html", {"form": form}, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_write_newsletter)
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def edit_newsletter(request: MemberRequest, pk: int) -> HttpResponse:
    """Its blocks, what could stand in it, for whom it is, how it looks. The form is about its people."""
    newsletter = newsletter_or_404(pk)
    if not newsletter.is_draft:
        return _to_page(newsletter, newsletter.language)
    form = AudienceForm(request.POST if request.method == "POST" else None, newsletter=newsletter)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            _keep_audience(request, newsletter, form)
            return _to_page(newsletter, _language(request, newsletter))
    return private(
        render(request, "newsletters/edit_newsletter.html", _page(request, newsletter, form), status=status)
    )


def _keep_audience(request: MemberRequest, newsletter: Newsletter, form: AudienceForm) -> None:
    said = {"segment": form.segment_said(), "is_public": form.cleaned_data["is_public"]}
    version = form.cleaned_data["version"]

    def act() -> None:
        row = writing.edit_newsletter(newsletter, by=request.membership, version=version, **said)
        if row.is_public == said["is_public"]:
            messages.success(request, _("Saved."))
        else:
            messages.success(
                request,
                _(
                    "Saved. It goes to some people only, so it stays out of the archive: tick the box again "
                    "to include it."
                ),
            )

    _try(request, act)


def _page(
    request: MemberRequest, newsletter: Newsletter, form: AudienceForm, typed: SubjectsForm | None = None
) -> dict[str, Any]:
    versions = {one.language: one for one in newsletter.versions.all()}
    language = _language(request, newsletter)
    version = versions.get(language)
    said = request.GET.get("as", "")
    shown = version or versions[newsletter.language]
    taken = [one["thread"] for one in shown.blocks if one["kind"] == writing.PICK]
    return {
        "newsletter": newsletter,
        "form": form,
        "version": version,
        "blocks": [one | {"name": _called(one)} for one in version.blocks] if version else [],
        "main": versions[newsletter.language],
        "language": language,
        "language_name": language_name(language),
        "tabs": _tabs(request, newsletter, versions, language),
        "subject_form": typed or _subjects(version),
        "picks": proposed(request.community, without=taken) if version else [],
        "people": recipients(newsletter).count(),
        "look": said if said in LOOKS else "desk",
        "looks": _looks(language, said),
        "sample": draw_sample(request.community, version) if version and said == "text" else None,
        "can_send": can_send_newsletter(request.membership),
    }


def _subjects(version: NewsletterVersion | None) -> SubjectsForm:
    said = {"subject": version.subject, "other_subject": version.other_subject} if version else None
    return SubjectsForm(initial=said, prefix="s")


def _called(block: dict[str, Any]) -> str:
    """A block in the list, by what it says."""
    words = str(block.get("title") or block.get("label") or block["text"])
    return words if len(words) <= LONGEST else f"{cut(words, LONGEST - 1).rstrip()}…"


def _tabs(
    request: MemberRequest, newsletter: Newsletter, versions: dict[str, NewsletterVersion], language: str
) -> list[dict[str, Any]]:
    offered = list(dict.fromkeys([newsletter.language, *request.community.all_languages, *versions]))
    if len(offered) < 2:
        return []
    return [
        {"label": language_name(one), "url": f"?language={one}", "current": one == language}
        for one in offered
    ]


def _looks(language: str, said: str) -> list[dict[str, Any]]:
    names = {"desk": _("Computer"), "phone": _("Phone"), "dark": _("Dark"), "text": _("Text")}
    current = said if said in LOOKS else "desk"
    return [
        {"label": names[one], "url": f"?language={language}&as={one}#preview", "current": one == current}
        for one in LOOKS
    ]


@require_POST
@team_page(can_write_newsletter)
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def set_subject(request: MemberRequest, pk: int) -> HttpResponse:
    """In one language; where it has none yet, this begins it."""
    newsletter = newsletter_or_404(pk)
    language = _language(request, newsletter)
    form = SubjectsForm(request.POST, prefix="s")
    status = 422
    if form.is_valid():
        said = {"subject": form.cleaned_data["subject"], "other": form.cleaned_data["other_subject"]}
        try:
            writing.set_subject(newsletter, language, by=request.membership, seen=_seen(request), **said)
        except WrittenMeanwhile as conflict:
            status = 409
            form.add_error(None, str(conflict))
            newsletter = newsletter_or_404(pk)
        except AlreadyLeaving as refusal:
            messages.error(request, str(refusal))
            return _to_page(newsletter_or_404(pk), language)
        else:
            messages.success(request, _("Saved."))
            return _to_page(newsletter, language)
    if not newsletter.is_draft:
        return _to_page(newsletter, language)
    context = _page(request, newsletter, AudienceForm(newsletter=newsletter), typed=form)
    return private(render(request, "newsletters/edit_newsletter.html", context, status=status))


@require_POST
@team_page(can_write_newsletter)
def drop_language(request: MemberRequest, pk: int) -> HttpResponse:
    newsletter = newsletter_or_404(pk)
    language = _language(request, newsletter)
    if _try(request, lambda: writing.drop_language(newsletter, language, by=request.membership)):
        messages.success(request, _("Removed: those who read in this language get the main one."))
    return _to_page(newsletter, newsletter.language)


@require_POST
@team_page(can_write_newsletter)
def arrange_blocks(request: MemberRequest, pk: int) -> HttpResponse:
    """One press on one button: add what is proposed, move a block, take it out."""
    newsletter = newsletter_or_404(pk)
    language, me = _language(request, newsletter), request.membership
    number = next(iter(ids_in([request.POST.get("block", "")], most=1)), 0)
    act = request.POST.get("act", "")
    acts: dict[str, Callable[[], Any]] = {
        "up": lambda: writing.move_block(newsletter, language, number, by=me, up=True),
        "down": lambda: writing.move_block(newsletter, language, number, by=me, up=False),
        "remove": lambda: writing.remove_block(newsletter, language, number, by=me),
        "pick": lambda: _pick(request, newsletter, language, number),
    }
    if act in acts:
        _try(request, acts[act])
    return _to_page(newsletter, language)


def _pick(request: MemberRequest, newsletter: Newsletter, language: str, number: int) -> None:
    pick = pick_of(request.community, number)
    if pick is None:
        messages.error(request, _("This text can no longer be read by everybody."))
        return
    writing.add_pick(newsletter, language, by=request.membership, pick=pick)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_write_newsletter)
def add_block(request: MemberRequest, pk: int, kind: str) -> HttpResponse:
    """Words of one’s own, or a button."""
    newsletter = newsletter_or_404(pk)
    if kind not in (writing.TEXT, writing.BUTTON):
        raise Http404
    language, me = _language(request, newsletter), request.membership
    after = next(iter(ids_in([request.GET.get("after", "")], most=1)), None)
    form = _block_form(request, kind, f"letter-new:{newsletter.pk}-{language}", {"after": after})

    def save(said: dict[str, Any]) -> None:
        if kind == writing.TEXT:
            told = {"source": said["source"], "fmt": said["format"], "after": said["after"]}
            writing.add_text(newsletter, language, by=me, **told)
        else:
            writing.add_button(newsletter, language, by=me, label=said["label"], url=said["url"])

    return _block_page(request, newsletter, language, form, save, is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_write_newsletter)
def edit_block(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """What one block says."""
    newsletter = newsletter_or_404(pk)
    language = _language(request, newsletter)
    version = next((one for one in newsletter.versions.all() if one.language == language), None)
    block = version.block(number) if version is not None else None
    if version is None or block is None:
        raise Http404
    key = f"letter:{newsletter.pk}-{language}-{number}"
    form = _block_form(request, block["kind"], key, said_by(version, number))

    def save(said: dict[str, Any]) -> None:
        writing.edit_block(
            newsletter, language, number, by=request.membership, said=said, seen=_seen(request)
        )

    return _block_page(request, newsletter, language, form, save, is_new=False)


def _block_form(request: MemberRequest, kind: str, key: str, initial: dict[str, Any]) -> forms.Form:
    """Words are kept while one types, under this key, as those of every text are."""
    sent = request.POST if request.method == "POST" else None
    if kind == writing.TEXT:
        initial = initial | unsent_fields(request, request.path, about=key)
        return TextBlockForm(sent, key=key, initial=initial)
    return BLOCK_FORMS[kind](sent, initial=initial)


def _block_page(
    request: MemberRequest,
    newsletter: Newsletter,
    language: str,
    form: forms.Form,
    save: Callable[[dict[str, Any]], None],
    *,
    is_new: bool,
) -> HttpResponse:
    """What the rules refuse stands above the form, with what was typed."""
    status = 422 if request.method == "POST" else 200
    # Of words that are taken up again: what they were written over.
    seen = _seen(request) or form.initial.get("seen") or newsletter.version
    if form.is_valid():
        try:
            save(form.cleaned_data)
        except NotAllowed:
            raise
        except ChangedMeanwhile as conflict:
            status = 409
            form.add_error(None, str(conflict))
            # What was typed stands in the form; saving it again is a choice that was made knowing so.
            seen = newsletter_or_404(newsletter.pk).version
        except FieldError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            forget_unsent(request)
            return mark_sent(_to_page(newsletter, language), form.cleaned_data.get("submission"))
    context = {"form": form, "newsletter": newsletter, "language": language, "is_new": is_new, "seen": seen}
    return private(render(request, "newsletters/edit_block.html", context, status=status))


@require_safe
@team_page(can_write_newsletter)
@xframe_options_sameorigin
def preview_newsletter(request: MemberRequest, pk: int) -> HttpResponse:
    """The mail alone, for the frame; by day or by night."""
    newsletter = newsletter_or_404(pk)
    language = _language(request, newsletter)
    version = next((one for one in newsletter.versions.all() if one.language == language), None)
    if version is None:
        raise Http404
    html = draw_sample(request.community, version).html
    dark = request.GET.get("as") == "dark"
    html = DARK.sub("@media all" if dark else "@media not all", html)
    response = private(HttpResponse(html))
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@require_POST
@team_page(can_write_newsletter)
def test_newsletter(request: MemberRequest, pk: int) -> HttpResponse:
    """One copy to oneself."""
    newsletter = newsletter_or_404(pk)
    language, here, me = _language(request, newsletter), request.community, request.membership
    if _try(request, lambda: send_trial(newsletter, language, by=me, community=here)):
        messages.success(request, _("On its way to your own address."))
    return _to_page(newsletter, language)


@require_POST
@team_page(can_write_newsletter)
def delete_newsletter(request: MemberRequest, pk: int) -> HttpResponse:
    """A draft. There is no way back; the page asks first."""
    newsletter = newsletter_or_404(pk)
    if _try(request, lambda: writing.delete_newsletter(newsletter, by=request.membership)):
        messages.success(request, _("Deleted."))
    return HttpResponseRedirect(reverse("newsletters:list-drafts"))


def newsletter_or_404(pk: int) -> Newsletter:
    rows = Newsletter.objects.select_related("segment").prefetch_related("versions")
    found: Newsletter | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _language(request: MemberRequest, newsletter: Newsletter) -> str:
    """The one that the page is about."""
    said = request.POST.get("language") or request.GET.get("language") or newsletter.language
    known = {newsletter.language, *request.community.all_languages}
    return said if said in known else newsletter.language


def _seen(request: MemberRequest) -> int | None:
    """Which version of the newsletter the form was opened with."""
    return next(iter(ids_in([request.POST.get("seen", "")], most=1)), None)


def _to_page(newsletter: Newsletter, language: str) -> HttpResponse:
    if not newsletter.is_draft:
        return HttpResponseRedirect(reverse("newsletters:show-progress", args=[newsletter.pk]))
    page = reverse("newsletters:edit-newsletter", args=[newsletter.pk])
    return HttpResponseRedirect(f"{page}?language={language}")


def _try(request: MemberRequest, act: Callable[[], Any]) -> bool:
    """What the rules refuse is said on the next page."""
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return False
    return True
