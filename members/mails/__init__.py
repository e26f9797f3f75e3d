"""Mails: one way to build them (`building`), one box that all of them leave through (`outbox`, `sending`)."""
