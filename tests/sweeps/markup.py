"""Whether a page is valid HTML, as far as a parser and a few rules can tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import resolve

from tests.sweeps.parsing import Parser

# What holds words and what stands in a line, and nothing that breaks it; a heading may name what it opens.
LINES = frozenset("b button em h1 h2 h3 h4 h5 h6 i label legend p small span strong summary".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
BLOCKS = HEADINGS | frozenset(
    """address article aside blockquote details dialog div dl fieldset figure footer form header hr main menu nav ol p
    pre search section table ul""".split()
)
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list", "form")


def faults(document: str) -> list[str]:
    """What is wrong with a whole page; empty for a good one."""
    return faults_of(*parsed(document))


def parsed(document: str) -> tuple[Any, list[str]]:
    """The tree of a page, and what its parser complained about; it takes longer than drawing the page."""
    parser = Parser()
    tree = parser.parse(document)
    complaints = [
        f"line {position[0]}: {code} {values or ''}".strip() for position, code, values in parser.errors
    ]
    return tree, complaints


def faults_of(tree: Any, complaints: list[str], path: str = "") -> list[str]:
    """`path`: where the page stands, and where its forms without an address are sent."""
    elements = list(tree.iter())
    told = (
        _structure(tree, elements),
        _blocks_in_lines(elements),
        _identities(elements),
        _forms(elements, path),
        _alternatives(elements),
    )
    return [*complaints, *(fault for faults in told for fault in faults)]


def _structure(tree: Any, elements: list[Any]) -> Iterator[str]:
    if not tree.get("lang"):
        yield "<html> has no lang"
    titles = [one for one in elements if one.tag == "title" and not _inside_svg(one)]
    if not titles or not "".join(titles[0].itertext()).strip(" –"):
        yield "no title"
    headings = sum(1 for one in elements if one.tag == "h1")
    if headings != 1:
        yield f"{headings} h1"
    mains = sum(1 for one in elements if one.tag == "main")
    if mains != 1:
        yield f"{mains} main"
    if sum(1 for one in elements if one.get("autofocus") is not None) > 1:
        yield "several elements ask for the focus"


def _inside_svg(element: Any) -> bool:
    return isinstance(element.tag, str) and "svg" in element.tag


def _blocks_in_lines(elements: list[Any]) -> Iterator[str]:
    for one in elements:
        if one.tag in LINES:
            wrong = BLOCKS - HEADINGS if one.tag in ("legend", "summary") else BLOCKS
            yield from (
                f"{inner.tag} in {one.tag} {one.get('class')!r}"
                for inner in one.iter()
                if inner is not one and inner.tag in wrong
            )


def _identities(elements: list[Any]) -> Iterator[str]:
    ids = Counter(one.get("id") for one in elements if one.get("id") is not None)
    yield from (f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1)
    for one in elements:
        if one.tag == "label" and one.get("for") is not None and one.get("for") not in ids:
            yield f"label for {one.get('for')!r}, which is not here"
        for name in REFERENCES:
            for target in (one.get(name) or "").split():
                if target not in ids:
                    yield f"{one.tag} {name}={target!r}, which is not here"
        link = one.get("href") or "" if one.tag == "a" else ""
        if link.startswith("#") and link != "#" and link[1:] not in ids:
            yield f"link to {link}, which is not here"


def _forms(elements: list[Any], path: str) -> Iterator[str]:
    for one in elements:
        if one.tag == "form" and (one.get("method") or "").lower() == "post" and not _has_token(one, path):
            yield f"form to {one.get('action')!r} without the token: a browser cannot send it"


def _has_token(form: Any, path: str) -> bool:
    """Or needs none: what asks where a form comes from instead."""
    if any(one.get("name") == "csrfmiddlewaretoken" for one in form.iter()):
        return True
    path = re.sub(r"^/c/[^/]+", "", (form.get("action") or path).partition("?")[0])
    return bool(path) and getattr(resolve(path).func, "csrf_exempt", False)


def _alternatives(elements: list[Any]) -> Iterator[str]:
    labelled = {one.get("for") for one in elements if one.tag == "label"}
    wrapped = {id(inner) for one in elements if one.tag == "label" for inner in one.iter()}
    for one in elements:
        if one.tag == "img" and one.get("alt") is None:
            yield f"img {one.get('src')!r} has no alt"
        if one.tag in ("a", "button", "summary") and not _name_of(one):
            yield f"{one.tag} {one.get('href') or one.get('class')!r} says nothing"
        if one.tag in ("select", "textarea", "input") and one.get("type") not in (
            "hidden",
            "submit",
            "button",
        ):
            if one.get("required") is not None and one.get("type") in ("range", "color"):
                yield f"{one.tag} {one.get('name')!r} is required, which its type does not know"
            named = one.get("aria-label") or one.get("aria-labelledby")
            if not named and one.get("id") not in labelled and id(one) not in wrapped:
                yield f"{one.tag} {one.get('name')!r} has no label"


def _name_of(element: Any) -> str:
    own = element.get("aria-label") or element.get("aria-labelledby") or element.get("title") or ""
    alternatives = "".join(one.get("alt") or one.get("aria-label") or "" for one in element.iter())
    return (own + alternatives + "".join(element.itertext())).strip()
