"""The blog that an export comes from: which addresses were its own, and where they lead now."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

# What WordPress answers with one article or page: the query forms of an address without pretty links.
ID_PARAMETERS = ("p", "page_id", "attachment_id")
DEFAULT_FILE = re.compile(r"/index\.php$")
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic")
# A file that somebody uploaded: with an ending that is none of a page.
UPLOADED = re.compile(r"/(?:uploads|files)/.*\.(?!html?$|php$)\w{2,5}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OldSite:
    """`addresses` maps what old_path gives to the new address of the same thing."""

    address: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    attachments: Mapping[str, str] = field(default_factory=dict)
    # Reusable blocks by number, and the pictures that were uploaded for an article, by its key.
    blocks: Mapping[str, str] = field(default_factory=dict)
    galleries: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def owns(self, address: str) -> bool:
        """Whether the address lay on the old site: relative ones did; www. and the scheme do not matter."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        if parts.scheme not in ("", "http", "https"):
            return False
        return not parts.netloc or _host(parts.netloc) == _host(urlsplit(self.address).netloc)

    def new_address(self, address: str) -> str | None:
        """Where a link to the old site leads now, with its fragment; None for what was not brought along."""
        if not self.owns(address):
            return None
        parts = urlsplit(address)
        target = self.addresses.get(old_path(address))
        if target is None:
            return None
        return f"{target}#{parts.fragment}" if parts.fragment and "#" not in target else target


def old_path(address: str) -> str:
    """The part of an old address that identifies its target: `/2012/05/slug` or `/?p=123`.

    Without scheme, host, closing slash and any other parameter, so that each way to write it is one key.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    query = parse_qs(parts.query)
    for name in ID_PARAMETERS:
        if name in query:
            return f"/?p={query[name][0]}" if name != "attachment_id" else f"/?attachment_id={query[name][0]}"
    path = DEFAULT_FILE.sub("", unquote(parts.path)).rstrip("/")
    return path or "/"


def path_in(address: str) -> str:
    """Empty for what people wrote as an address and is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def file_name(address: str) -> str:
    return PurePosixPath(unquote(path_in(address))).name


def is_picture(address: str) -> bool:
    return path_in(address).lower().endswith(PICTURES)


def is_file(address: str) -> bool:
    """Whether this is the address of a file that was uploaded, and that is no picture."""
    return bool(UPLOADED.search(path_in(address))) and not is_picture(address)


def _host(netloc: str) -> str:
    return netloc.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")
