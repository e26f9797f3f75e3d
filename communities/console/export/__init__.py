"""The page where an owner takes the whole community along."""
