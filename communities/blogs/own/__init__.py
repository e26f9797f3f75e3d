"""A blog for each member who may have one: a shelf within a space that holds such blogs."""
