"""What the rooms below animation have to say about today; those above register their own."""
