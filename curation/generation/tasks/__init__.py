"""One task of Annotation Adaption per file: what of a clue may be asked, and what the annotations answer."""
