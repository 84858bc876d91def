"""What the server and the parts of pages in the browser send each other as JSON, a file for each part.

`...Data` goes to the browser whenever a page is drawn, `...Sent` is what comes back by name. `make messages` writes the
same for the scripts to `assets/messages.d.ts`, and `make lint` checks the scripts against it.
"""
