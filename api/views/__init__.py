"""Records as answers show them: shaped here, read elsewhere."""
