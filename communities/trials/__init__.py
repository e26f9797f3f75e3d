"""Beta tests: who tries what is not finished, what they report of it, and what came of that."""
