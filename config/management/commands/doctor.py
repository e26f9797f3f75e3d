from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.doctor import data, running
from config.doctor.examining import EXAMINATIONS, Level, examine

# Their functions are the examinations.
PARTS = (data, running)
SIGNS = {Level.OK: "ok", Level.WARNING: "look", Level.FAULT: "FAULT", Level.SKIPPED: "–"}


class Command(BaseCommand):
    help = (
        "Look at every part of this installation, and say what to do where one is not well. Ends with 1 then."
    )
    # What is wrong is for the examinations to say.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", choices=[[], *EXAMINATIONS], help="these alone; all without")
        parser.add_argument("--json", action="store_true", help="for programs: a list of findings")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine(options["parts"])
        if options["json"]:
            self.stdout.write(json.dumps([one.told() for one in findings], ensure_ascii=False, indent=1))
        else:
            for one in findings:
                self.stdout.write(f"{SIGNS[one.level]:<6}{one.part:<12}{one.fact}")
                if one.remedy:
                    self.stdout.write(f"{'':<18}→ {one.remedy}")
        if any(one.level is Level.FAULT for one in findings):
            sys.exit(1)
