"""What members are asked of themselves: the fields, their order, the files that prove something."""
