"""What a browser understands of the stylesheets as they are sent is what it understands of them as they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser

from config.static_bundles import joined

pytestmark = pytest.mark.browser

SHEETS = sorted((Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))

# Selectors and conditions are compared letter by letter. In values that wait for a variable a browser keeps white space
# as it was written; around brackets and commas it says nothing.
READ = """(text) => {
  const even = (words) => words.replace(/\\s+/g, " ").replace(/([(,]) | (?=[),])/g, "$1");
  const read = (rules) => [...rules].map((rule) => [
    rule.constructor.name,
    rule.selectorText ?? rule.conditionText ?? rule.keyText ?? rule.name ?? rule.nameList?.join() ?? "",
    even(rule.style?.cssText ?? ""),
    rule.cssRules ? read(rule.cssRules) : even(rule.cssText),
  ]);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return read(sheet.cssRules);
}"""


def count(rules: list[Any]) -> int:
    return sum(1 + (count(rule[3]) if isinstance(rule[3], list) else 0) for rule in rules)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_browser_reads_what_is_sent_as_what_is_written(browser: Browser, sheet: Path) -> None:
    page = browser.new_page()
    try:
        written = page.evaluate(READ, joined(sheet))
        sent = page.evaluate(READ, Path(str(finders.find(f"css/{sheet.name}"))).read_text())
    finally:
        page.close()
    # It reads what is there, at least: there is a rule for most of what stands in braces.
    assert 2 * count(written) > joined(sheet).count("{") > 1
    assert sent == written
