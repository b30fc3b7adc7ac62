"""Pure functions from a requirement, a dossier and a day to findings."""
