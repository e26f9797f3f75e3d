"""What a body may contain: an allow-list, and the rewriting that turns foreign markup into ours.

The order is: nh3 with a wide list, our rewriting of the tree, nh3 with the strict list. nh3 has the last
word, so a fault in the rewriting can spoil a text but not let anything dangerous through.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import nh3

from communities.content.text.markup import FOREIGN, SPOILERS

_WHOLE_NAMES = "p ul ol blockquote pre h2 h3 h4 hr figure table dl details"
# What has a meaning only within a list, a figure, a table or a fold.
PARTS = frozenset(["li", "figcaption", "caption", "thead", "tbody", "tr", "th", "td", "dt", "dd", "summary"])
BLOCKS = frozenset(_WHOLE_NAMES.split()) | PARTS
_PHRASE_NAMES = "br strong em u s a code img sup sub kbd mark q bdi"
INLINE = frozenset(_PHRASE_NAMES.split())
# What a listing may be written in, and what else writers call it; `text` is shown as it is.
_LANGUAGE_NAMES = (
    "bash c cpp csharp css diff go html ini java js json kotlin lua php python r ruby rust shell sql swift text toml"
    " ts xml yaml"
)
LANGUAGES = _LANGUAGE_NAMES.split()
CALLED = {
    "cs": "csharp",
    "golang": "go",
    "htm": "html",
    "javascript": "js",
    "kt": "kotlin",
    "patch": "diff",
    "plaintext": "text",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "shell",
    "txt": "text",
    "typescript": "ts",
    "yml": "yaml",
    "zsh": "shell",
}
# Classes of the parts of a listing: comment, word of the language, string, number, name, taken out and put in.
TOKENS = frozenset({"t-c", "t-k", "t-s", "t-m", "t-n", "t-d", "t-i"})

# Foreign tags with a meaning that one of ours carries.
RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em"} | {
    "strike": "s",
    "del": "s",
    "ins": "u",
    "samp": "code",
    "tt": "code",
    "cite": "em",
    "dfn": "em",
    "var": "em",
    "bdo": "bdi",
}
_CONTAINER_NAMES = "div section article header footer main aside center address"
CONTAINERS = frozenset(_CONTAINER_NAMES.split())
# Elements whose text is not for readers.
SILENT = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "select"}

DIRECTIONS = frozenset({"ltr", "rtl", "auto"})
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir"},
    # How many bytes a file has: this software alone writes it.
    "a": {"href", "rel", "data-size"},
    "blockquote": {"cite", "data-post"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
CLASSES: dict[str, set[str]] = {
    "a": {"mention"},
    "blockquote": {"cite"},
    "p": {"by"},
    "code": {f"language-{language}" for language in LANGUAGES},
    "li": {"task"},
    "figure": {"gallery"},
    "mark": {"spoiler"},
    # Where the words of a column stand, if not where they begin.
    "td": {"to-center", "to-end"},
    "th": {"to-center", "to-end"},
}
_AS_CALLED = {"code": CLASSES["code"] | {f"language-{name}" for name in CALLED}}
# What this software alone writes into a text: boxes that are ticked or not, parts of listings, what is covered.
WRITTEN = frozenset({"label", "input", "span"})
WRITTEN_ATTRIBUTES = {"input": {"type", "checked", "disabled"}, "mark": {"tabindex"}}
WRITTEN_CLASSES = {"span": set(TOKENS)}
# Whatever else is said of it, a box in a text is one that nobody can press.
BOX = {"input": {"type": "checkbox", "disabled": ""}}
SCHEMES = {"http", "https", "mailto"}

# What Markdown says of a picture in quotation marks, until it stands under it.
CAPTION = "data-caption"

_WIDE = nh3.Cleaner(
    tags=set(BLOCKS | INLINE | CONTAINERS | RENAMED.keys()) | {"input"},
    clean_content_tags=SILENT,
    attributes=ATTRIBUTES | {"input": {"type", "checked"}, "img": ATTRIBUTES["img"] | {CAPTION}},
    allowed_classes=CLASSES | _AS_CALLED,
    url_schemes=SCHEMES,
    link_rel=None,
)
_ANY = set(BLOCKS | INLINE | CONTAINERS | FOREIGN | RENAMED.keys()) | {"input"}
# The same for a text that covers something, perhaps as others do.
_COVERED = nh3.Cleaner(
    tags=_ANY,
    clean_content_tags=SILENT,
    attributes=ATTRIBUTES | {"input": {"type", "checked"}, "img": ATTRIBUTES["img"] | {CAPTION}},
    allowed_classes=CLASSES
    | _AS_CALLED
    | {tag: _AS_CALLED.get(tag, CLASSES.get(tag, set())) | SPOILERS for tag in _ANY},
    url_schemes=SCHEMES,
    link_rel=None,
)
_COVERS = re.compile("spoile[rd]|bbCode", re.IGNORECASE)
_STRICT = nh3.Cleaner(
    tags=set(BLOCKS | INLINE | WRITTEN),
    clean_content_tags=SILENT,
    attributes=ATTRIBUTES | WRITTEN_ATTRIBUTES,
    allowed_classes=CLASSES | WRITTEN_CLASSES,
    set_tag_attribute_values=BOX,
    url_schemes=SCHEMES,
    link_rel=None,
)

# Tags that parsers carry on; how many of them times how many of all is more than is read without bounds.
_CARRIED_ON = re.compile(
    r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)
MUCH = 200_000
# Tags more than twice as many as were written, at most.
MANY = 1000
_ROOT = Path(__file__).resolve().parents[3]
_APART = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (768 * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from %(module)s import %(name)s as cleaner
sys.stdout.buffer.write(cleaner.clean(sys.stdin.buffer.read().decode()).encode())
"""

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_BARE_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(/|$)")
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
POST_ID = re.compile(r"[0-9a-f-]{1,36}")
NUMBER = re.compile(r"[1-9][0-9]{0,4}")
ATTACHMENT_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# What stands for the width of a picture in the address of a file.
FILE = "file"
_MEDIA_REST = re.compile(rf"({ATTACHMENT_ID})/[\w.-]+")


