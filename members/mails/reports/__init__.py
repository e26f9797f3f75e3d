"""Reading what mail servers send back: failures, delays, complaints. Nothing here reads or writes the database."""
