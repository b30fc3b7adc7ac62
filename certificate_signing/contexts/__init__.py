"""JSON-LD contexts, bundled so that nothing is fetched."""
