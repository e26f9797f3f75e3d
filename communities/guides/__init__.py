"""Pages: what a brand says about itself and its things for good, such as guides and answers to usual questions."""
