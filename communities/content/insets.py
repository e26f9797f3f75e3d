"""What may stand under a text and belongs to it: a poll, say. Declared once, by its own package.

    class PollInset(Inset):
        name, feature = "poll", "polls"
        …

    register_inset(PollInset())     # when its app is ready

`Thread.inset` carries the name of the one that a thread has, empty for most: a page without one asks nothing. The words
of an inset are judged, found and fed with the text; who may write the text may write it.

One that is declared `in_replies` may stand under a reply, too: `Post.inset` carries its name, and what is asked of it
there is in `under_replies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import Promise

from communities.content.audiences import looks_after
from communities.content.exceptions import NoInsetHere
from communities.content.kinds import KINDS, THREAD_KINDS, ThreadKind
from communities.content.models import Post, Space, Thread
from communities.content.permissions import WITHDRAWN, can_edit_thread, is_author
from communities.launch.features import is_open, is_open_to
from communities.middleware import CommunityRequest
from communities.models import Community, Membership
from communities.registries import Registry


class Inset:
    """One kind of thing that stands under a text."""

    # As rows of threads carry it; eight characters at most.
    name: ClassVar[str]
    # What must be open for it to be there.
    feature: ClassVar[str]
    # What moderators read before its words.
    label: ClassVar[Promise]
    # What the page that changes a text calls the way to add one, and the route that takes the number of the text.
    add_label: ClassVar[Promise]
    add_route: ClassVar[str]
    # Whether the form of a new text offers it, too; else it is added to a text that is there.
    in_new_text: ClassVar[bool] = True
    # Whether it may stand under a reply.
    in_replies: ClassVar[bool] = False
    # Then: the fields that the form of a reply shows for it once they were asked for. What is said of them, and of what
    # stands under a reply, is asked in the methods from `said_in` on.
    reply_form: ClassVar[type[forms.Form]]
    # And why a reply is refused that brings these fields where they are not on offer (any more).
    not_on_offer: ClassVar[Promise]

    def suits(self, kind: ThreadKind) -> bool:
        """Whether it makes sense under texts of this kind, whose pages draw what stands under them."""
        return True

    def may_add(self, by: Membership) -> bool:
        """Whether this person, who may write the text, may put it under it."""
        return True

    def form(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> forms.Form:
        """The fields that the form of a new text offers for it; its `is_wanted` says whether anything is in them, its
        `template` is what draws them."""
        raise NotImplementedError

    def store(self, thread: Thread, form: forms.Form, *, by: Membership) -> None:
        """Put under a thread that is not published yet what a valid form says; asked only of what `in_new_text` is."""
        raise NotImplementedError

    def typed(self, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What was typed into its fields, as a text is sent or kept with them: labels and words, to be copied. Empty
        where nothing was."""
        return []

    def lower(self, thread: Thread, post: Post) -> list[int]:
        """Its thread becomes part of another one: from now on it stands under its first text, which is a reply there.
        Asked only of what may stand `in_replies`; what `lift` needs to know is answered."""
        raise NotImplementedError

    def lift(self, thread: Thread, post: Post, told: Sequence[int]) -> None:
        """That is undone: it stands under the thread again, as it did before. `told` is what `lower` answered."""
        raise NotImplementedError

    def draw(self, thread: Thread, request: CommunityRequest) -> str:
        """Its markup for this reader. No statement but compiled reads."""
        raise NotImplementedError

    def words(self, thread: Thread) -> list[str]:
        """What readers of it see, as it is stored now."""
        raise NotImplementedError

    def own_words(self, thread: Thread) -> list[str]:
        """Those that were written with it: not what others added to it in texts of their own, which are judged, kept
        and erased as such."""
        return self.words(thread)

    def told(self, threads: Sequence[int]) -> dict[int, str]:
        """As sanitised HTML for feeds, by the number of its thread; one statement."""
        raise NotImplementedError

    def found(self, words: str, languages: Sequence[str], most: int) -> dict[int, float]:
        """The threads in whose inset these words are, whatever their state, each with a rank; one statement."""
        return {}

    def turn(self, thread: Thread) -> None:
        """Its thread is in another language from now on: so is what stands under it."""

    def empty(self, threads: Sequence[int]) -> None:
        """Take its words away: their author is erased, and title and text are empty already."""

    def said_in(self, form: forms.Form) -> list[str]:
        """What readers will see of it, as a valid form says it: judged with the reply, before either is stored."""
        raise NotImplementedError

    def store_under(self, post: Post, form: forms.Form, *, by: Membership) -> None:
        """Put under a reply that was just stored, and judged with it, what a valid form says."""
        raise NotImplementedError

    def draw_under(self, posts: Sequence[Post], request: CommunityRequest) -> dict[int, str]:
        """Its markup for this reader, by the number of its post; no statement but compiled reads, one for all posts."""
        raise NotImplementedError

    def words_under(self, post: Post) -> list[str]:
        """What readers of a reply see under it, as it is stored now."""
        raise NotImplementedError

    def own_words_under(self, post: Post) -> list[str]:
        """Of these, those that were written with it, as in `own_words`."""
        return self.words_under(post)

    def empty_under(self, posts: Sequence[int]) -> None:
        """Take its words away: the author of these replies is erased."""

    def ways_to_change(self, post: Post, by: Membership) -> list[tuple[Promise, str]]:
        """Words and addresses of what the form that changes this text offers for the one that stands under it."""
        return []


