"""What the forms of spaces are made of: words with commas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.fields import one_line


class WordsField(forms.CharField):
    """Words with commas between them, each once."""

    def __init__(self, *, most: int, longest: int = 60, **options: Any) -> None:
        super().__init__(required=False, max_length=most * (longest + 2), **options)
        self.most, self.longest = most, longest

    def clean(self, value: Any) -> tuple[str, ...]:
        typed = [one_line(word) for word in str(super().clean(value)).split(",")]
        words = tuple(dict.fromkeys(word for word in typed if word))
        if len(words) > self.most:
            raise forms.ValidationError(_("%(most)s at most."), params={"most": self.most})
        if any(len(word) > self.longest for word in words):
            raise forms.ValidationError(_("%(most)s letters at most in each."), params={"most": self.longest})
        return words
