"""People, independent of any community: one account can have a membership in several."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.addresses import fold_address
from members.aside import SetAside
from members.left import LeftFile
from members.mails.failing import FailingAddress
from members.mails.models import OutgoingMail
from members.owed import OwedJob
from members.personal import DELETE, KEEP, Personal
from members.rounds import JobRound

__all__ = ["FailingAddress", "JobRound", "LeftFile", "Member", "OutgoingMail", "OwedJob", "SetAside"]


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """Create an account; without a password it is reached by a code sent to its address."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        member = self.model(email=fold_address(email), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Member:
        return self.create_user(email, password, is_operator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email=fold_address(username or ""))


class Member(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What others see of them lives on each Membership, never here."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_operator = models.BooleanField(
        _("operator"), default=False, help_text=_("Runs the platform; has no presence in communities.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    stands_for_person = True
    personal = (
        Personal("email", KEEP, erasure=DELETE, why="The account’s, for all its communities; goes with it."),
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(Lower("email"), name="member_email_once")]
        # A handful of all accounts.
        indexes = [models.Index(fields=["id"], name="member_operator", condition=models.Q(is_operator=True))]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = fold_address(self.email)

    @property
    def is_staff(self) -> bool:
        """What Django's own tools ask for."""
        return self.is_operator
