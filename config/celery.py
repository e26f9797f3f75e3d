import os

from celery import Celery
from celery.signals import worker_process_init

from config.broker import spare_clients
from config.leases import Lease
from config.services.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

spare_clients()
app = Celery("parvis", task_cls="members.jobs:KeptTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(Lease)


def bind_to_worker(**_: object) -> None:
    """A pool process dies with its worker, even in the middle of a task; the task is then done again."""
    die_with_parent()


worker_process_init.connect(bind_to_worker)
