"""What a WordPress export holds, as frozen records."""

from dataclasses import dataclass, field
from datetime import datetime

PINGS = frozenset({"pingback", "trackback"})
# What people say under an article; plug-ins keep orders, reviews of editors and logs as comments of other types.
SAID_BY_PEOPLE = frozenset({"", "comment", "review"})
PUBLIC, SCHEDULED = "publish", "future"


@dataclass(frozen=True, slots=True)
class WxrSite:
    """The head of the file: which blog this was."""

    title: str
    address: str
    language: str
    version: str
    tagline: str = ""


@dataclass(frozen=True, slots=True)
class WxrAuthor:
    login: str
    email: str
    display_name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class WxrTerm:
    """A category, a tag (taxonomy "post_tag"), or a word of another taxonomy."""

    taxonomy: str
    slug: str
    name: str
    parent: str = ""
    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class WxrComment:
    key: str
    author_name: str
    author_email: str
    author_id: str
    written_at: datetime | None
    content: str
    approved: str
    kind: str
    parent: str

    @property
    def is_ping(self) -> bool:
        return self.kind in PINGS

    @property
    def is_of_people(self) -> bool:
        return self.kind in SAID_BY_PEOPLE

    @property
    def is_public(self) -> bool:
        return self.is_approved and self.is_of_people

    @property
    def is_approved(self) -> bool:
        return self.approved in ("1", "approved")


@dataclass(frozen=True, slots=True)
class WxrPost:
    """An item: an article (kind "post"), a page, an attachment, a menu entry or a type of some plug-in."""

    key: str
    kind: str
    title: str
    link: str
    guid: str
    author: str
    content: str
    excerpt: str
    slug: str
    status: str
    published_at: datetime | None
    password: str
    parent: str
    pinned: bool
    comments_open: bool
    attachment_address: str
    thumbnail: str
    terms: tuple[WxrTerm, ...] = field(default=())
    comments: tuple[WxrComment, ...] = field(default=())
    modified_at: datetime | None = None
    # What is said of it beside its text: fields of plug-ins, notes.
    fields: tuple[tuple[str, str], ...] = field(default=())

    @property
    def is_public(self) -> bool:
        """Whether everybody could read it on the old blog: published and without a password."""
        return self.status == PUBLIC and not self.password


@dataclass(frozen=True, slots=True)
class WxrUnknown:
    """An item that says neither what it is nor which it is, for instance with foreign namespaces."""

    title: str


@dataclass(frozen=True, slots=True)
class WxrRepaired:
    """Said last: how many control characters were left out to make the file readable."""

    characters: int


WxrRecord = WxrSite | WxrAuthor | WxrTerm | WxrPost | WxrUnknown | WxrRepaired
