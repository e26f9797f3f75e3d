"""The brand: how a community looks, what its home page is made of, how its mails are signed."""
