"""The project. What the supervisor and the keepers of servers import of it stays small: the queue comes with Django."""
