"""Measurements. They run on servers, tables and files of their own, in var/bench, named before settings are read."""

import os
from pathlib import Path

import django

VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
VAR.mkdir(parents=True, exist_ok=True)
os.environ["PARVIS_VAR"] = str(VAR)
os.environ["DEMO"] = "0"
# What part of its sizes `bench.large` has: a whole, a half, a fourth.
SHARE = int(os.environ.get("BENCH_SHARE", "1"))
os.environ["LIMITS_BY_TRUST"] = "0"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
