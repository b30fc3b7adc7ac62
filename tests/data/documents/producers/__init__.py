"""Programs that make PDFs, each with a structure of its own: what a reader gets depends on them as much as on the words."""
