"""Reading what is proposed, and confirming it in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from communities.console.place.onward import go_on
from communities.console.texts.queries import gaps_of, linked
from communities.exceptions import ChangedMeanwhile, DomainError, NotAllowed
from communities.languages import plain_language
from communities.middleware import MemberRequest
from communities.permissions import can_edit_legal_identity, team_page
from communities.texts import services
from communities.texts.kinds import TextKind
from communities.texts.models import TextVersion
from communities.texts.permissions import can_edit_texts, can_publish_text
from communities.texts.proposals import proposal_for
from communities.texts.queries import unconfirmed
from communities.texts.rendering import shown
from communities.wording import Rule, rules_of


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_texts)
def confirm_texts(request: MemberRequest) -> HttpResponse:
    """Which texts has nobody confirmed yet, and what do they say?"""
    problem, status = "", 200
    if request.method == "POST":
        try:
            done = services.confirm_texts(request.community, by=request.membership, read=_read(request))
        except NotAllowed:
            raise
        except DomainError as refusal:
            problem, status = str(refusal), 409 if isinstance(refusal, ChangedMeanwhile) else 422
        else:
            words = ngettext("%(n)s text is in force.", "%(n)s texts are in force.", len(done))
            messages.success(request, words % {"n": len(done)})
            return go_on(request, "rules", redirect("console:show-texts"))
    texts = _proposed(request)
    context = {
        "texts": texts,
        "may_confirm": any(text.may_confirm for text in texts),
        "may_identity": can_edit_legal_identity(request.membership),
        "problem": problem,
    }
    return render(request, "console/texts/confirm_texts.html", context, status=status)


@dataclass(frozen=True)
class Proposed:
    """A text that nobody has confirmed, in the language of who reads it where it is written in that."""

    kind: TextKind
    revision: int
    html: str
    language: str
    rules: Sequence[Rule]
    gaps: Sequence[str]
    may_confirm: bool


def _proposed(request: MemberRequest) -> list[Proposed]:
    """In two queries, whatever is left."""
    drafts = {draft.kind: draft for draft in TextVersion.objects.drafts()}
    return [_laid_open(request, kind, drafts.get(kind.name)) for kind in unconfirmed()]


def _laid_open(request: MemberRequest, kind: TextKind, draft: TextVersion | None) -> Proposed:
    community, reader = request.community, request.membership
    content = draft.content if draft else proposal_for(community, kind)
    gaps, html, code = gaps_of(community, kind, draft), "", plain_language() or community.language
    if not kind.is_rules:
        code = code if code in content else next(iter(content))
        html = shown(content[code], community, code, linked(reader))
    return Proposed(
        kind=kind,
        revision=draft.revision if draft else 0,
        html=html,
        language=code,
        rules=rules_of(content, [code, *community.all_languages]) if kind.is_rules else [],
        gaps=gaps,
        may_confirm=not gaps and can_publish_text(reader, kind.name),
    )


def _read(request: MemberRequest) -> dict[str, int]:
    """The texts that were on the page, each with the revision that was read. Raises nothing for nonsense: a text that
    nobody knows is left out, and a revision that no draft has is refused as changed."""
    sent = [one.partition(":") for one in request.POST.getlist("texts")]
    known = {kind.name for kind in unconfirmed()}
    return {
        kind: int(said) if said.isdecimal() and len(said) < 10 else -1
        for kind, _colon, said in sent
        if kind in known
    }
