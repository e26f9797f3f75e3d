"""The formats that can be imported in the page: what each asks, what file it takes, and who brings it in."""
