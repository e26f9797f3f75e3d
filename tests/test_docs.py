"""What the documentation names exists: pages, pictures, headings, commands, options, files, variables."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

PROJECT = Path(settings.BASE_DIR)
PAGES = sorted(
    [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")]
    + [PROJECT / name for name in ("templates/README.md", "bench/README.md")]
    + [PROJECT / "communities/demo/README.md"]
)
NAMES = [page.relative_to(PROJECT).as_posix() for page in PAGES]
TOP = {path.name for path in PROJECT.iterdir() if path.is_dir()} - {"var", ".venv"}
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
READER = re.compile(r"""(?:env_(?:text|bool|int|list)|environ\.get)\(\s*f?["']([A-Z_]+)["']""")
# Read by bin/environment.sh, by psql, and the pattern of all variables in files.
OF_OTHERS = {"PYTHON", "ON_ERROR_STOP", "NAME_FILE"}
# For developers, on purpose not in the operators’ table.
UNDOCUMENTED = {"DEBUG", "DEV"}


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def prose_of(name: str) -> str:
    """Without what stands in fences: samples may name what does not exist."""
    return FENCE.sub("", text_of(name))


def read_prose_of(name: str) -> str:
    """Without pieces of code in a sentence either: how a link is written is not a link."""
    return re.sub(r"`[^`\n]*`", "", prose_of(name))


def anchors_of(page: Path) -> set[str]:
    """The addresses of a page's headings, as the usual renderers of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    kept = [
        sign
        for sign in re.sub(r"[`*]", "", heading).lower()
        if sign in " -_" or unicodedata.category(sign)[0] in "LN"
    ]
    return "".join(kept).replace(" ", "-")


def links_of(name: str) -> Iterator[tuple[Path, str]]:
    """Where each relative link and picture of a page leads, with its anchor."""
    for target in LINK.findall(read_prose_of(name)):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            page = PROJECT / name
            yield (page.parent / path).resolve() if path else page, anchor


def test_there_are_pages_to_look_at() -> None:
    assert len(PAGES) > 20
    assert sum(len(list(links_of(name))) for name in NAMES) > 50


@pytest.mark.parametrize("name", NAMES)
def test_links_and_pictures_lead_somewhere(name: str) -> None:
    lost = [
        f"{target}#{anchor}"
        for target, anchor in links_of(name)
        if not target.exists() or (anchor and anchor not in anchors_of(target))
    ]
    assert lost == []


def test_every_page_and_picture_is_reached() -> None:
    reached = {target for name in NAMES for target, _ in links_of(name)}
    written = {path for path in (PROJECT / "docs").rglob("*") if path.is_file()}
    assert {path.relative_to(PROJECT).as_posix() for path in written - reached} == set()


def is_module(name: str) -> bool:
    """Looked up without importing what it lies in: benches set the environment of their process when they are."""
    first, *rest = name.split(".")
    if not (PROJECT / first).is_dir():
        return importlib.util.find_spec(first) is not None
    place = PROJECT.joinpath(first, *rest)
    return place.is_dir() or place.with_suffix(".py").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_commands_exist_with_their_options(name: str) -> None:
    text, known = text_of(name), get_commands()
    wrong = [
        f"manage.py {command}"
        for command in re.findall(r"manage\.py ([a-z_]+)", text)
        if command not in known
    ]
    for line in re.findall(r"manage\.py (.+)", text.replace("`", "\n")):
        command, *words = line.split()
        if known.get(command, "").startswith(("communities", "members")):
            offered = load_command_class(known[command], command).create_parser("manage.py", command)
            wrong += [
                f"{command} {word}"
                for word in words
                if word.startswith("--") and word not in _options(offered)
            ]
    wrong += [f"bin/{file}" for file in _own_commands(text) if not (PROJECT / "bin" / file).is_file()]
    wrong += [module for module in re.findall(r"-m ([\w.]+)", text) if not is_module(module)]
    assert wrong == []


def _options(parser: Any) -> set[str]:
    return set(parser._option_string_actions)


def _own_commands(text: str) -> list[str]:
    return re.findall(r"(?<![\w./])bin/([a-z]+)", text)


@pytest.mark.parametrize("name", NAMES)
def test_files_named_exist(name: str) -> None:
    """Backticked paths that begin with a folder of ours, and file names in capitals."""
    paths = re.findall(r"`((?:[\w.-]+/)+[\w.{}-]*)`", prose_of(name))
    ours = [path for path in paths if path.split("/")[0] in TOP and "{" not in path]
    page = PROJECT / name
    assert [
        path for path in ours if not (PROJECT / path).exists() and not (page.parent / path).exists()
    ] == []


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    sources = [*(PROJECT / "config").rglob("*.py")]
    read = {name for source in sources for name in READER.findall(source.read_text(encoding="utf-8"))}
    table = text_of("docs/operators/running.md").split("### Variables")[1].split("\n### ")[0]
    firsts = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = {name for first in firsts for name in re.findall(r"`([A-Z_]+)`", first)}
    assert read - documented == UNDOCUMENTED
    assert documented - read == set()
    readme = text_of("README.md").split("## Configure")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| .*?\|", readme, re.MULTILINE)), "the README has its table"
    assert set(re.findall(r"`([A-Z_]+)`", readme)) <= documented
    assigned = {name for name in NAMES for name in re.findall(r"\b([A-Z_]{4,})=", text_of(name))}
    assert {name for name in assigned if not hasattr(settings, name)} <= documented | OF_OTHERS


def test_the_compose_file_names_what_is_there() -> None:
    compose = yaml.safe_load(text_of("docker-compose.yml"))
    assert set(compose["services"]) == {
        "migrate",
        "web",
        "worker",
        "mailer",
        "backup",
        "beat",
        "database",
        "redis",
        "proxy",
    }
    table = text_of("docs/operators/running.md")
    ours = {
        name: service for name, service in compose["services"].items() if service.get("image") == "parvis"
    }
    assert {variable for service in ours.values() for variable in service["environment"]} <= set(
        re.findall(r"`([A-Z_]+)`", table)
    )
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (PROJECT / source).exists() if source.startswith(".") else source in compose["volumes"]
        assert set(service.get("depends_on", {})) <= set(compose["services"])
    wanted = set(re.findall(r"\$\{([A-Z_]+)", text_of("docker-compose.yml")))
    offered = set(re.findall(r"^([A-Z_]+)=", text_of("deploy/environment.example"), re.MULTILINE))
    assert wanted == offered


def test_the_image_is_made_of_what_is_there() -> None:
    dockerfile = text_of("Dockerfile")
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    assert copied
    assert all((PROJECT / source).exists() for source in copied)
    assert (PROJECT / "config/gunicorn.py").is_file()
    assert "config/gunicorn.py" in dockerfile
    (compiled,) = re.findall(r"compileall -q /venv/lib (.+)", dockerfile)
    assert all((PROJECT / package / "__init__.py").is_file() for package in compiled.split())
    packages = re.findall(r"apart = /\^\(([^)]+)\)", dockerfile)[0].split("|")
    lock = text_of("requirements/run.txt")
    assert all(re.search(rf"^{package}==", lock, re.MULTILINE) for package in packages)
