"""Compiles the message catalogs and says what is not translated; needs no gettext tools on the machine.

python -m config.translations           compile locale/*/LC_MESSAGES/*.po
python -m config.translations check     also list what code and templates say that a catalog does not
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
CONTEXT_GLUE = "\x04"
PLURAL_GLUE = "\x00"

# Function → which of its arguments are the context, the sentence and its plural.
MARKERS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
TEMPLATE_MARKER = re.compile(
    r"\b(?P<name>n?p?gettext|_)\((?P<arguments>(?:\s*,?\s*u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))+)",
    re.S,
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")


@dataclass
class Entry:
    """One sentence of a catalog with its translations, one for each plural form."""

    context: str | None = None
    sentence: str = ""
    plural: str | None = None
    translations: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        return self.sentence if self.context is None else f"{self.context}{CONTEXT_GLUE}{self.sentence}"

    @property
    def is_translated(self) -> bool:
        return not self.fuzzy and bool(self.translations) and all(self.translations.values())

    @property
    def keeps_placeholders(self) -> bool:
        """Whether no translation names a value that the sentence does not have, or loses one."""
        known = set(PLACEHOLDER.findall(self.sentence)) | set(PLACEHOLDER.findall(self.plural or ""))
        if self.plural is None:
            return all(set(PLACEHOLDER.findall(text)) == known for text in self.translations.values())
        return all(set(PLACEHOLDER.findall(text)) <= known for text in self.translations.values())


def read_catalog(path: Path) -> list[Entry]:
    """The entries of a .po file with its header, without obsolete ones. Raises ValueError."""
    entries: list[Entry] = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        entry = _read_entry(block, path)
        if entry is not None:
            entries.append(entry)
    return entries


def _read_entry(block: str, path: Path) -> Entry | None:
    parts: dict[str, str] = {}
    keyword, fuzzy = "", False
    for line in block.splitlines():
        text = line.strip()
        if text.startswith("#"):
            fuzzy = fuzzy or (text.startswith("#,") and "fuzzy" in text)
            continue
        match = re.fullmatch(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?(".*")', text)
        if match is None or not (match[1] or keyword):
            if not text:
                continue
            raise ValueError(f"{path}: cannot read {text!r}")
        keyword = match[1] or keyword
        parts[keyword] = parts.get(keyword, "") + str(ast.literal_eval(match[2]))
    if "msgid" not in parts:
        return None
    forms = {
        int(word[7:-1] or 0) if "[" in word else 0: text for word, text in parts.items() if "msgstr" in word
    }
    return Entry(parts.get("msgctxt"), parts["msgid"], parts.get("msgid_plural"), forms, fuzzy)


def compile_catalog(path: Path) -> bool:
    """Write the .mo file beside a .po file unless it is up to date; whether it was written.

    A variant (fr_TU) is written whole: what it does not say is said as its language says it. Left to Django, the
    sentences of libraries would come before those of the language.
    """
    target = path.with_suffix(".mo")
    sources = [*_catalog_of_language(path), path]
    newest = max(source.stat().st_mtime_ns for source in sources)
    if target.exists() and target.stat().st_mtime_ns >= newest:
        return False
    messages: dict[bytes, bytes] = {}
    for entry in (entry for source in sources for entry in read_catalog(source)):
        # The header has no sentence, and is needed whatever its flags.
        if entry.is_translated or not entry.key:
            key = entry.key if entry.plural is None else entry.key + PLURAL_GLUE + entry.plural
            value = PLURAL_GLUE.join(entry.translations[form] for form in sorted(entry.translations))
            messages[key.encode()] = value.encode()
    draft = target.with_suffix(".mo.draft")
    draft.write_bytes(_pack(messages))
    draft.replace(target)
    return True


def _catalog_of_language(path: Path) -> list[Path]:
    """The catalog that a variant completes; nothing for a language itself."""
    folder = path.parents[1]
    base = folder.with_name(folder.name.partition("_")[0]) / path.parent.name / path.name
    return [base] if "_" in folder.name and base.exists() else []


def _pack(messages: dict[bytes, bytes]) -> bytes:
    """GNU gettext's binary form: a head, two tables of (length, offset), the texts, each ended by zero."""
    keys = sorted(messages)
    tables, texts = [b"", b""], b""
    start = 28 + 16 * len(keys)
    for number, column in enumerate((keys, [messages[key] for key in keys])):
        for text in column:
            tables[number] += struct.pack("<2I", len(text), start + len(texts))
            texts += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + tables[0] + tables[1] + texts


