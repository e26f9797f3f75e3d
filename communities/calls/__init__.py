"""Calls for projects: what is looked for, who answers it, how a jury judges, and what became of what was chosen."""
