"""Importing in the page: a file is uploaded, rehearsed, brought in by the worker, and can be taken back for a week."""
