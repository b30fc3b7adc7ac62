"""From a stored decision to a rendered, sealed and registered certificate."""
