"""The form of the file: what both its writer and its reader must know."""

from __future__ import annotations

# Grows when a reader of before could not understand a file any more.
FORMAT = 1
SOFTWARE = "Parvis"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
README = "README.txt"
DATA = "data"
MEDIA = "media"
HTML = "html"
ARTICLES = "articles.wxr"
COMMUNITY = "communities.community"
ACCOUNTS = "accounts"
PIECE = 1024 * 1024


def data_file(table: str) -> str:
    """Where the rows of a table stand: `data/content.post.jsonl`."""
    return f"{DATA}/{table}.jsonl"
