"""One kind of fault per file: what is wrong in a workspace, and how it is put right."""
