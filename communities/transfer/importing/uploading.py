"""An upload of hundreds of megabytes: written to disk as it comes, stopped where it is too much."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from communities.sizes import size_in_words
from communities.stored import is_full, no_room

# What surrounds the file in the request: its other fields and their separators.
BESIDE = 64 * 1024


class StreamedUpload(TemporaryFileUploadHandler):
    """Keeps the file on disk. `refused` says in a sentence why it was not kept; what else was typed stays."""

    refused = ""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        self.announced = content_length
        self.received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        # Read to its end and forgotten: a browser that is cut off shows no sentence.
        if self.announced > settings.IMPORT_MAX_BYTES + BESIDE:
            self._stop(too_large())
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.IMPORT_MAX_BYTES:
            self._stop(too_large())
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if not is_full(error):
                raise
            self._stop(no_room())

    def _stop(self, why: str) -> None:
        self.refused = why
        raise StopUpload(connection_reset=False)


def receive_upload(request: HttpRequest) -> StreamedUpload:
    """Let the body of a request be read in this way; to be called before anything of it is read."""
    handler = StreamedUpload(request)
    request.upload_handlers = [handler]
    return handler


def too_large() -> str:
    return _("This file is larger than %(limit)s. Export it in parts, and bring in one after the other.") % {
        "limit": size_in_words(settings.IMPORT_MAX_BYTES)
    }
