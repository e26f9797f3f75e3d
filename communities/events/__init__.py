"""Events: threads that take place, somewhere or online, and for which people register."""
