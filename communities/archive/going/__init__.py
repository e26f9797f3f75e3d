"""Writing an export: part after part into a folder, then all of it into one file."""
