"""What a community asks its members of themselves: definitions, kinds, values, who sees them."""