@dataclass(frozen=True)
class Picture:
    """What is known of an uploaded picture when a text that shows it is rendered. Sizes in pixels."""

    src: str
    width: int
    height: int
    alt: str = ""
    srcset: str = ""
    sizes: str = ""


@dataclass(frozen=True)
class StoredFile:
    """What is known of an uploaded file when a text that leads to it is rendered. Its size in bytes."""

    address: str
    name: str
    size: int


@dataclass(frozen=True)
class Policy:
    """What the sanitiser must know of its community.

    `pictures` maps attachment ids to what may be shown; None admits every picture under `media_prefixes`. So do `files`
    with what may be led to.
    """

    media_prefixes: Sequence[str] = ("/media/",)
    own_hosts: Collection[str] = ()
    pictures: Mapping[str, Picture] | None = None
    mentions: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, StoredFile] | None = None


def clean_address(address: str) -> str:
    """An address that a link may carry, or "" when there is none: http, https, mailto, `/…` and `#…`."""
    address = UNSEEN.sub("", address)
    if _SCHEME.match(address):
        return address if address.split(":", 1)[0].lower() in SCHEMES else ""
    # Browsers read a backslash as a slash, so `/\host` leaves for another host.
    address = address.replace("\\", "/")
    if address.startswith("//"):
        return f"https:{address}"
    if address.startswith(("/", "#")):
        return address
    return f"https://{address}" if _BARE_HOST.match(address) else ""


def is_own(address: str, own_hosts: Collection[str]) -> bool:
    """Whether an address from `clean_address` stays on one of our hosts."""
    if address.startswith(("/", "#")):
        return True
    try:
        return urlsplit(address).netloc.lower() in own_hosts
    except ValueError:
        return False


def attachment_of(src: str, media_prefixes: Sequence[str]) -> str:
    """The id of the attachment that a picture's address names, "" for a foreign address."""
    for prefix in media_prefixes:
        if src.startswith(prefix) and (match := _MEDIA_REST.fullmatch(src[len(prefix) :])):
            return match[1]
    return ""


def file_at(href: str, media_prefixes: Sequence[str]) -> str:
    """The id of the file that a link leads to, "" for any other link."""
    return attachment_of(href, media_prefixes) if href.endswith(f"/{FILE}") else ""


class TooManyTags(Exception):
    """A parser would make far more of a text than stands in it."""


def strip_foreign(html: str) -> str:
    """First pass: what is left is well formed and free of anything active. Raises TooManyTags."""
    if _COVERS.search(html):
        return clean_bounded(html, _COVERED, f"{__name__}:_COVERED")
    return clean_bounded(html, _WIDE, f"{__name__}:_WIDE")


def clean_bounded(html: str, cleaner: nh3.Cleaner, place: str) -> str:
    """What a cleaner makes of a text that anybody may have written; `place` is where it stands, as module:name.

    What makes words bold and is not closed is carried on by parsers into each paragraph that follows, as often as it
    says something different: of 100 kB they make millions of tags. What is closed only a parser can tell: a text that
    could be such a one is read in a process of its own, with bounds. Raises TooManyTags.
    """
    opened = len(_CARRIED_ON.findall(html))
    return cleaner.clean(html) if opened * html.count("<") <= MUCH else _clean_apart(html, place)


def _clean_apart(html: str, place: str) -> str:
    module, _colon, name = place.partition(":")
    program = _APART % {"module": module, "name": name}
    command = [sys.executable, "-c", program]
    try:
        done = subprocess.run(
            command,
            input=html.encode("utf-8", "replace"),
            capture_output=True,
            cwd=_ROOT,
            timeout=30,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooManyTags from None
    if done.returncode or done.stdout.count(b"<") > 2 * html.count("<") + MANY:
        raise TooManyTags
    return done.stdout.decode()


def strip_all_else(html: str) -> str:
    """Last pass: nothing but the allow-list."""
    return _STRICT.clean(html)
