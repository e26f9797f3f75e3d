import gettext
from pathlib import Path

import pytest

from config import translations

CATALOG = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

# A note
#: templates/a.html:1
msgid "Reply"
msgstr "Répondre"

msgctxt "month"
msgid "May"
msgstr "mai"

#, fuzzy
msgid "Draft"
msgstr "Faux"

msgid "%(n)s reply"
msgid_plural "%(n)s replies"
msgstr[0] "%(n)s réponse"
msgstr[1] "%(n)s réponses"

msgid ""
"Two\n"
"lines"
msgstr "Deux\nlignes"

#~ msgid "Gone"
#~ msgstr "Parti"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "config").mkdir()
    return tmp_path


def test_a_compiled_catalog_speaks(project: Path) -> None:
    assert translations.compile_catalogs([project / "locale"]) == 1
    french = gettext.translation("django", project / "locale", ["fr"])
    assert french.gettext("Reply") == "Répondre"
    assert french.pgettext("month", "May") == "mai"
    assert french.ngettext("%(n)s reply", "%(n)s replies", 0) == "%(n)s réponse"
    assert french.ngettext("%(n)s reply", "%(n)s replies", 2) == "%(n)s réponses"
    assert french.gettext("Two\nlines") == "Deux\nlignes"
    assert french.gettext("Draft") == "Draft"
    assert french.gettext("Gone") == "Gone"


def test_a_catalog_is_compiled_once(project: Path) -> None:
    assert translations.compile_catalogs([project / "locale"]) == 1
    assert translations.compile_catalogs([project / "locale"]) == 0


def test_what_is_said_and_not_translated_is_listed(project: Path) -> None:
    (project / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "Reply" %}{% translate "May" context "month" %}{{ _("Draft") }}'
        "{% blocktranslate count n=3 %}{{ n }} reply{% plural %}{{ n }} replies{% endblocktranslate %}"
    )
    (project / "config" / "a.py").write_text('label = _("New " "word")\nother = gettext(label)\n')
    assert translations.untranslated("fr", project) == [
        "config/a.py: 'New word'",
        "templates/a.html: 'Draft'",
    ]


def test_a_translation_that_loses_a_value_is_listed(project: Path) -> None:
    path = project / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    path.write_text(CATALOG + '\nmsgid "Hello %(name)s"\nmsgstr "Bonjour"\n', encoding="utf-8")
    (project / "config" / "a.py").write_text('_("Hello %(name)s")\n')
    assert translations.untranslated("fr", project) == ["config/a.py: 'Hello %(name)s' (values differ)"]


def test_an_unreadable_catalog_names_itself(project: Path) -> None:
    path = project / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    path.write_text("msgid Reply\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"django\.po: cannot read 'msgid Reply'"):
        translations.compile_catalog(path)


def test_a_plural_is_missed_though_its_sentence_is_said_alone_first(project: Path) -> None:
    path = project / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    path.write_text(CATALOG + '\nmsgid "%(n)s at most."\nmsgstr "%(n)s au plus."\n', encoding="utf-8")
    (project / "config" / "a.py").write_text('_("%(n)s at most.")\n')
    (project / "config" / "b.py").write_text('ngettext("%(n)s at most.", "%(n)s at most.", 2)\n')
    assert translations.untranslated("fr", project) == ["config/b.py: '%(n)s at most.' (no plural)"]
