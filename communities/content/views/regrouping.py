"""Merging a thread into another one, and taking posts out of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from communities.content import services
from communities.content.exceptions import RegroupError
from communities.content.models import Post, PostMove, State, Thread
from communities.content.permissions import can_regroup_thread
from communities.content.regrouping_acts import undo_regrouping
from communities.content.text.extracts import excerpt
from communities.content.viewers import viewer_of
from communities.exceptions import NotAllowed
from communities.in_place import say_done
from communities.journal.exceptions import NothingToUndo
from communities.keysets import NUMBER, Keyset, ids_in
from communities.middleware import MemberRequest, member_of

BY_PLACE = Keyset(("position", NUMBER), size=100)
QUOTED = 160


class MergeThreadForm(forms.Form):
    into = forms.CharField(
        label=gettext_lazy("Into which thread"),
        max_length=400,
        widget=forms.TextInput({"class": "input"}),
        help_text=gettext_lazy("Its address, or its exact title. Both must be in the same space."),
    )


class SplitThreadForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title of the new thread"),
        max_length=200,
        widget=forms.TextInput({"class": "input"}),
    )


def _regroupable(request: MemberRequest, slug: str) -> Thread:
    """A published thread that this person may merge and split; raises Http404, NotAllowed."""
    threads = Thread.objects.visible_to(viewer_of(request)).select_related("space", "community")
    thread: Thread | None = threads.filter(slug=slug).first()
    if thread is None:
        raise Http404
    if not can_regroup_thread(request.membership, thread):
        raise NotAllowed
    return thread


@require_http_methods(["GET", "HEAD", "POST"])
def merge_thread(request: MemberRequest, slug: str) -> HttpResponse:
    """Into which thread, then what becomes of both, then it is done: the second press is on the two titles."""
    thread = _regroupable(request, slug)
    form = MergeThreadForm(request.POST if request.method == "POST" else None)
    target: Thread | None = None
    if form.is_valid():
        try:
            target = _named(request, thread, form.cleaned_data["into"])
            if "sure" in request.POST:
                move = services.merge_threads(thread, target, by=member_of(request))
                said = _("Merged. Everyone who wrote in either is told.")
                say_done(request, said, undo=_undo_address(target, move))
                return redirect(target)
            # Whoever is asked whether they are sure is not refused afterwards.
            services.refuse_merge(thread, target, by=member_of(request))
        except RegroupError as refusal:
            form.add_error(refusal.field or None, str(refusal))
            target = None
    context = {"thread": thread, "form": form, "target": target, "robots": "noindex"}
    return render(request, "content/merge_threads.html", context, status=422 if form.errors else 200)


def _named(request: MemberRequest, thread: Thread, typed: str) -> Thread:
    """A thread of the same space by its address, the last part of that, or its title; raises RegroupError."""
    typed = typed.strip()
    try:
        path = urlsplit(typed).path if "/" in typed else typed
    except ValueError:
        # No address, though it has the signs of one.
        path = ""
    slug = path.strip("/").rpartition("/")[2]
    others = Thread.objects.visible_to(viewer_of(request)).in_space(thread.space_id).exclude(pk=thread.pk)
    others = others.select_related("space")
    found: Thread | None = others.filter(slug=slug[:80]).first() or others.filter(title=typed[:200]).first()
    if found is None:
        said = _("There is no such thread in this space. Copy its address, or its exact title.")
        raise RegroupError(said, field="into")
    return found


def _undo_address(thread: Thread, move: PostMove) -> str:
    return reverse("content:undo-regrouped", args=[thread.slug, move.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def split_thread(request: MemberRequest, slug: str) -> HttpResponse:
    """Which posts go, and what the thread is called that they begin."""
    thread = _regroupable(request, slug)
    sent = request.POST if request.method == "POST" else None
    chosen = ids_in(request.POST.getlist("posts"), most=1_000)
    form = SplitThreadForm(sent)
    if sent is not None and form.is_valid():
        try:
            target = services.split_thread(
                thread,
                posts=chosen,
                title=form.cleaned_data["title"],
                by=member_of(request),
                community=request.community,
            )
        except RegroupError as refusal:
            form.add_error("title" if refusal.field == "title" else None, str(refusal))
        else:
            move = PostMove.objects.get(source=thread, target=target)
            said = _("Split. Everyone who wrote these posts is told.")
            say_done(request, said, undo=_undo_address(target, move))
            return redirect(target)
    context = _posts_of(request, thread) | {
        "thread": thread,
        "form": form,
        "chosen": chosen,
        "robots": "noindex",
    }
    return render(request, "content/split_thread.html", context, status=422 if form.errors else 200)


@require_POST
def undo_regrouped(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """From either of the two threads; then the page of the one that has its posts again."""
    thread = _regroupable(request, slug)
    moves = PostMove.objects.filter(Q(source=thread, whole=False) | Q(target=thread))
    move: PostMove | None = moves.select_related("source__space", "target__space").filter(pk=pk).first()
    if move is None:
        messages.info(request, _("Somebody was faster: it is taken back already."))
        return redirect(thread)
    try:
        undo_regrouping(move, by=member_of(request))
    except NothingToUndo as refusal:
        messages.error(request, str(refusal))
        return redirect(thread)
    messages.success(request, _("Taken back."))
    return redirect(move.source)


def _posts_of(request: MemberRequest, thread: Thread) -> dict[str, Any]:
    """Its replies by date, a hundred at a time: what can be read, and may begin a thread."""
    place = BY_PLACE.place(request.GET.get("after", ""))
    posts = Post.objects.filter(thread=thread, position__gt=place[0] if place else 1, state=State.PUBLISHED)
    page = BY_PLACE.page(posts.select_related("author").order_by("position"))
    for post in page.rows:
        post.said = excerpt(post.body_html, QUOTED)
    return {"posts": page.rows, "older_url": f"?after={page.older}" if page.older else ""}
