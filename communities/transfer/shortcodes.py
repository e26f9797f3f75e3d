"""Turns WordPress shortcodes into plain HTML, or takes them out and says so."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape, unescape

from communities.transfer.old_site import file_name, is_file
from communities.transfer.unknown_shortcodes import without_unknown

ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))|"([^"]*)"|(\S+)""")
CODE_NAMES = (
    "code|sourcecode|bash|shell|cpp|csharp|c|css|diff|html|java|javascript|js|latex|php|plain|python|py|ruby"
    "|sql|xml"
)
# No content runs over the next opening of its kind: else a text made of openings takes quadratic time.
CAPTION = re.compile(
    r"\[(?:wp_)?caption\b([^\[\]]*)\]((?:(?!\[(?:wp_)?caption\b).)*?)\[/(?:wp_)?caption\]",
    re.DOTALL | re.IGNORECASE,
)
CODE = re.compile(rf"\[({CODE_NAMES})\b([^\[\]]*)\]((?:(?!\[\1\b).)*?)\[/\1\]", re.DOTALL | re.IGNORECASE)
PLAYER = re.compile(
    r"\[(embed|youtube|vimeo|dailymotion|soundcloud|audio|video|ted|slideshare|tweet|gist)\b"
    r"([^\[\]]*)\](?:([^\[]*)\[/\1\])?",
    re.IGNORECASE,
)
GALLERY = re.compile(r"\[gallery\b([^\[\]]*)\]", re.IGNORECASE)
REMOVED = re.compile(
    r"\[(playlist|contact-form-7|contact-form|contact-field|polldaddy|poll|googlemaps|googleapps|archives|wpvideo"
    r"|ngg_images|nggallery|rev_slider|subscribe2|jetpack_subscription_form)\b[^\[\]]*\](?:(?:(?!\[\1\b).)*?\[/\1\])?",
    re.DOTALL | re.IGNORECASE,
)
KNOWN = (
    f"{CODE_NAMES}|(?:wp_)?caption|gallery|embed|youtube|vimeo|dailymotion|soundcloud|audio|video|ted|slideshare"
    "|tweet|gist|playlist|contact-form|polldaddy|spoiler"
)
SPOILER = re.compile(
    r"\[spoiler\b([^\[\]]*)\]((?:(?!\[spoiler\b).)*?)\[/spoiler\]", re.DOTALL | re.IGNORECASE
)
ESCAPED = re.compile(rf"\[(\[(?:{KNOWN})\b[^\[\]]*\](?:[^\[]*\[/[\w-]+\])?)\]", re.IGNORECASE)
BLOCK = re.compile(
    r"<(?:p|div|[uod]l|blockquote|pre|h[1-6r]|table|figure|details|section|article)\b", re.IGNORECASE
)
ADDRESS = re.compile(r"https?://[^\s\"'<>\]]+")
MEDIA = re.compile(r"^\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)$", re.DOTALL | re.IGNORECASE)


def expand_shortcodes(
    text: str, *, attachments: Mapping[str, str], losses: Counter[str], own: Sequence[str] = ()
) -> str:
    """The text with each shortcode we know turned into HTML; what could not be kept is counted in `losses`.

    `[[name]]`, WordPress’s way to write about a shortcode, comes out as `[name]`; unknown words in square
    brackets are left alone, as WordPress leaves them. `attachments` maps attachment ids to picture addresses; `own` are
    those of the article itself, which a gallery without ids shows.
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group(1))
        return f"\x02{len(kept) - 1}\x03"

    def gallery(match: re.Match[str]) -> str:
        said = attributes_of(match.group(1))
        ids = re.findall(r"\d+", said.get("ids", "") or said.get("include", ""))
        pictures = [attachments[key] for key in ids if key in attachments] if ids else list(own)
        if not pictures:
            losses["gallery"] += 1
        return "".join(
            f'\n\n<figure><img src="{escape(address)}" alt=""></figure>\n\n' for address in pictures
        )

    steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (ESCAPED, keep),
        (CODE, _code),
        (CAPTION, _caption),
        (GALLERY, gallery),
        (PLAYER, lambda match: _player(match, losses)),
        (REMOVED, lambda match: _remove(match, losses)),
        (SPOILER, _spoiler),
    )
    text = text.replace("\x02", "").replace("\x03", "")
    for pattern, replacement in steps:
        text = pattern.sub(replacement, text)
    text = without_unknown(text, losses)
    return re.sub("\x02(\\d+)\x03", lambda match: kept[int(match.group(1))], text)


def attributes_of(text: str) -> dict[str, str]:
    """`width="300" caption='…' flag` as a dictionary; words without a name under the empty one."""
    found: dict[str, str] = {}
    for name, double, single, bare, quoted, word in ATTRIBUTE.findall(unescape(text)):
        if name:
            found[name.lower()] = double or single or bare
        else:
            found[""] = f"{found.get('', '')} {quoted or word}".strip()
    return found


def _code(match: re.Match[str]) -> str:
    # Editors escaped the code or not, depending on their version: unescape first, so that neither doubles.
    code = unescape(match.group(3)).strip("\r\n")
    return f"\n\n<pre><code>{escape(code, quote=False)}</code></pre>\n\n"


def _spoiler(match: re.Match[str]) -> str:
    """What is covered there is covered here; with a title it is a fold."""
    inside = match.group(2).strip()
    if title := attributes_of(match.group(1)).get("title", ""):
        words = escape(title, quote=False)
        return f"\n\n<details><summary>{words}</summary>\n\n{inside}\n\n</details>\n\n"
    if "\n" in inside or BLOCK.search(inside):
        return f'\n\n<div class="spoiler">\n\n{inside}\n\n</div>\n\n'
    return f'<span class="spoiler">{inside}</span>'


def _caption(match: re.Match[str]) -> str:
    caption = attributes_of(match.group(1)).get("caption", "")
    media = MEDIA.match(match.group(2))
    if media is None:
        return match.group(2)
    words = caption or media.group(2).strip()
    return f"\n\n<figure>{media.group(1)}<figcaption>{words}</figcaption></figure>\n\n"


def _player(match: re.Match[str], losses: Counter[str]) -> str:
    named = attributes_of(match.group(2))
    source = ADDRESS.search(" ".join([match.group(3) or "", *named.values()]))
    losses["player"] += 1
    if source is None:
        return ""
    address = unescape(source.group(0))
    return f'\n\n<p><a href="{escape(address)}">{escape(short_label(address))}</a></p>\n\n'


def short_label(address: str) -> str:
    """An address as the words of a link: a file's name, else without scheme and query, 60 characters at most."""
    if is_file(address):
        return file_name(address)
    label = re.sub(r"^https?://(?:www\.)?", "", address).partition("?")[0].rstrip("/")
    return label if len(label) <= 60 else f"{label[:59]}…"


def _remove(match: re.Match[str], losses: Counter[str]) -> str:
    losses["shortcode"] += 1
    return ""
