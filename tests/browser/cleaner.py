"""The module that cleans a clipboard, alone in a browser: a page of nothing under our content security policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csp.utils import build_policy
from playwright.sync_api import Browser, Page, Request, Route

from communities.content.editor import PASTE_MODULES

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "static" / "js" / "editor" / "paste"
ORIGIN = "http://halyard.example"
MEDIA = "/c/halyard/media/"
KNOWN = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

CLEAN = """async ([html, names, about]) => {
  const modules = await Promise.all(names.map((name) => import(`/paste/${name}.mjs`)));
  const parts = Object.fromEntries(names.map((name, place) => [name, modules[place]]));
  const sizes = [];
  const told = parts.cleaning.cleanPaste(html, parts, {
    origin: about.origin,
    media: about.media,
    known: (path) => path.includes(about.known),
    shown: (blob) => `blob:${sizes.push([blob.type, blob.size])}`,
    stamp: "p",
    words: { picture: "Picture" },
    rtf: about.rtf,
  });
  const pictures = told.pictures.map(({ number, alt, name, address }) => ({ number, alt, name, address }));
  return { ...told, pictures, sizes, left: [...told.left] };
}"""


@dataclass(frozen=True)
class Told:
    """What the module answers; `sizes` are kind and bytes of each picture that came along."""

    html: str
    pictures: list[dict[str, Any]]
    links: list[str]
    remote: list[dict[str, str]]
    missing: list[str]
    embedded: list[str]
    left: list[str]
    sizes: list[list[Any]] = field(default_factory=list)

    @property
    def is_silent(self) -> bool:
        """Whether nobody has to be told of anything."""
        return not (self.links or self.missing or self.embedded or self.left)


class Cleaner:
    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context.route("**/*", self._answer)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda line: self.complaints.append(line.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.goto(f"{ORIGIN}/")

    def __call__(self, html: str, *, rtf: str = "") -> Told:
        about = {"origin": ORIGIN, "media": MEDIA, "known": KNOWN, "rtf": rtf}
        return Told(**self.page.evaluate(CLEAN, [html, list(PASTE_MODULES), about]))

    def close(self) -> None:
        self.context.close()

    def _answer(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(ORIGIN)
        if path == "/":
            policy = {"Content-Security-Policy": build_policy()}
            body = "<!doctype html><title>Nothing</title>"
            return route.fulfill(body=body, headers=policy, content_type="text/html")
        if path.startswith("/paste/"):
            script = (SCRIPTS / path.removeprefix("/paste/")).read_text(encoding="utf-8")
            return route.fulfill(body=script, content_type="text/javascript")
        self.asked.append(request.url)
        return route.abort()
