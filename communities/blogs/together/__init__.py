"""Signing an article together: whoever is invited agrees before their name stands, and may take it off again."""
