"""The form with which an import begins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.sizes import size_in_words
from communities.transfer.importers import Importer
from communities.transfer.importing.uploading import too_large


class UploadForm(forms.Form):
    """The file itself; what the format asks beside it is a form of its own."""

    file = forms.FileField(label=_("File"), max_length=200)

    def __init__(self, *args: Any, importer: Importer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.IMPORT_MAX_BYTES
        self.fields["file"].help_text = gettext("%(expects)s %(limit)s at most.") % {
            "expects": importer.expects,
            "limit": size_in_words(most),
        }
        self.fields["file"].widget = forms.FileInput(
            attrs={
                "accept": importer.accept,
                "class": "input",
                "data-most": str(most),
                "data-too-large": too_large(),
            }
        )
