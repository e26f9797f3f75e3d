"""Unsent texts as their writer sees them: what each is about, what is typed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.content.insets import typed_insets
from communities.content.models import Post, Space, Thread, UnsentText
from communities.content.permissions import can_edit_post, can_reply_to_thread, can_start_thread
from communities.content.services.keeping_unsent import FORM
from communities.content.text.extracts import excerpt, plain_text, shorten
from communities.content.viewers import Viewer
from communities.models import Membership

_LENGTH = 160  # characters of the text in a list
# What a form says of itself beside its texts: which state of a page it was filled with, and the title of that page.
PAGE_TITLE = "page_title"
_STATES = frozenset({"version", "revision", "seen", "began", PAGE_TITLE})


@dataclass(frozen=True)
class Subject:
    """`title` is of the thread it belongs to, or its own; empty where there is none, or none that may be seen."""

    what: str
    title: str = ""
    language: str = ""


@dataclass(frozen=True)
class Row:
    unsent: UnsentText
    subject: Subject
    words: str


def rows_of(unsent: Sequence[UnsentText], viewer: Viewer) -> list[Row]:
    """Three queries, however many there are."""
    threads = _threads_of(unsent, viewer)
    return [Row(one, _subject(one, threads), _words(one)) for one in unsent]


def subject_of(unsent: UnsentText, viewer: Viewer) -> Subject:
    return _subject(unsent, _threads_of([unsent], viewer))


def can_go_on(unsent: UnsentText, by: Membership, viewer: Viewer) -> bool:
    """Whether the page it was typed on still has its form: not where a thread was locked, or a space put away.

    A form that this does not know is taken to be there; its own page says what has become of it.
    """
    kind, _colon, which = unsent.about.partition(":")
    if kind == "reply":
        thread = _threads_of([unsent], viewer).get(unsent.about)
        return thread is not None and can_reply_to_thread(by, thread)
    if kind == "edit":
        post = Post.objects.filter(pk__in=_numbers([unsent], kind).values()).select_related("thread").first()
        return post is not None and can_edit_post(by, post)
    # A form that asks for the space is of none: its page says what is open.
    if kind == "start" and which:
        space = Space.objects.filter(slug=which, pk__in=viewer.space_ids).first()
        return space is not None and can_start_thread(by, space)
    return True


def fields_of(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """What stands beside the text, with the words of its form."""
    labels = {
        "title": _("Title"),
        "excerpt": _("Standfirst"),
        "tags": _("Tags"),
        "reason": _("What did you change?"),
        "seo_title": _("Title in search engines"),
        "seo_description": _("Description in search engines"),
    }
    said = [(label, fields[name]) for name, label in labels.items() if fields.get(name, "").strip()]
    return [*said, *typed_insets(fields)]


def text_of(unsent: UnsentText, fields: Mapping[str, str], *, covers: bool = False) -> str:
    """All that was typed, to be copied: the body, or the texts of another form, one below the other.

    `covers`: as lists show it, which anybody may look at over a shoulder.
    """
    if not unsent.about.startswith(FORM):
        return fields.get("body", "")
    texts = [
        (name, one) for name, one in fields.items() if name not in _STATES and not name.endswith("_format")
    ]
    said = (
        plain_text(one, covers=covers) if fields.get(f"{name}_format") == Post.Format.HTML else one
        for name, one in texts
    )
    return "\n\n".join(one for one in said if one.strip())


def _threads_of(unsent: Sequence[UnsentText], viewer: Viewer) -> dict[str, Thread]:
    """The threads that they belong to, by what each is about."""
    numbers = _numbers(unsent, "reply")
    edited = dict(
        Post.objects.filter(pk__in=_numbers(unsent, "edit").values()).values_list("pk", "thread_id")
    )
    numbers |= {about: edited.get(pk, 0) for about, pk in _numbers(unsent, "edit").items()}
    threads = Thread.objects.reachable_by(viewer).in_bulk(set(numbers.values()))
    return {about: threads[pk] for about, pk in numbers.items() if pk in threads}


def _numbers(unsent: Sequence[UnsentText], what: str) -> dict[str, int]:
    found = {}
    for one in unsent:
        kind, _colon, number = one.about.partition(":")
        if kind == what and number.isascii() and number.isdecimal() and len(number) <= 18:
            found[one.about] = int(number)
    return found


def _subject(unsent: UnsentText, threads: Mapping[str, Thread]) -> Subject:
    kind = unsent.about.partition(":")[0]
    whats = {"reply": _("Reply"), "edit": _("Change to a text"), "form": _("Form, not saved")}
    what = whats.get(kind, _("Text"))
    if own := (unsent.fields.get("title", "").strip() or unsent.fields.get(PAGE_TITLE, "").strip()):
        return Subject(what, own)
    thread = threads.get(unsent.about)
    return Subject(what, thread.title, thread.language) if thread else Subject(what)


def _words(unsent: UnsentText) -> str:
    if unsent.about.startswith(FORM):
        return shorten(" ".join(text_of(unsent, unsent.fields, covers=True).split()), _LENGTH)
    body = unsent.fields.get("body", "")
    words = excerpt(body, _LENGTH) if unsent.fields.get("body_format") == Post.Format.HTML else body[:_LENGTH]
    if words.strip():
        return words
    under = " · ".join(said for _label, said in typed_insets(unsent.fields))
    return shorten(" ".join(under.split()), _LENGTH)
