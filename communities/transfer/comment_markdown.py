"""The little Markdown that Stack Exchange comments allow (bold, italics, code, links) as HTML."""

import re
from html import escape

CODE = re.compile(r"(`+)(.+?)\1")
LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)(?:\s+\"[^\"]*\")?\)")
ADDRESS = re.compile(r"(?<![\"\w/>])https?://[^\s<>\"\x02]*[^\s<>\"\x02.,;:!?')\]]")
BOLD = re.compile(r"(?<![\w*])\*\*(?=\S)(.+?)(?<=\S)\*\*(?![\w*])")
ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\w*])")
# Comments have 600 characters there; what is far longer is no comment, and its marks are not worth the time.
LONGEST_COMMENT = 10_000
UNDERLINED = re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)")


def comment_html(text: str) -> str:
    """One paragraph of HTML; everything that is not one of the marks is text."""
    if len(text) > LONGEST_COMMENT:
        return f"<p>{escape(text, quote=False)}</p>"
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\x02{len(kept) - 1}\x03"

    def emphasised(words: str) -> str:
        words = BOLD.sub(r"<strong>\1</strong>", words)
        return UNDERLINED.sub(r"<em>\1</em>", ITALIC.sub(r"<em>\1</em>", words))

    text = re.sub("[\x02\x03]", "", text).strip()
    text = CODE.sub(lambda match: keep(f"<code>{escape(match.group(2).strip(), quote=False)}</code>"), text)
    text = LINK.sub(
        lambda match: keep(_anchor(match.group(2), emphasised(escape(match.group(1), quote=False)))), text
    )
    text = ADDRESS.sub(lambda match: keep(_anchor(match.group(0), escape(match.group(0), quote=False))), text)
    html = emphasised(escape(text, quote=False))
    while "\x02" in html:  # a link’s words may hold code
        html = re.sub("\x02(\\d+)\x03", lambda match: kept[int(match.group(1))], html)
    return "<p>" + html.replace("\n", "<br>\n") + "</p>"


def _anchor(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{words}</a>'
