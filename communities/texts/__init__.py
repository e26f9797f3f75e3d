"""The texts of a place: rules, about, welcome, and those that the law asks for; proposed from facts, in versions."""
