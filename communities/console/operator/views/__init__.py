"""The operator’s pages, a file for each group of them."""
