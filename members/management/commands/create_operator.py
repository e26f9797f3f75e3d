from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from members.addresses import check_address, fold_address
from members.models import Member


class Command(BaseCommand):
    help = "Make somebody an operator of this platform. They sign in with a code sent to their address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        email = fold_address(options["email"])
        try:
            check_address(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address") from error
        person = Member.objects.filter(email__iexact=email).first() or Member.objects.create_user(email)
        if not EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists():
            # Somebody else may have reserved the address with a password of their own.
            person.set_unusable_password()
        person.is_operator = True
        person.save(update_fields=["is_operator", "password"])
        EmailAddress.objects.update_or_create(
            user=person, email=email, defaults={"verified": True, "primary": True}
        )
        self.stdout.write(f"{email} is an operator.")
