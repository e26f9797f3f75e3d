"""Keeping the tags of a community."""
