"""The operator’s pages: a new community from an export of another installation."""
