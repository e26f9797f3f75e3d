"""Series: articles of one blog in an order, with a page, and a way from each to the next."""
