from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from communities.console.founding import CURRENCIES, owner_for
from communities.console.recipe.catalogue import blueprint_named, blueprints
from communities.console.recipe.services import found_community
from communities.exceptions import DomainError
from communities.models import slug_rule


class Command(BaseCommand):
    help = "Make a draft of a community by a blueprint; its owner gets a mail with the link that signs in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="its address: small letters, figures and hyphens")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--owner-name", default="")
        parser.add_argument("--tagline", default="")
        parser.add_argument("--language", default="en", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("--blueprint", default="fans", choices=[one.name for one in blueprints()])
        parser.add_argument("--colour", default="", help="hexadecimal, such as #2a5d9f")
        parser.add_argument("--time-zone", default="Europe/Paris")
        parser.add_argument("--currency", default="EUR", choices=CURRENCIES)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            slug_rule(options["slug"])
            blueprint = blueprint_named(options["blueprint"])
            assert blueprint is not None  # one of the choices
            community = found_community(
                blueprint=blueprint,
                name=options["name"],
                slug=options["slug"],
                owner=owner_for(options["owner"]),
                owner_name=options["owner_name"],
                tagline=options["tagline"],
                language=options["language"],
                colour=options["colour"],
                time_zone=options["time_zone"],
                currency=options["currency"],
            )
        except (DomainError, ValidationError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{community.name}: {settings.PLATFORM_URL}/c/{community.slug}/")
