"""Streaming readers of foreign exports: files in, frozen dataclasses out, no database and constant memory."""
