"""Read one mail that came back, from a mail server’s pipe: manage.py receive_mail < message"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from communities.console.reach.receiving import receive_mail
from members.mails.reports.reading import MOST_BYTES

# What a mail server understands as “try again later” (sysexits.h).
TEMPORARY_FAILURE = 75


class Command(BaseCommand):
    help = "Read a mail that came back (delivery report or complaint) from standard input and count it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", default="", help="the address that it was delivered to, as the mail server knows it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES)
        try:
            is_new = receive_mail(raw, sent_to=options["to"])
        except DatabaseError:
            self.stderr.write("the database is away; try again later")
            sys.exit(TEMPORARY_FAILURE)
        self.stdout.write("counted" if is_new else "nothing new")
