"""Reviews: what members say of products and places after using them."""
