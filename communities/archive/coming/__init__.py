"""Bringing an export into an installation: checked first, then all of it or nothing."""
