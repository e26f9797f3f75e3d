"""Mails: one way to build them (`building`), one outbox that sends them all (`outbox`, `sending`)."""
