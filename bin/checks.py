"""The steps of bin/test, each with its time; all are run, so that one call shows everything that is wrong.

`bin/checks.py --step Format Lint` runs those that it names; .pre-commit-config.yaml calls it so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ["config", "members", "communities", "moderation", "analytics"]
# The steps of bin/test --fast, beside the tests of what was changed.
FAST = {"Format", "Lint", "Styles and scripts", "Types", "Layers"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# As in production, so that `check --deploy` judges what will run there; nothing connects to these addresses.
PRODUCTION = {
    "DATABASE_URL": "postgresql://parvis_web@database.invalid/parvis",
    "REDIS_URL": "redis://redis.invalid/0",
    "SECRET_KEY": "".join(chr(33 + 7 * place % 90) for place in range(60)),
    "PLATFORM_URL": "https://platform.invalid",
    "BEHIND_PROXY": "1",
    "DEMO": "0",
}


@dataclass
class Step:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    passed: bool = False

    def run(self) -> bool:
        print(f"\n── {self.name}", flush=True)
        started = time.monotonic()
        done = subprocess.run(self.command, cwd=PROJECT, env=os.environ | self.environment, check=False)
        self.seconds, self.passed = time.monotonic() - started, done.returncode == 0
        return self.passed

    def run_quietly(self) -> bool:
        """As `run`, but what it says is shown at the end, and only if it failed or tested something."""
        started = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=PROJECT,
            env=os.environ | self.environment,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.seconds, self.passed = time.monotonic() - started, done.returncode == 0
        if not self.passed or self.name not in FAST:
            print(f"\n── {self.name}\n{done.stdout}", flush=True)
        return self.passed


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def pytest_step(arguments: list[str]) -> Step:
    return Step("Tests", python("-m", "pytest", *arguments))


def measured_tests() -> list[Step]:
    """All tests; and what they have reached of the places that have a floor (bin/floors.py)."""
    # One more than there are processors: a test in a browser waits for others’ work most of its time.
    processes = str(min(os.cpu_count() or 1, 8) + 1)
    # A file of tests stays with one process: what they share (a world, a browser) is made once. tests/conftest.py says
    # which come first: the longest, which is not those that have most tests.
    spread = ["-n", processes, "--dist", "loadfile", "--no-loadscope-reorder"]
    return [
        pytest_step(["-p", "tests.reaching", *spread]),
        Step("Coverage", python("bin/floors.py")),
    ]


def fast_lanes() -> list[list[Step]]:
    """What a developer waits for, in two lanes that run side by side; the tests are those of what was changed."""
    from changed import changed_files, tests_for  # reads the graph of imports, which other calls need not

    quick = [step for step in steps() if step.name in FAST]
    concerned = tests_for(changed_files())
    if not concerned:
        return [quick]
    bounded = {"PYTHONPATH": os.pathsep.join([str(PROJECT / "bin"), os.environ.get("PYTHONPATH", "")])}
    return [
        quick,
        [Step("Tests of what changed", python("-m", "pytest", "-q", "-p", "bounded", *concerned), bounded)],
    ]


def run_side_by_side(lanes: list[list[Step]]) -> list[Step]:
    """Run the lanes at once; each step shows what it has to say when it is done."""

    def run(lane: list[Step]) -> None:
        for step in lane:
            step.run_quietly()

    with ThreadPoolExecutor(len(lanes)) as pool:
        for done in [pool.submit(run, lane) for lane in lanes]:
            done.result()
    return [step for lane in lanes for step in lane]


def steps() -> list[Step]:
    return [*readings(), template_step(), *measured_tests()]


def template_step() -> Step:
    """What each process of the tests copies; where it is missing, all of them would wait for the first to make it."""
    return Step("Test database", python("-m", "tests.databases"))


def readings() -> list[Step]:
    """What is read and not run; none of them waits for another."""
    present = [package for package in PACKAGES if (PROJECT / package).is_dir()]
    return [
        Step("Format", tool("ruff", "format", "--check", ".")),
        Step("Lint", tool("ruff", "check", ".")),
        Step("Template format", tool("djangofmt", "--check", "--quiet", "templates")),
        Step("Template lint", tool("djangofmt", "check", "--quiet", "templates")),
        Step("Styles and scripts", tool("biome", "ci", "--error-on-warnings")),
        Step("Types", tool("mypy", *present)),
        Step("Layers", tool("lint-imports")),
        Step(
            "Deployment settings",
            python("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            PRODUCTION,
        ),
        Step("Migrations", python("manage.py", "makemigrations", "--check", "--dry-run")),
        Step("Translations", python("-m", "config.translations", "check")),
    ]


def run_all() -> list[Step]:
    """Types take as long as all other readings together: they are checked beside them, and beside what the tests are
    given; the tests come after."""
    types = [step for step in readings() if step.name == "Types"]
    others = [step for step in readings() if step.name != "Types"]
    done = run_side_by_side([types, [template_step()], others])
    tests = measured_tests()
    for step in tests:
        step.run()
    return [*done, *tests]


def named(names: list[str]) -> list[Step]:
    """The steps of these names, in the order in which bin/test has them."""
    unknown = set(names) - {step.name for step in steps()}
    if unknown:
        sys.exit(f"No such step: {', '.join(sorted(unknown))}")
    return [step for step in steps() if step.name in names]


def summarise(done: list[Step], seconds: float) -> None:
    print("\n── Summary")
    for step in done:
        print(f"{'passed' if step.passed else 'FAILED':>8}  {step.seconds:6.1f} s  {step.name}")
    print(f"{'':>8}  {seconds:6.1f} s  in all")
    if not any(shutil.which(name) for name in BROWSERS):
        print("\n!! BROWSER TESTS WERE SKIPPED: there is no Chromium here (.ci/run installs one).")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--step"]:
        passed = [step.run() for step in named(arguments[1:])]
        return 0 if all(passed) else 1
    started = time.monotonic()
    # Tests read compiled translations, whatever the steps before them find.
    subprocess.run(python("-m", "config.translations"), cwd=PROJECT, check=True)
    if arguments == ["--fast"]:
        done = run_side_by_side(fast_lanes())
    elif arguments:
        done = [pytest_step(arguments)]
        done[0].run()
    else:
        done = run_all()
    summarise(done, time.monotonic() - started)
    return 0 if all(step.passed for step in done) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
