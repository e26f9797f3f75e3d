"""What matters now, in order, for so many minutes: fed by every room through a registry."""
