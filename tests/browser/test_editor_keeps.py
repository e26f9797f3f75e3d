"""What is stored, opened in the editor and stored again is what it was: nothing of a text is lost to a change of it."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from communities.content.addresses import MEDIA, to_shown
from communities.content.services.uploading import upload_file
from communities.content.text.rendering import render
from tests.browser.test_editor import address, last_post, pages, send, writer
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["address", "pages", "writer"]

# Opens each text in an editor of its own, as a page would, and says what that writes back.
OPEN_EACH = """async (texts) => {
  const address = new URL(document.querySelector("[data-settings]").dataset.settings, location);
  const config = await (await fetch(address)).json();
  const names = Object.keys(config.modules);
  const loaded = await Promise.all(names.map((name) => import(config.modules[name])));
  const parts = Object.fromEntries(names.map((name, at) => [name, loaded[at]]));
  const written = [];
  for (const text of texts) {
    const form = document.createElement("form");
    form.innerHTML = '<div class="editor"><textarea name="body"></textarea><div class="editor-foot"></div></div>' +
      '<input name="body_format" value="html">';
    document.body.append(form);
    const area = form.elements.body;
    area.value = area.defaultValue = text;
    const box = { area, form, element: form.firstChild, config: { ...config, headings: "" }, busy: 0, say: () => {} };
    const rich = await parts.rich.startRich(box, parts);
    written.push(area.value);
    rich.editor.destroy();
    form.remove();
  }
  return written;
}"""

WORDS = "rope knot mooring bowline l’été 40 N & <b> “so” المرساة".split()
# Three hundred documents, of which every run looks at the first: they take minutes on two slow cores. Among thirty,
# none was made of nothing but pictures.
DOCUMENTS = [range(75), pytest.param(range(75, 300), marks=pytest.mark.everywhere)]


def words(chance: random.Random) -> str:
    chosen = (chance.choice(WORDS) for _n in range(chance.randint(1, 4)))
    return " ".join(chosen).replace("&", "&amp;").replace("<", "&lt;")


def phrases(chance: random.Random) -> str:
    parts = []
    for _n in range(chance.randint(1, 3)):
        tag = chance.choice(
            ["", "", "strong", "em", "s", "u", "code", "sup", "sub", "kbd", "mark", "q", "a", "spoiler"]
        )
        if tag == "spoiler":
            inner = chance.choice(["em", "code", "a"])
            start = '<a href="https://example.org/x">' if inner == "a" else f"<{inner}>"
            parts.append(f'<mark class="spoiler">{start}{words(chance)}</{inner}> {words(chance)}</mark>')
            continue
        start = '<a href="https://example.org/x">' if tag == "a" else f"<{tag}>"
        parts.append(f"{start}{words(chance)}</{tag}>" if tag else words(chance))
    return chance.choice([" ", " ", "<br>"]).join(parts)


def paragraph(chance: random.Random) -> str:
    return chance.choice(["<p>", "<p>", '<p dir="rtl">']) + phrases(chance) + "</p>"


def items(chance: random.Random, depth: int) -> str:
    tag = chance.choice(["ul", "ol", 'ol start="4"'])
    inside = ""
    for _n in range(chance.randint(1, 3)):
        nested = items(chance, depth + 1) if depth < 2 and chance.random() < 0.3 else ""
        box = chance.choice(["", "", '<input type="checkbox">', '<input type="checkbox" checked>'])
        inside += f"<li><p>{box}{phrases(chance)}</p>{nested}</li>"
    return f"<{tag}>{inside}</{tag[:2]}>"


def table(chance: random.Random) -> str:
    columns = chance.randint(2, 3)
    places = [chance.choice(["", ' class="to-end"', ' class="to-center"']) for _n in range(columns)]
    head = "".join(f'<th{place} scope="col">{words(chance)}</th>' for place in places)
    rows = "".join(
        "<tr>" + "".join(f"<td{place}>{phrases(chance)}</td>" for place in places) + "</tr>"
        for _m in range(chance.randint(1, 3))
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def block(chance: random.Random, src: str, depth: int = 0) -> str:
    def inner() -> str:
        return "".join(block(chance, src, depth + 1) for _n in range(chance.randint(1, 2)))

    def figure() -> str:
        caption = chance.choice(["", f"<figcaption>{phrases(chance)}</figcaption>"])
        return f'<figure><img src="{src}" alt="A deck">{caption}</figure>'

    simple = {
        "p": lambda: paragraph(chance),
        "h": lambda: f"<h{(n := chance.randint(2, 4))}>{words(chance)}</h{n}>",
        "list": lambda: items(chance, 0),
        "code": lambda: f'<pre><code class="language-python">if x:\n    {words(chance)}</code></pre>',
        "pre": lambda: f"<pre><code>{words(chance)}\n\n{words(chance)}</code></pre>",
        "table": lambda: table(chance),
        "hr": lambda: "<hr>",
        "dl": lambda: f"<dl><dt>{words(chance)}</dt><dd><p>{phrases(chance)}</p></dd></dl>",
        "figure": figure,
        "gallery": lambda: f'<figure class="gallery">{figure()}{figure()}</figure>',
        "img": lambda: f'<p>{words(chance)} <img src="{src}" alt="A deck"></p>',
    }
    around = {
        "quote": lambda: f'<blockquote class="cite" cite="/p/1/" data-post="1">{inner()}</blockquote>',
        "fold": lambda: f"<details><summary>{phrases(chance)}</summary>{inner()}</details>",
    }
    kinds = simple if depth else simple | around
    return kinds[chance.choice(sorted(kinds))]()


def stored(source: str) -> str:
    return render(source, fmt="html", mentions={}, media_prefixes=(MEDIA,)).html


def made_of(html: str) -> Counter[str]:
    """What a text is made of: its elements and their attributes, its words. Whether a lone line in an item or a cell
    stands in a paragraph makes no difference to anybody."""
    found = Counter(re.findall(r"<(?!/|p>|br>)[^>]+>", html))
    text = re.sub(r"<[^>]+>", " ", html)
    return found + Counter(text.split())


@pytest.fixture
def src(cast: Cast) -> str:
    with cast.scope():
        return f"{MEDIA}{upload_file(picture(), by=cast.member).pk}/full"


@pytest.mark.parametrize("frames", [1, 2])
def test_pictures_alone_are_a_text(writer: Page, cast: Cast, src: str, frames: int) -> None:
    picture_alone = f'<figure><img src="{src}" alt="A deck"></figure>' * frames
    source = picture_alone if frames == 1 else f'<figure class="gallery">{picture_alone}</figure>'
    prefix = cast.url("/")
    before = stored(source)
    (after,) = writer.evaluate(OPEN_EACH, [to_shown(before, prefix)])
    assert made_of(stored(after.replace(f'"{prefix}', '"/~/'))) == made_of(before)


@pytest.mark.parametrize("seeds", DOCUMENTS, ids=str)
def test_what_is_stored_goes_round_unchanged(
    writer: Page, cast: Cast, src: str, complaints: list[str], seeds: range
) -> None:
    documents = []
    for seed in seeds:
        chance = random.Random(seed)
        documents.append(stored("".join(block(chance, src) for _n in range(chance.randint(1, 5)))))
    prefix = cast.url("/")
    first = writer.evaluate(OPEN_EACH, [to_shown(one, prefix) for one in documents])
    once = [stored(one.replace(f'"{prefix}', '"/~/')) for one in first]
    for before, after in zip(documents, once, strict=True):
        assert made_of(after) == made_of(before), f"\n{before}\n{after}"
    second = writer.evaluate(OPEN_EACH, [to_shown(one, prefix) for one in once])
    twice = [stored(one.replace(f'"{prefix}', '"/~/')) for one in second]
    assert twice == once
    assert complaints == []


def test_a_table_is_made_and_changed_by_keyboard(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.get_by_role("button", name="Table", exact=True).click()
    bar = writer.get_by_role("toolbar", name="Table")
    expect(bar).to_be_visible()
    for word in ("Knot", "Use", "Strength"):
        writer.keyboard.insert_text(word)
        writer.keyboard.press("Tab")
    writer.keyboard.insert_text("Bowline")
    writer.keyboard.press("Alt+F10")
    expect(writer.get_by_role("button", name="Row above")).to_be_focused()
    writer.keyboard.press("End")
    expect(writer.get_by_role("button", name="Delete table")).to_be_focused()
    writer.keyboard.press("Escape")
    expect(writer.locator(".editor-paper")).to_be_focused()
    writer.get_by_role("button", name="Column after").click()
    expect(writer.locator(".editor-paper tr").first.locator("th")).to_have_count(4)
    writer.get_by_role("button", name="Delete row").click()
    expect(writer.locator(".editor-paper tr")).to_have_count(2)
    expect(writer.get_by_role("button", name="First row names")).to_have_attribute("aria-pressed", "true")
    send(writer)
    html = last_post(cast).body_html
    assert html.count("</th>") == 4
    assert html.index("Knot") < html.index("Use")
    assert "Bowline" not in html
    assert complaints == []


def test_something_is_folded_away(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.insert_text("Before")
    writer.get_by_role("button", name="Fold away").click()
    writer.keyboard.insert_text("How it ends")
    writer.keyboard.press("Enter")
    writer.keyboard.insert_text("They sink.")
    for _turn in range(2):
        writer.keyboard.press("Enter")
    writer.keyboard.insert_text("After")
    send(writer)
    fold = "<details><summary>How it ends</summary><p>They sink.</p></details>"
    assert last_post(cast).body_html == f"<p>Before</p>{fold}<p>After</p>"
    expect(writer.locator("article details")).not_to_have_attribute("open", "")
    assert complaints == []


def test_a_slash_offers_what_can_be_put_in(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.keyboard.insert_text("1/2 is no wish")
    expect(writer.get_by_role("listbox")).to_have_count(0)
    writer.keyboard.press("Enter")
    writer.keyboard.type("/")
    expect(writer.get_by_role("option", name="Table")).to_be_visible()
    said = writer.locator("[data-editor-status]").inner_text()
    assert said.startswith("Choices: ")
    writer.keyboard.press("Backspace")
    expect(writer.get_by_role("listbox")).to_have_count(0)
    writer.keyboard.type("/")
    expect(writer.get_by_role("option", name="Table")).to_be_visible()
    writer.keyboard.press("Escape")
    expect(writer.get_by_role("listbox")).to_have_count(0)
    writer.keyboard.type("numb")
    option = writer.get_by_role("option", name="Numbered list")
    expect(option).to_have_attribute("aria-selected", "true")
    active = writer.locator(".editor-paper").get_attribute("aria-activedescendant")
    assert active == option.get_attribute("id")
    writer.keyboard.press("Enter")
    writer.keyboard.insert_text("First")
    send(writer)
    assert last_post(cast).body_html == "<p>1/2 is no wish</p><ol><li><p>First</p></li></ol>"
    assert complaints == []


def test_a_listing_has_a_language(writer: Page, cast: Cast, complaints: list[str]) -> None:
    writer.get_by_role("button", name="Code", exact=True).click()
    writer.keyboard.insert_text("print(1)")
    writer.get_by_label("Language of the code").select_option("python")
    send(writer)
    print_, one = '<span class="t-n">print</span>', '<span class="t-m">1</span>'
    assert last_post(cast).body_html == f'<pre><code class="language-python">{print_}({one})</code></pre>'
    assert complaints == []
