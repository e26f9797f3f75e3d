"""Whether a question is solved: by which of its answers, without one of them, or not yet."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from communities.content.models import Post, Thread
from communities.content.text.extracts import excerpt
from communities.exceptions import NotAllowed
from communities.forums.exceptions import AlreadySolved, AnswerGone
from communities.forums.open_questions import answers_of
from communities.forums.permissions import can_say_solved
from communities.forums.services import accept_answer, keep_open, solve_alone
from communities.forums.views.threads import reachable_thread
from communities.in_place import say_done
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of
from communities.models import Membership

ALONE, OPEN = "alone", "open"
# Of an answer, beside the name of whoever wrote it.
SHOWN = 140


class StillOpenForm(forms.Form):
    """One choice: an answer, by its public number, or one of two words."""

    said = forms.ChoiceField(
        label=gettext_lazy("What helped?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what helped, or that it is still open.")},
    )

    def __init__(self, *args: object, answers: list[Post], said: str = "") -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.initial["said"] = said
        self.answers = {str(post.public_id): post for post in answers}
        field = self.fields["said"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((key, _named(post)) for key, post in self.answers.items()),
            (ALONE, _("Solved, but by none of these answers")),
            (OPEN, _("Still open")),
        ]

    @property
    def answer(self) -> Post | None:
        return self.answers.get(self.cleaned_data["said"])


@feature_required("questions")
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: MemberRequest, slug: str) -> HttpResponse:
    """A mail leads here, with one of the choices made where it says so; nothing is done before it is sent."""
    thread, by = reachable_thread(request, slug), member_of(request)
    if not can_say_solved(by, thread):
        raise NotAllowed
    sent = [request.POST] if request.method == "POST" else []
    form = StillOpenForm(*sent, answers=answers_of(thread), said=_chosen(request, thread))
    if form.is_valid():
        try:
            return _done(request, thread, form, by)
        except (AlreadySolved, AnswerGone) as refusal:
            form.add_error("said", str(refusal))
    context = {"thread": thread, "form": form, "robots": "noindex"}
    return render(request, "forums/still_open.html", context, status=422 if form.errors else 200)


def _done(request: MemberRequest, thread: Thread, form: StillOpenForm, by: Membership) -> HttpResponse:
    undo = reverse("forums:unaccept-answer", args=[thread.slug])
    if form.answer is not None:
        accept_answer(thread, post=form.answer, by=by)
        say_done(request, _("Answer accepted."), undo=undo)
        return redirect(thread.url_of(form.answer.position or 1))
    if form.cleaned_data["said"] == OPEN:
        keep_open(thread, by=by)
        messages.success(request, _("The question stays open."))
    elif solve_alone(thread, by=by):
        say_done(request, _("The question is solved."), undo=undo)
    else:
        messages.info(request, _("The question is solved already."))
    return redirect(thread)


def _chosen(request: MemberRequest, thread: Thread) -> str:
    """What is chosen before anybody chooses: what the mail's link says, and only that."""
    return OPEN if request.GET.get("said") == OPEN and not thread.solved else ""


def _named(post: Post) -> str:
    name = post.author.display_name if post.author else _("Former member")
    return _("%(name)s: %(text)s") % {"name": name, "text": excerpt(post.body_html, SHOWN)}