INSETS: Registry[Inset] = Registry("inset")


def register_inset(inset: Inset) -> None:
    INSETS.register(inset)


def typed_insets(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed beside a text, to stand under it."""
    return [said for inset in INSETS for said in inset.typed(fields)]


def may_stand(inset: Inset, thread: Thread, *, in_reply: bool = False) -> bool:
    """Whether such a thing may stand under the text of this thread, or under a reply in it."""
    one = THREAD_KINDS[thread.kind]
    draws = one.draws_insets and (not in_reply or (inset.in_replies and one.insets_in_replies))
    return draws and inset.suits(one)


def spaces_for(inset: Inset, spaces: Iterable[Space]) -> list[Space]:
    """Those in which one begins a text under which it may stand."""
    return [
        space
        for space in spaces
        if any(
            one.draws_insets and one.offered and not one.proposes and inset.suits(one)
            for one in KINDS[space.kind].thread_kinds
        )
    ]


def refuse_unseen(name: str, thread: Thread, *, in_reply: bool = False) -> None:
    """Raises NoInsetHere for a text whose page would never show what one wants to put under it, or under which it makes
    no sense."""
    if not may_stand(INSETS[name], thread, in_reply=in_reply):
        raise NoInsetHere


def inset_of(thread: Thread, community: Community, by: Membership | None) -> Inset | None:
    """What stands under a thread, where that is open to this reader."""
    inset = INSETS.get(thread.inset) if thread.inset else None
    return inset if inset is not None and is_open(community, by, inset.feature) else None


def draw_inset(thread: Thread, request: CommunityRequest) -> str:
    """The markup of what stands under a thread; nothing for most, which asks for nothing."""
    if not thread.inset:
        return ""
    inset = inset_of(thread, request.community, request.membership)
    return inset.draw(thread, request) if inset is not None else ""


def inset_words(thread: Thread) -> list[str]:
    inset = INSETS.get(thread.inset) if thread.inset else None
    return inset.words(thread) if inset is not None else []


def own_inset_words(thread: Thread) -> list[str]:
    inset = INSETS.get(thread.inset) if thread.inset else None
    return inset.own_words(thread) if inset is not None else []


def turn_inset(thread: Thread) -> None:
    """What stands under a thread follows its language, whether it is open now or not."""
    inset = INSETS.get(thread.inset) if thread.inset else None
    if inset is not None:
        inset.turn(thread)


def told_insets(threads: Sequence[Thread], community: Community) -> dict[int, str]:
    """What feeds say of the insets of these threads, as visitors read them: a statement for each kind of inset there
    is among them."""
    told: dict[int, str] = {}
    for name in sorted({thread.inset for thread in threads if thread.inset}):
        inset = INSETS.get(name)
        if inset is not None and is_open(community, None, inset.feature):
            told |= inset.told([thread.pk for thread in threads if thread.inset == name])
    return told


def ways_to_add(post: Post, by: Membership | None) -> list[tuple[Promise, str]]:
    """What the author of a text may put under it, or of what stands there change: words and addresses."""
    thread = post.thread
    stands = INSETS.get(post.inset or (thread.inset if opens(post) else ""))
    if by is not None and stands is not None and is_open_to(by, stands.feature):
        return stands.ways_to_change(post, by)
    if by is None or stands is not None or not may_put_under(by, post):
        return []
    in_reply = not opens(post)
    return [
        (inset.add_label, reverse(inset.add_route, args=[post.public_id]))
        for inset in INSETS
        if may_stand(inset, thread, in_reply=in_reply) and is_open_to(by, inset.feature) and inset.may_add(by)
    ]


def has_inset(thread: Thread) -> bool:
    """Whether something stands under its first text: under the thread, or under that text from when it was a reply,
    before it began a thread."""
    return bool(thread.inset) or Post.objects.opening(thread).exclude(inset="").exists()


def opens(post: Post) -> bool:
    """Whether it is the first text of its thread, placed or not yet."""
    return post.is_body or (post.position is None and not post.thread.last_position)


def may_put_under(by: Membership | None, post: Post) -> bool:
    """Who puts something under a text, and changes it: under a first one, whoever changes its title; under a reply its
    author, and those who look after the space."""
    if opens(post):
        return can_edit_thread(by, post.thread)
    if by is None or not by.can_write or post.state in WITHDRAWN:
        return False
    return is_author(by, post) or looks_after(by, post.thread.space_id)


def forms_for(by: Membership, data: Any = None, initial: Mapping[str, Any] | None = None) -> list[forms.Form]:
    """What the form of a new text offers beside it to this person."""
    made = []
    for inset in INSETS:
        if inset.in_new_text and is_open_to(by, inset.feature) and inset.may_add(by):
            form = inset.form(data, initial=initial)
            form.inset = inset  # type: ignore[attr-defined]
            made.append(form)
    return made
