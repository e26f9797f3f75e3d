"""From what a person wrote to the HTML that readers get. The only module that makes body HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape
from typing import Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from communities.content.exceptions import TextTooLong
from communities.content.text.extracts import plain_text
from communities.content.text.formulas import formula_at
from communities.content.text.listings import coloured
from communities.content.text.markup import Element, Node, merge_text, parse, serialise
from communities.content.text.rewriting import Rewriter, write
from communities.content.text.sanitising import (
    ATTACHMENT_ID,
    CAPTION,
    Picture,
    Policy,
    StoredFile,
    TooManyTags,
    attachment_of,
    file_at,
    strip_all_else,
    strip_foreign,
)
from communities.content.text.spoilers import add_spoilers, with_cover
from communities.letters import fold, slug_of

Format = Literal["html", "markdown"]

# A search vector fails above 1 MB; long before that, a text is a book.
MAX_CHARACTERS = 100_000
# One reading settles almost every text; a text that will not settle is reduced to its words.
MAX_READINGS = 4

# A long article has some thousand elements; a text made of tags alone takes seconds to read.
MAX_ELEMENTS = 20_000

# Finding the end of a link costs the length of the text for each bracket: seconds for a text made of them.
MAX_BRACKETS = 2_000
# So does finding bare addresses, for each sign that may be in one, and where no blank ends any.
MAX_ADDRESS_SIGNS = 2_000
_ADDRESS_SIGN = re.compile(r"//|@|\.\w")
_WITHOUT_BLANKS = re.compile(r"\S{2048}")

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
# An address elsewhere is none of ours: petra@example.org, @petra@example.org, https://example.org/@petra.
MENTION = re.compile(r"(?<![\w@.])@(\w[\w.-]{0,59}+)(?!@)")
_NAMES_BEFORE = re.compile(r"(?<!\S)[(\[“«]*(?:@[\w.-]+/)+\Z")
_MEDIA = re.compile(rf"/media/({ATTACHMENT_ID})/")
# Where a column stands, as Markdown has it read and as we say it.
_PLACES = {"center": "center", "right": "end"}
_HEADING = re.compile(r"<(h[23])(?: id=\"[^\"]*\")?>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True)
class References:
    """What a source may refer to, to be looked up before it is rendered."""

    handle_keys: frozenset[str]
    attachment_ids: frozenset[str]


@dataclass(frozen=True)
class Rendered:
    """A body for readers and what it refers to. `html` is safe to show as it is.

    `mentions` are those it speaks to, `quoted` those that stand only in what it repeats of others.
    """

    html: str
    text: str
    mentions: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    attachment_ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return is_blank(self.html)


@dataclass(frozen=True)
class Heading:
    level: int
    title: str
    anchor: str


def handle_key(handle: str) -> str:
    """A handle as it is compared: `Élodie` and `elodie` are one person."""
    return fold(handle)


def mentions_in(text: str) -> Iterator[re.Match[str]]:
    """What may name somebody. A slash parts names from each other, @a/@b, or belongs to an address."""
    for match in MENTION.finditer(text):
        start = match.start()
        if start == 0 or text[start - 1] != "/" or _NAMES_BEFORE.search(text, max(0, start - 200), start):
            yield match


def references(source: str) -> References:
    """The handles and attachments that a source names, whether they exist or not."""
    found = (part for match in MENTION.finditer(source) for part in readings_of(match[1]))
    return References(frozenset(map(handle_key, found)), frozenset(_MEDIA.findall(source)))


def render(
    source: str,
    *,
    fmt: Format,
    mentions: Mapping[str, str],
    media_prefixes: Sequence[str] = ("/media/",),
    own_hosts: Collection[str] = (),
    pictures: Mapping[str, Picture] | None = None,
    files: Mapping[str, StoredFile] | None = None,
    formulas: bool = False,
) -> Rendered:
    """The body of a post from what was written.

    `mentions` maps the handle keys that exist to addresses of member pages, `pictures` the attachments that
    the author may show to their measures (None: every picture under `media_prefixes`, unmeasured), `files` those that
    they may lead to. `formulas`: whether what stands between dollar signs is kept for `typeset` as it was typed.
    Raises TextTooLong.
    """
    if len(source) > MAX_CHARACTERS:
        raise TextTooLong(_too_long(len(source)))
    source = _CONTROLS.sub("", source).encode("utf-8", "replace").decode()
    policy = Policy(media_prefixes, own_hosts, pictures, mentions, files)
    html = to_html(source, fmt, formulas=formulas)
    if html.count("<") > MAX_ELEMENTS:
        raise TextTooLong(_("This text has too many parts. Split it in two."))
    try:
        html = _read_until_steady(html, policy)
    except TooManyTags:
        raise TextTooLong(_("This text has too many parts. Split it in two.")) from None
    described = _described(html, policy)
    return replace(described, html=coloured(html))


def _read_until_steady(html: str, policy: Policy) -> str:
    for _reading in range(MAX_READINGS):
        before, html = html, _read_once(html, policy)
        if html == before:
            break
    else:
        if _read_once(html, policy) != html:
            words = plain_text(strip_all_else(html), covers=True)
            html = write([Element("p", {}, [line]) for line in words.split("\n") if line])
    return html


def to_html(source: str, fmt: Format, *, formulas: bool = False) -> str:
    """The HTML of a source before any cleaning; never to be shown."""
    if fmt == "html":
        return source
    without: list[str] = []
    if source.count("[") > MAX_BRACKETS:
        without += ["link", "image"]
    if _WITHOUT_BLANKS.search(source) or len(_ADDRESS_SIGN.findall(source)) > MAX_ADDRESS_SIGNS:
        without.append("linkify")
    rendered: str = _markdown(tuple(without), formulas).render(source)
    return rendered


@lru_cache
def _markdown(without: tuple[str, ...], formulas: bool) -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True})
    parser.inline.ruler.before("escape", "mention", _keep_name)
    if formulas:
        parser.inline.ruler.before("escape", "formula", _keep_formula)
    parser.add_render_rule("image", _with_caption)
    for cell in ("th_open", "td_open"):
        parser.add_render_rule(cell, _with_place)
    add_spoilers(parser)
    return parser.disable(list(without)) if without else parser


def _with_caption(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: dict[str, Any]
) -> str:
    """`![what it shows](address "what stands under it")`."""
    said = tokens[at].attrs.pop("title", "")
    tokens[at].attrs |= {CAPTION: said} if said else {}
    described_by = tokens[at].children
    return with_cover(renderer.image(tokens, at, options, env), described_by)


def _with_place(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: dict[str, Any]
) -> str:
    """`:-:` and `-:` under the name of a column: by a class, since no text has styles of its own."""
    said = str(tokens[at].attrs.pop("style", "")).removeprefix("text-align:")
    tokens[at].attrs |= {"class": f"to-{_PLACES[said]}"} if said in _PLACES else {}
    return renderer.renderToken(tokens, at, options, env)


def _keep_name(state: StateInline, silent: bool) -> bool:
    """A name is read whole: `@__ines__` and `@a_b_` hold underscores, and mark nothing."""
    match = MENTION.match(state.src, state.pos, state.posMax)
    if match is None or "_" not in match[0]:
        return False
    if not silent:
        state.pending += match[0]
    state.pos = match.end()
    return True


def _keep_formula(state: StateInline, silent: bool) -> bool:
    r"""A formula is read whole: emphasis and escapes belong to it; `\$` waits for `with_dollars`."""
    if state.src.startswith("\\$", state.pos):
        if not silent:
            state.pending += "\\$"
        state.pos += 2
        return True
    if state.src[state.pos] != "$" or (match := formula_at(state.src, state.pos, state.posMax)) is None:
        return False
    if not silent:
        state.pending += match[0].replace("\n", " ")
    state.pos = match.end()
    return True


def is_blank(html: str) -> bool:
    """Whether a rendered body says and shows nothing."""
    return "<img" not in html and not plain_text(html).strip("\u200b\ufeff\u00a0 \n")


def quote_html(author_name: str, permalink: str, html_fragment: str, *, post_id: object = "") -> str:
    """A block quotation of a post for the start of a reply: who wrote, where, and the words themselves.

    Pictures and what the quoted post itself quotes are left out. The result still passes through `render`.
    """
    inner = [node for node in parse(strip_foreign(html_fragment)).children if not _is_quotation(node)]
    for node in inner:
        if isinstance(node, Element):
            for element in node.walk():
                element.children = [child for child in element.children if not _is_picture(child)]
    by = _("%(name)s wrote") % {"name": escape(author_name)}
    mark = f' data-post="{escape(str(post_id))}"' if post_id else ""
    link = escape(permalink)
    body = strip_all_else(serialise(inner))
    by_line = f'<p class="by"><a href="{link}">{by}</a></p>'
    return f'<blockquote class="cite" cite="{link}"{mark}>{by_line}{body}</blockquote>'


def with_anchors(html: str) -> tuple[str, list[Heading]]:
    """A rendered article with an address on each h2 and h3, and its table of contents."""
    contents: list[Heading] = []
    taken: set[str] = set()
    # Where to go on counting, per title: a text of equal headings is not counted from two each time.
    numbers: dict[str, int] = {}

    def mark(match: re.Match[str]) -> str:
        title = " ".join(plain_text(match[2], covers=True).split())
        # The prefix keeps a title such as "Main" from taking the name of a part of the page.
        anchor = base = f"s-{slug_of(title, 60) or len(contents) + 1}"
        number = numbers.get(base, 2)
        while anchor in taken:
            anchor, number = f"{base}-{number}", number + 1
        numbers[base] = number
        taken.add(anchor)
        contents.append(Heading(int(match[1][1]), title, anchor))
        return f'<{match[1]} id="{anchor}">{match[2]}</{match[1]}>'

    return _HEADING.sub(mark, html), contents


def _read_once(html: str, policy: Policy) -> str:
    nodes = Rewriter(policy).rewrite(html)
    return write(_link_mentions(nodes, policy.mentions) if policy.mentions else nodes)


def _link_mentions(nodes: list[Node], mentions: Mapping[str, str]) -> list[Node]:
    linked: list[Node] = []
    for node in merge_text(nodes):
        if isinstance(node, str):
            linked.extend(_split_mentions(node, mentions))
        else:
            if node.tag not in {"a", "code", "pre"}:
                node.children = _link_mentions(node.children, mentions)
            linked.append(node)
    return linked


def _split_mentions(text: str, mentions: Mapping[str, str]) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    for match in mentions_in(text):
        if match.start() < at:
            continue
        for handle in readings_of(match[1]):
            if address := mentions.get(handle_key(handle)):
                link = Element("a", {"href": address, "class": "mention"}, [f"@{handle}"])
                nodes += [text[at : match.start()], link]
                at = match.start() + 1 + len(handle)
                break
    return merge_text([*nodes, text[at:]])


def readings_of(word: str) -> list[str]:
    """Which handles `@word` may mean: a full stop or hyphen at its end usually belongs to the sentence."""
    readings = [word]
    while word and word[-1] in ".-_":
        word = word[:-1]
        readings.append(word)
    return [reading for reading in readings if reading]


def _described(html: str, policy: Policy) -> Rendered:
    root = parse(html)
    spoken_to, named = list(_spoken_to(root.children)), dict.fromkeys(_names(root))
    quoted = [key for key in named if key not in spoken_to]
    attachments: dict[str, None] = {}
    links: dict[str, None] = {}
    for element in root.walk():
        if element.tag == "a" and "mention" not in element.classes:
            href = element.attrs.get("href", "")
            if number := file_at(href, policy.media_prefixes):
                attachments[number] = None
            else:
                links[href] = None
        elif element.tag == "img":
            attachments[attachment_of(element.attrs.get("src", ""), policy.media_prefixes)] = None
    mentions = list(dict.fromkeys(spoken_to))
    return Rendered(html, plain_text(html), mentions, quoted, list(attachments), list(links))


def _names(element: Element) -> list[str]:
    """Whom an element names, by handle key."""
    links = (one for one in element.walk() if one.tag == "a" and "mention" in one.classes)
    return [handle_key(link.text().removeprefix("@")) for link in links]


def _spoken_to(nodes: list[Node]) -> Iterator[str]:
    """Whom a text itself names: not those in what it quotes, but those whom it quotes."""
    for node in nodes:
        if not isinstance(node, Element):
            continue
        if node.tag == "blockquote":
            yield from _quoted_author(node)
            continue
        if node.tag == "a" and "mention" in node.classes:
            yield from _names(node)
        yield from _spoken_to(node.children)


def _quoted_author(quotation: Element) -> list[str]:
    """The one named on a quotation’s first line, alone: so a quotation in Markdown begins."""
    first = next((node for node in quotation.children if isinstance(node, Element)), None)
    if first is None or first.tag != "p":
        return []
    inside = first.children
    breaks = (place for place, node in enumerate(inside) if isinstance(node, Element) and node.tag == "br")
    line = Element("", {}, inside[: next(breaks, len(inside))])
    names = _names(line)
    alone = len(names) == 1 and handle_key(line.text().strip().removeprefix("@").rstrip(" :")) == names[0]
    return names if alone else []


def _is_quotation(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "blockquote"


def _is_picture(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in {"img", "figure"}


def _too_long(count: int) -> str:
    return ngettext(
        "This text has %(count)s character; %(limit)s are allowed. Shorten it or split it in two.",
        "This text has %(count)s characters; %(limit)s are allowed. Shorten it or split it in two.",
        count,
    ) % {
        "count": number_format(count, force_grouping=True),
        "limit": number_format(MAX_CHARACTERS, force_grouping=True),
    }
