"""The installation in containers: what must outlive a container lies on a volume that the program may write."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from django.conf import settings

from config.celery import app

ROOT = Path(settings.BASE_DIR)


def test_the_schedule_of_beat_outlives_its_container() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    beat = compose["services"]["beat"]
    schedule = Path(beat["command"][beat["command"].index("--schedule") + 1])
    name, folder = next(one.split(":") for one in beat["volumes"] if one.endswith(f":{schedule.parent}"))
    assert name in compose["volumes"]
    assert str(schedule.parent) not in beat["tmpfs"]
    # A new volume takes the owner of the image's folder; the program is not root.
    owned = re.search(r"chown parvis:parvis (.+)", (ROOT / "Dockerfile").read_text())
    assert owned is not None
    assert folder in owned[1].split()


def test_each_job_of_the_schedule_exists() -> None:
    app.loader.import_default_modules()
    assert {job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
