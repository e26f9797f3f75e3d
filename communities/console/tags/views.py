"""The team keeps its tags: names, groups, other words, merging, words that are not used."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.tags import queries
from communities.console.tags.forms import MergeForm, TagForm, WordForm
from communities.content.models import Tag, TagWord
from communities.content.permissions import can_keep_tags
from communities.content.services import tag_keeping as services
from communities.content.services.tag_moving import AT_ONCE, is_large
from communities.content.tasks import refile_tag
from communities.exceptions import DomainError
from communities.fields import one_line
from communities.middleware import MemberRequest
from communities.permissions import team_page


@require_safe
@team_page(can_keep_tags)
def list_tags(request: MemberRequest) -> HttpResponse:
    return _list(request, WordForm())


@require_POST
@team_page(can_keep_tags)
def forbid_word(request: MemberRequest) -> HttpResponse:
    """A word that nobody can use as a tag from now on."""
    form = WordForm(request.POST)
    if form.is_valid():
        try:
            services.add_tag_word(by=request.membership, word=form.cleaned_data["word"], tag=None)
        except DomainError as refusal:
            form.add_error("word", str(refusal))
        else:
            messages.success(request, _("Nobody can use this word as a tag from now on."))
            return redirect("console:list-tags")
    return _list(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_keep_tags)
def edit_tag(request: MemberRequest, tag: int) -> HttpResponse:
    found = get_object_or_404(Tag, pk=tag)
    if request.method != "POST":
        return _page(request, found)
    form = TagForm(request.POST)
    if form.is_valid():
        try:
            kept = services.rename_tag(found, by=request.membership, name=form.cleaned_data["name"])
            services.group_tag(kept, by=request.membership, group=form.cleaned_data["group"])
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("console:edit-tag", found.pk)
    return _page(request, found, form=form)


@require_POST
@team_page(can_keep_tags)
def add_word(request: MemberRequest, tag: int) -> HttpResponse:
    """Another word for a tag: whoever types it files under the tag."""
    found = get_object_or_404(Tag, pk=tag)
    form = WordForm(request.POST)
    if form.is_valid():
        try:
            services.add_tag_word(by=request.membership, word=form.cleaned_data["word"], tag=found)
        except DomainError as refusal:
            form.add_error("word", str(refusal))
        else:
            messages.success(request, _("This word means the tag from now on."))
            return redirect("console:edit-tag", found.pk)
    return _page(request, found, word_form=form)


@require_POST
@team_page(can_keep_tags)
def remove_word(request: MemberRequest, word: int) -> HttpResponse:
    found = get_object_or_404(TagWord.objects.select_related("tag"), pk=word)
    tag_id = found.tag_id
    services.remove_tag_word(found, by=request.membership)
    messages.success(request, _("The word has been removed from the list."))
    return redirect("console:edit-tag", tag_id) if tag_id else redirect("console:list-tags")


@require_POST
@team_page(can_keep_tags)
def merge_tag(request: MemberRequest, tag: int) -> HttpResponse:
    found = get_object_or_404(Tag, pk=tag)
    form = MergeForm(request.POST, tag=found)
    if not form.is_valid():
        return _page(request, found, merge_form=form)
    into = form.cleaned_data["into"]
    if is_large(found):
        return _goes_on(request, found, into)
    kept = services.merge_tags(found, into=into, by=request.membership)
    messages.success(request, _("“%(tag)s” is now “%(kept)s”.") % {"tag": found.name, "kept": kept.name})
    return redirect("console:edit-tag", kept.pk)


@require_POST
@team_page(can_keep_tags)
def forbid_tag(request: MemberRequest, tag: int) -> HttpResponse:
    found = get_object_or_404(Tag, pk=tag)
    if is_large(found):
        return _goes_on(request, found, None)
    services.forbid_tag(found, by=request.membership)
    messages.success(request, _("“%(tag)s” has been removed from all threads.") % {"tag": found.name})
    return redirect("console:list-tags")


def _goes_on(request: MemberRequest, tag: Tag, into: Tag | None) -> HttpResponse:
    """More than one act can do: the worker takes it off part by part."""
    assert request.membership is not None  # the decorator lets nobody else in
    refile_tag.delay_on_commit(
        community_id=request.community.pk,
        tag_id=tag.pk,
        by_id=request.membership.pk,
        into_id=into.pk if into else None,
    )
    words = _("“%(tag)s” is being removed from its threads, %(n)s at a time. The journal shows the progress.")
    messages.success(request, words % {"tag": tag.name, "n": AT_ONCE})
    return redirect("console:list-tags")


def _list(request: MemberRequest, form: WordForm) -> HttpResponse:
    words = one_line(request.GET.get("q", ""))[:60]
    page = queries.tags_page(words=words, after=request.GET.get("after", ""))
    unused = queries.words_page(None, after=request.GET.get("words", ""))
    context = {"page": page, "q": words, "unused": unused, "form": form}
    return render(request, "console/tags/list_tags.html", context, status=422 if form.errors else 200)


def _page(
    request: MemberRequest,
    tag: Tag,
    *,
    form: TagForm | None = None,
    word_form: WordForm | None = None,
    merge_form: MergeForm | None = None,
) -> HttpResponse:
    given: list[Form] = [one for one in (form, word_form, merge_form) if one is not None]
    context = {
        "tag": tag,
        "form": form or TagForm(initial={"name": tag.name, "group": tag.group}),
        "word_form": word_form or WordForm(),
        "merge_form": merge_form or MergeForm(tag=tag),
        "words": queries.words_page(tag, after=request.GET.get("words", "")),
        "groups": queries.groups(),
        "is_large": is_large(tag),
    }
    refused = any(one.errors for one in given)
    return render(request, "console/tags/edit_tag.html", context, status=422 if refused else 200)
