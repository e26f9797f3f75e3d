"""A whole community as one file, and back from it.

`going/` writes it: tables as JSON lines, pictures, pages to read, articles for other systems, sums and a manifest.
`coming/` checks it and brings it into an installation where it is not. What travels is declared by the packages
(`communities/portable.py`). Why so: docs/decisions/0042-export.md.
"""
