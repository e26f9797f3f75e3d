from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.memory import forget_all
from communities.transfer.importing import working
from communities.transfer.models import Import
from tests.conftest import Cast


def packed(files: dict[str, str | bytes]) -> bytes:
    """A ZIP with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


class Desk:
    """A manager at the pages of imports, and the worker, who does what it was sent for when told to."""

    def __init__(self, here: Cast) -> None:
        self.here = here
        self.client = here.sign_in(here.manager)

    def get(self, path: str = "") -> Any:
        forget_all()
        return self.client.get(self.here.url(f"/manage/import/{path}"))

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        forget_all()
        return self.client.post(self.here.url(f"/manage/import/{path}"), data or {})

    def upload(
        self, content: str | bytes, name: str = "export.xml", kind: str = "wordpress", **said: str
    ) -> Any:
        file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
        return self.post(f"?kind={kind}", {"file": file, **said})

    def job(self) -> Import:
        """The newest import as it stands."""
        with self.here.scope():
            found: Import = Import.objects.newest()[0]
            return found

    def work(self, times: int = 1) -> Import:
        for _time in range(times):
            working.work_on(self.here.community, self.job().pk)
        return self.job()

    def bring_in(self, content: str | bytes, **more: str) -> Import:
        """From the upload to the end."""
        answer = self.upload(content, **more)
        assert answer.status_code == 302, answer.content.decode()
        rehearsed = self.work()
        assert rehearsed.state == Import.State.REHEARSED, rehearsed.problem
        self.post(f"{rehearsed.pk}/run/")
        done = self.work()
        assert done.state == Import.State.DONE, done.problem
        return done


@pytest.fixture
def desk(here: Cast) -> Desk:
    return Desk(here)
