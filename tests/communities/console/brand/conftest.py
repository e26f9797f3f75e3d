from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What waits for the end of the transaction runs at the end of the block."""
    return django_capture_on_commit_callbacks


def picture(
    colour: str = "#0b4f78", size: tuple[int, int] = (300, 120), name: str = "logo.png"
) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")
