"""Automations: when, if, then, within limits."""
