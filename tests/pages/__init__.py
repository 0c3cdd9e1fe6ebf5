"""Pages about reports, and maps of kinks."""
