"""Who runs the tool: operators' sessions, what they see, and what was refused of late."""
