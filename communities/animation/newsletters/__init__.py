"""Newsletters: written from what is there, sent once to each who asked for them; and segments of people."""
