"""Moving one thread to another space."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from communities.content import services
from communities.content.exceptions import SpaceError
from communities.content.models import Space, Thread
from communities.content.nesting import name_behind
from communities.content.permissions import can_move_thread
from communities.content.viewers import readable_spaces, viewer_of
from communities.exceptions import NotAllowed
from communities.middleware import MemberRequest


class MoveThreadForm(forms.Form):
    """Where a thread goes: its own space is not among the choices."""

    target = forms.ChoiceField(label=gettext_lazy("To which space"), widget=forms.RadioSelect)

    def __init__(self, *args: object, targets: list[Space], readable: Collection[int]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.targets = {str(space.pk): space for space in targets}
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (pk, f"{name_behind(space, readable)} ({space.readers})") for pk, space in self.targets.items()
        ]

    @property
    def chosen(self) -> Space:
        return self.targets[self.cleaned_data["target"]]


@require_http_methods(["GET", "HEAD", "POST"])
def move_thread(request: MemberRequest, slug: str) -> HttpResponse:
    """Where does this belong? Its address stays good, with its answers and those who follow it."""
    reachable = Thread.objects.reachable_by(viewer_of(request)).select_related("space")
    thread = reachable.filter(slug=slug).first()
    if thread is None:
        raise Http404
    if not can_move_thread(request.membership, thread):
        raise NotAllowed
    form = MoveThreadForm(
        *([request.POST] if request.method == "POST" else []),
        targets=_targets(request, thread),
        readable=viewer_of(request).space_ids,
    )
    if form.is_valid():
        try:
            services.move_thread(thread, target=form.chosen, by=request.membership)
        except SpaceError as refusal:
            form.add_error("target", str(refusal))
        else:
            messages.success(request, _("Moved. The journal of the team can undo it."))
            return redirect(Thread.objects.select_related("space").get(pk=thread.pk))
    context = {"thread": thread, "form": form, "robots": "noindex"}
    return render(request, "content/move_thread.html", context, status=422 if form.errors else 200)


def _targets(request: MemberRequest, thread: Thread) -> list[Space]:
    viewer = viewer_of(request)
    here = readable_spaces(request.community, viewer, thread.space.kind)
    return [one for one in here if one.pk != thread.space_id and one.pk in viewer.staff_space_ids]
