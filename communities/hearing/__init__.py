"""What happens while a page is open, told to the page: docs/decisions/0087-open-pages-hear.md.

`topics`: what a page may hear of, registered by who knows it. `news`: from an act to all web processes. `hub`: the open
pages of one process. `handing`: how a connection leaves the web server’s thread. `presence`: who else looks at a thing.
"""
