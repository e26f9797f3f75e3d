"""In whose name the mails of a community leave, how they are signed, and what came back of them."""
