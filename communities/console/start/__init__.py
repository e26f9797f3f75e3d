"""The first page of an owner in a draft: all that nobody else can know, asked once."""
