"""What can be said of an article before it is read: whether what readers need is there, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.blogs.models import Article
from communities.blogs.review.models import ArticleReview, Checklist
from communities.content.models import Post, Space
from communities.content.text.markup import parse


@dataclass(frozen=True)
class Check:
    """One line: whether it holds, as far as the text tells, or as its author said."""

    words: str
    holds: bool


def checks_of(article: Article | None, body: Post) -> list[Check]:
    """What the text itself tells. Links are looked for, not followed."""
    about = article or Article()
    tree = list(parse(body.body_html).walk())
    pictures = [one for one in tree if one.tag == "img"]
    links = [one for one in tree if one.tag == "a" and one.attrs.get("href", "").startswith("http")]
    checks = [Check(_("It has a standfirst"), bool(about.excerpt.strip()))]
    if about.cover_id or about.cover_drawing:
        described = not about.cover_id or bool(about.cover_alt.strip())
        checks.append(Check(_("Its cover is described"), described))
    else:
        checks.append(Check(_("It has a cover"), False))
    if pictures:
        described = all(one.attrs.get("alt", "").strip() for one in pictures)
        checks.append(Check(_("All pictures in the text are described"), described))
    checks.append(Check(_("It links to a source"), bool(links)))
    return checks


def lines_of(space: Space) -> list[str]:
    """What this blog asks its authors to confirm."""
    found = Checklist.objects.filter(space=space).values_list("lines", flat=True).first()
    return list(found or ())


def confirmed(lines: list[str], review: ArticleReview | None) -> list[Check]:
    """Each of these lines, and whether the author said that it is so."""
    ticked = set(review.ticked) if review is not None else set()
    return [Check(line, line in ticked) for line in lines]
