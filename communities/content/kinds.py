"""Kinds of content: each is declared once, in its own folder, and everything else reads the declaration.

    class NoteKind(Kind):
        name, path, urls = "notes", "notes", "communities.notes.urls"
    register_kind(NoteKind())     # when its app is ready

What is said here is read by floors above, of which a kind knows none; what it does not say has a usual answer.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.content.kind_parts import Filed as Filed
from communities.content.kind_parts import Planned as Planned
from communities.content.kind_parts import Switch as Switch
from communities.content.kind_parts import ThreadKind as ThreadKind
from communities.content.kind_parts import kind_for_import as kind_for_import
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Post, Space, Thread
from communities.content.models.declared import KINDS as _KINDS
from communities.content.models.declared import THREAD_KINDS as _THREAD_KINDS
from communities.launch.features import FEATURES, Feature
from communities.models import Community, Membership
from communities.navigation import Place, address_of, register_place
from communities.registries import Registry
from communities.scoping import CommunityOwned

# Words that addresses of lists use for something else.
TAKEN = frozenset({"all", "people", "posts", "replies", "spaces", "tags"})


class Kind:
    """One kind of content: what its spaces and threads are called, where they stand, and what is theirs alone."""

    # The name that rows of spaces carry; eight characters at most.
    name: ClassVar[str]
    label: ClassVar[Promise]
    label_many: ClassVar[Promise]
    icon: ClassVar[str] = "talk"
    # Before which other kinds it comes, in addresses, maps and lists.
    order: ClassVar[int] = 100
    # The first one opens the kind; the others belong to single thread kinds.
    features: ClassVar[tuple[Feature, ...]]
    thread_kinds: ClassVar[tuple[ThreadKind, ...]]

    # Its place in the header; empty where it has none.
    header_label: ClassVar[Promise | str] = ""
    header_order: ClassVar[int] = 20

    # Its URLconf, under `path`; `path` is also the namespace of its routes.
    path: ClassVar[str]
    urls: ClassVar[str]
    # The routes of its pages, within the namespace; those of a space take its slug.
    list_route: ClassVar[str] = "list-spaces"
    space_route: ClassVar[str] = "show-space"
    thread_route: ClassVar[str] = "show-thread"
    start_route: ClassVar[str] = "start-thread"

    # What lists of its threads are called: in addresses (tabs of search, files of the sitemap …), and to people.
    threads_name: ClassVar[str]
    threads_label: ClassVar[Promise]
    # Where its tab of search stands: that of single posts has 20, that of people 90.
    tab_order: ClassVar[int] = 50
    reply_label: ClassVar[Promise] = _("Reply")
    start_label: ClassVar[Promise] = _("Start a thread")

    # The ways in which lists of its spaces can be sorted, the usual one first: name and label.
    orders: ClassVar[Mapping[str, Promise]] = {}
    # What else its spaces can be, by a yes or no of their form.
    switches: ClassVar[tuple[Switch, ...]] = ()
    # A space with fewer threads is left out of lists while a launch is under way.
    minimum: ClassVar[int] = 1
    # So many threads a space of it holds, where they are listed whole; 0: as many as there are.
    holds_at_most: ClassVar[int] = 0
    # Searches without a result lead there, to ask.
    takes_questions: ClassVar[bool] = False
    has_replies: ClassVar[bool] = True  # Whether threads are answered; the form of a space then asks who may.
    replies_are_texts: ClassVar[bool] = True  # Not where there are none, or where each is a picture.
    # Whether its threads are conversations, without rows beside them that follow posts: merged, split, edited by many.
    regroups: ClassVar[bool] = False
    moves: ClassVar[bool] = True  # Whether its threads may be put into another space of it.
    nests: ClassVar[bool] = False  # Whether a space of it may stand in another one of it.
    # Whom the form of a new space means, where that is not what suits most: fields of Space and names of circles.
    first_circles: ClassVar[Mapping[str, str]] = {}
    # The only circles that may read its spaces; whatever else is wished, the first one of the form has it. Empty: any.
    readers: ClassVar[frozenset[str]] = frozenset()
    # What the form of a reply offers beside its text: "picture" (for forms without scripts), "follow".
    reply_offers: ClassVar[frozenset[str]] = frozenset({"picture", "follow"})
    # The table of what its threads have beside them, under their key: an author takes it away, as `threads_name`.
    side: ClassVar[type[CommunityOwned] | None] = None
    # What threads of this kind say of themselves beside title and tags, and what moderators read before each.
    beside_labels: ClassVar[Mapping[str, Promise]] = {}
    # Whether measurement may keep its addresses: made of titles, they name no person and hold no key.
    keeps_paths: ClassVar[bool] = True
    # Arguments of its addresses that do name somebody: of those with one, measurement keeps the shape.
    naming_people: ClassVar[frozenset[str]] = frozenset()
    # Formats of imports that are filed here, and as which thread kind.
    imports: ClassVar[Mapping[str, str]] = {}
    # The demo's files: kinds of spaces, kinds of threads, parts of launch plans, each with what it is here.
    demo_spaces: ClassVar[frozenset[str]] = frozenset()
    demo_threads: ClassVar[Mapping[str, str]] = {}
    demo_parts: ClassVar[Mapping[str, str]] = {}
    # A file of a community of the demo that this kind alone knows; what it tells of threads says `demo_told`.
    demo_file: ClassVar[str] = ""

    def __init__(self) -> None:
        for one in self.thread_kinds:
            one.kind = self

    @property
    def feature(self) -> str:
        return self.features[0].name

    @property
    def thread_names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.thread_kinds)

    # Addresses

    def route(self, name: str) -> str:
        return f"{self.path}:{name}"

    def list_url(self) -> str:
        return address_of(self.route(self.list_route))

    def space_url(self, space: Space) -> str:
        return address_of(self.route(self.space_route), space.slug)

    def thread_url(self, thread: Thread) -> str:
        return address_of(self.route(self.thread_route), thread.slug)

    def start_url(self, space: Space) -> str:
        return address_of(self.route(self.start_route), space.slug)

    def feed_url(self, space: Space | None = None) -> str:
        """The feed of a space, or of all of them, as Atom."""
        about = {} if space is None else {"space": space.slug}
        return address_of(self.route("show-feed"), **about, suffix="xml")

    def start_words(self, space: Space) -> Promise:
        """What a link to the writing page of a space says."""
        return self.start_label

    def header_name(self, request: HttpRequest) -> str:
        """What a community's own header calls its place, where it has a name of its own; "" for the label."""
        return ""

    def header_asks(self) -> Callable[[HttpRequest], bool] | None:
        """What says whether its place is there for a request, without a query; None where its feature alone does."""
        return None

    # Who may

    def audience(self, wished: str) -> str:
        """The circle of readers that a space of it gets where this one is wished: never a wider one than it allows."""
        return wished if not self.readers or wished in self.readers else self.first_circles["audience"]

    def may_start(self, membership: Membership, space: Space) -> bool:
        """Asked only if the space's own rules already let this person start a thread."""
        return True

    def may_publish(self, membership: Membership, thread: Thread) -> bool:
        """Asked only if this person signs the thread, or looks after its space, and may start threads there."""
        return True

    def takes_replies(self, thread: Thread) -> bool:
        """Asked only if the thread is published and not locked. Costs no query where the thread came with its side."""
        return True

    def signs(self, membership: Membership, thread: Thread) -> bool:
        """Whether this person is an author of the thread besides the first one."""
        return False

    def reads_draft(self, membership: Membership, thread: Thread) -> bool:
        """Whether this person reads a text of it that is not out yet, whoever wrote it."""
        return False

    def co_authors(self, threads: Collection[int]) -> Mapping[int, Collection[int]]:
        """Who is named as an author of these threads besides the first one: by thread. One query at most."""
        return {}

    def names_beside(self) -> Any:
        """An array over threads: how those are called, in the order they sign; None where nobody signs beside one."""
        return None

    def co_signed(self, person: Membership) -> Collection[int]:
        """The threads that somebody signs beside their first author, the newest. One query at most."""
        return ()

    def tells_itself(self, post: Post) -> bool:
        """Whether people hear of a reply by a notice of its own: who has not been told of it yet is told now."""
        return False

    def bound_posts(self, thread: Thread) -> Collection[int]:
        """Posts that cannot leave their thread: it says something of them. One query."""
        return ()

    def begins_quietly(self, thread: Thread) -> bool:
        """Whether nobody is told that a thread has begun: they were told of it with another. One query at most."""
        return False

    def promised(self, reader: Reader, by: Membership) -> ThreadQuerySet | None:
        """What this person has promised to answer, with `due_on` and how many wait (`waiting`); None where none can."""
        return None

    def assigned(self, reader: Reader, by: Membership) -> ThreadQuerySet | None:
        """What this person was given to answer, with `due_on` and who gave it (`given_by`); None where none can be."""
        return None

    def to_approve(self, reader: Reader, by: Membership) -> ThreadQuerySet | None:
        """Drafts that wait for this person’s word, since `waits_since`; None where nobody asks for one, or not them."""
        return None

    def approving_url(self, thread: Thread) -> str:
        """Where somebody decides about a draft that waits for a word."""
        return self.draft_url(thread)

    def followers(self, thread: Thread) -> Collection[int]:
        """Who follows what a thread belongs to besides its space, and is told when it begins. One query at most."""
        return ()

    def own_page(
        self, person: Membership, spaces: Sequence[Space], features: Collection[str]
    ) -> tuple[str, str] | None:
        """Name and address of what is one member’s alone in these spaces, for their page. One query at most."""
        return None

    def why_kept(self, space: Space) -> str:
        """What else than threads a space holds, as a sentence that says why it cannot be deleted; "" for nothing."""
        return ""

    # Texts

    def stored_html(self, html: str) -> str:
        """The markup of a thread's first text, as it is kept."""
        return html

    def words_beside(self, thread: Thread) -> dict[str, str]:
        """What readers see beside title, tags and text, under the names of `beside_labels`."""
        return {}

    def empty_sides(self, threads: Sequence[int]) -> None:
        """Take away the words beside these threads: their author is erased, and title and text are empty already."""

    def settle_sides(self, threads: Sequence[int]) -> None:
        """Bring what stands beside these threads in line with their posts, of which some went or came back."""

    def first_draft(
        self, space: Space, *, title: str, body: str, by: Membership, community: Community
    ) -> Thread | None:
        """A draft to begin a space with, `body` as HTML; None where it is made as any thread is."""
        return None

    def publish_draft(self, thread: Thread, *, by: Membership) -> bool | None:
        """Publish one in the kind’s own way, as `publish_thread` would; None where that is the way."""
        return None

    def schedule_draft(self, thread: Thread, *, by: Membership, at: datetime.datetime) -> bool:
        """Schedule one in the kind’s own way, as `schedule_thread` would; False where that is the way."""
        return False

    def draft_url(self, thread: Thread) -> str:
        """Where its author goes on writing a draft."""
        return reverse("content:edit-post", args=[thread.opening().public_id])

    # Lists

    def pictures(self, community: Community, threads: ThreadQuerySet) -> dict[int, str]:
        """Absolute addresses of pictures that threads of it have, for sitemaps; cut off, so nothing narrows them."""
        return {}

    def data_of(self, thread: Thread) -> dict[str, Any]:
        """What programmes are told of a thread. No query for a thread that came with its space and author."""
        return {
            "kind": thread.kind,
            "title": thread.title,
            "url": thread.get_absolute_url(),
            "space": thread.space.name,
            "language": thread.language,
            "published_at": thread.published_at,
            "replies": thread.reply_count,
            "solved": thread.solved,
        }

    def planned(self, viewer: Reader, first: datetime.date, last: datetime.date) -> Iterable[Planned]:
        """What takes place on these local days, as far as the viewer may see it."""
        return ()

    # Measurement

    def answers_accepted(
        self, start: datetime.datetime, end: datetime.datetime
    ) -> Iterable[datetime.datetime]:
        """When answers were accepted in [start, end), in the community in scope."""
        return ()

    def accepted_answer(self, thread: Thread) -> int | None:
        """The number of the post that was accepted as the answer, while it can be read."""
        return None

    def answers_by(
        self, people: Sequence[int], start: datetime.datetime, end: datetime.datetime
    ) -> Iterable[tuple[int, int, datetime.datetime]]:
        """Of these people (ids of memberships): whose answer was accepted in [start, end), in which space, and when."""
        return ()

    # Imports and the demo

    def file_sides(self, filed: Sequence[Filed]) -> None:
        """Store what threads of this kind have beside them, many at once."""

    def refile_sides(self, filed: Sequence[Filed]) -> None:
        """The same for threads that were brought up to date; what was said here stays."""

    def demo_told(self, said: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What its own file tells, in the form of the demo’s threads."""
        return []

    def demo_space(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Fields of a space of the demo that only this kind knows."""
        return {}

    def demo_settings(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Its settings that only this kind knows."""
        return {}

    def demo_draft(
        self,
        space: Space,
        said: Mapping[str, Any],
        *,
        body: str,
        by: Membership,
        community: Community,
        submission: uuid.UUID,
    ) -> Thread | None:
        """A draft as a file of the demo says it; None where it is made as any thread is."""
        return None

    def demo_settle(
        self, thread: Thread, said: Mapping[str, Any], post_numbered: Callable[[int], Post]
    ) -> None:
        """What the file says of a thread whose replies are written."""


KINDS: Registry[Kind] = _KINDS
THREAD_KINDS: Registry[ThreadKind] = _THREAD_KINDS


def register_kind(kind: Kind) -> Kind:
    """Raises ValueError for a name, a thread kind or a word of addresses that another kind has already."""
    if kind.threads_name in TAKEN or any(
        known.threads_name == kind.threads_name or known.path == kind.path
        for known in KINDS
        if known.name != kind.name
    ):
        raise ValueError(f"{kind.threads_name!r} or {kind.path!r} means something else in addresses")
    KINDS.register(kind)
    for one in kind.thread_kinds:
        THREAD_KINDS.register(one)
    for feature in kind.features:
        FEATURES.register(feature)
    if kind.header_label:
        label, address = kind.header_label, kind.route(kind.list_route)
        order, shown = kind.header_order, kind.header_asks()
        register_place(Place(label, address, kind.feature, order=order, named=kind.header_name, shown=shown))
    return kind


def kind_of(thread: Thread) -> Kind:
    return THREAD_KINDS[thread.kind].kind


def feature_of(space: Space) -> str:
    """What must be open for a space to be there; "" (which is open to nobody) where no kind has its name."""
    kind = KINDS.get(space.kind)
    return kind.feature if kind is not None else ""


def open_kinds(features: frozenset[str]) -> list[Kind]:
    return [kind for kind in KINDS if kind.feature in features]


def threads_named(name: str) -> tuple[str, ...]:
    """The thread kinds that a list calls "articles", "threads" …; none for any other word."""
    return next((kind.thread_names for kind in KINDS if kind.threads_name == name), ())


def asking_url(features: frozenset[str]) -> str:
    """Where one asks what search did not find; empty where no open kind takes questions."""
    return next((kind.list_url() for kind in open_kinds(features) if kind.takes_questions), "")
