"""Addresses that do not depend on how the community is reached.

A community answers on its own domain, on a subdomain and under /c/<slug>/, and may move between them. So stored
texts say `/~/members/ines/`, where `/~/` is the community's root, and the code that shows them fills it in.
Feeds, mails and canonical links need the whole address: that of the verified domain, else the platform's.
"""

from __future__ import annotations

import re

from django.urls import get_script_prefix

from communities.queries import absolute_address, community_root, local_path

__all__ = [
    "MEDIA",
    "absolute_address",
    "community_root",
    "local_path",
    "member_address",
    "to_shown",
    "to_stored",
]

ROOT = "/~/"
_INNER = r"(?=media/|members/|p/|forums/|blogs/|tags/)"
# A mention, or any other link to somebody's page. Stored texts are sanitised: no link stands within a link.
_TO_MEMBER = re.compile(rf"""<a\b[^>]*\bhref="{ROOT}members/[^"/]+/?"[^>]*>(.*?)</a>""", re.DOTALL)


def to_stored(source: str) -> str:
    """What the editor sent, with this community's own addresses made independent of the present prefix."""
    prefix = re.escape(get_script_prefix())
    return re.sub(rf"""(["'(]){prefix}{_INNER}""", rf"\1{ROOT}", source)


def to_shown(html: str, root: str = "", *, member_pages: bool = True) -> str:
    """A stored text for a page of the present request, or for `root` (an absolute address, for feeds and mail).

    Where member pages do not exist for the reader (`member_pages`), the people it names are no links.
    """
    base = root or get_script_prefix()
    if ROOT not in html:
        return html
    if not member_pages:
        html = _TO_MEMBER.sub(r"\1", html)
    return (
        html.replace(f'"{ROOT}', f'"{base}').replace(f"({ROOT}", f"({base}").replace(f", {ROOT}", f", {base}")
    )


def member_address(handle: str) -> str:
    return f"{ROOT}members/{handle}/"


MEDIA = f"{ROOT}media/"
