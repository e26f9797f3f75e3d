"""Small exports for the tests, written here."""

import gzip
from pathlib import Path

WXR_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Atelier Blume</title><link>http://blume.example</link><language>fr</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>http://blume.example</wp:base_blog_url>
"""
WXR_FOOT = "</channel></rss>\n"


def wxr(*parts: str) -> str:
    return WXR_HEAD + "\n".join(parts) + WXR_FOOT


def wxr_author(login: str = "zoe", name: str = "Zoé Martin", email: str = "Zoe@Example.org") -> str:
    return (
        f"<wp:author><wp:author_login>{login}</wp:author_login><wp:author_email>{email}</wp:author_email>"
        f"<wp:author_display_name><![CDATA[{name}]]></wp:author_display_name></wp:author>"
    )


def wxr_item(key: int, *inner: str, title: str = "", content: str = "Hello", **fields: str) -> str:
    values = {
        "post_type": "post",
        "status": "publish",
        "post_name": f"article-{key}",
        "post_date_gmt": f"2012-05-{key % 27 + 1:02d} 10:00:00",
    } | fields
    slug = values["post_name"]
    return (
        f"<item><title><![CDATA[{title or f'Article {key}'}]]></title>"
        f"<link>http://blume.example/2012/05/{slug}/</link><dc:creator>zoe</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_id>{key}</wp:post_id>"
        + "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in values.items())
        + "".join(inner)
        + "</item>"
    )


def wxr_comment(key: int, text: str = "Merci", **fields: str) -> str:
    values = {
        "comment_author": "Anouk",
        "comment_author_email": "Anouk@Example.org",
        "comment_date_gmt": f"2012-06-{key % 27 + 1:02d} 08:00:00",
        "comment_approved": "1",
        "comment_type": "",
        "comment_parent": "0",
        "comment_user_id": "0",
    } | fields
    return (
        f"<wp:comment><wp:comment_id>{key}</wp:comment_id>"
        f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
        + "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in values.items())
        + "</wp:comment>"
    )


def write(folder: Path, text: str, name: str = "export.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def se_file(folder: Path, name: str, *rows: str, packed: bool = False) -> Path:
    """A dump file as the real ones are: a byte order mark, a DOCTYPE, one row a line."""
    root = name.lower()
    text = (
        f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE {root} SYSTEM \'{root}.dtd\'>\n<{root}>\n'
        + "".join(f"  <row {row} />\n" for row in rows)
        + f"</{root}>\n"
    )
    path = folder / (f"{name}.xml.gz" if packed else f"{name}.xml")
    data = text.encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path
