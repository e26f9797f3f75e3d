"""Settings of what there is: spaces, the menu, modules."""
