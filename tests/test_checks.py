"""The hooks before a commit are steps of bin/test, by their names."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("checks", ROOT / "bin" / "checks.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "checks", module)
    monkeypatch.syspath_prepend(ROOT / "bin")
    spec.loader.exec_module(module)
    return module


def test_hooks_call_steps_that_there_are(checks: ModuleType) -> None:
    written = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repository["repo"] for repository in written["repos"]] == ["local"]
    hooks = written["repos"][0]["hooks"]
    assert hooks
    for hook in hooks:
        *call, name = shlex.split(hook["entry"])
        assert call == [".venv/bin/python", "bin/checks.py", "--step"]
        assert [step.name for step in checks.named([name])] == [hook["name"]]


def test_a_step_that_there_is_not_is_said(checks: ModuleType) -> None:
    with pytest.raises(SystemExit, match="No such step: Frmat"):
        checks.named(["Format", "Frmat"])


def test_all_of_them_are_run_and_the_tests_come_last(
    checks: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[str] = []
    for how in ("run", "run_quietly"):
        monkeypatch.setattr(checks.Step, how, lambda step: run.append(step.name))
    done = checks.run_all()
    assert sorted(run) == sorted(step.name for step in done) == sorted(step.name for step in checks.steps())
    assert run[-2:] == [step.name for step in checks.steps()][-2:] == ["Tests", "Coverage"]