def compile_catalogs(folders: Iterable[Path | str]) -> int:
    """Compile every catalog that changed; how many there were."""
    return sum(compile_catalog(path) for folder in folders for path in sorted(Path(folder).glob("*/*/*.po")))


def sentences_of_code(path: Path) -> Iterator[Entry]:
    """The sentences that a Python file marks for translation."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            yield from _marked(name, texts)


def sentences_of_template(path: Path) -> Iterator[Entry]:
    """The sentences that a template marks for translation."""
    for match in TEMPLATE_MARKER.finditer(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        texts = ast.literal_eval(f"[{match['arguments'].strip().lstrip(',')}]")
        yield from _marked(match["name"], texts)


def _marked(name: str, texts: Sequence[object]) -> Iterator[Entry]:
    if name not in MARKERS:
        return
    context, sentence, plural = (
        None if at is None or at >= len(texts) else texts[at] for at in MARKERS[name]
    )
    if isinstance(sentence, str) and sentence:
        yield Entry(
            context if isinstance(context, str) else None,
            sentence,
            plural if isinstance(plural, str) else None,
        )


def said_where(project: Path = PROJECT) -> dict[str, tuple[Entry, list[Path]]]:
    """Every sentence of code and templates, with the files that say it, code first."""
    found: dict[str, tuple[Entry, list[Path]]] = {}
    for package in ("config", "members", "communities", "moderation", "analytics"):
        for path in sorted((project / package).rglob("*.py")):
            for entry in sentences_of_code(path):
                _note(found, entry, path)
    for path in sorted((project / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".xml", ".svg"}:
            for entry in sentences_of_template(path):
                _note(found, entry, path)
    return found


def _note(found: dict[str, tuple[Entry, list[Path]]], entry: Entry, path: Path) -> None:
    """A sentence that has a plural somewhere needs it in the catalog, wherever it is said first: gettext looks for the
    two by keys of their own."""
    known, paths = found.get(entry.key, (entry, []))
    more = known.plural is None and entry.plural is not None
    found[entry.key] = (entry, [path, *paths]) if more else (known, [*paths, path])


def marked_sentences(project: Path = PROJECT) -> dict[str, tuple[Entry, Path]]:
    """Every sentence of code and templates, with the first file that says it."""
    return {key: (entry, paths[0]) for key, (entry, paths) in said_where(project).items()}


def untranslated(language: str, project: Path = PROJECT) -> list[str]:
    """What is said somewhere and has no finished translation, as `file: sentence`, in order."""
    path = project / "locale" / language / "LC_MESSAGES" / "django.po"
    catalog = {entry.key: entry for entry in read_catalog(path)} if path.exists() else {}
    problems = []
    for key, (said, file) in marked_sentences(project).items():
        entry = catalog.get(key)
        where = f"{file.relative_to(project)}: {said.sentence!r}"
        if entry is None or not entry.is_translated:
            problems.append(where)
        elif not entry.keeps_placeholders:
            problems.append(f"{where} (values differ)")
        elif said.plural is not None and entry.plural is None:
            problems.append(f"{where} (no plural)")
    return problems


def main(arguments: list[str]) -> int:
    compile_catalogs([PROJECT / "locale"])
    if arguments != ["check"]:
        return 0
    problems = untranslated("fr")
    for problem in problems:
        print(problem)
    print(f"{len(problems)} of {len(marked_sentences())} sentences have no finished French translation")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
