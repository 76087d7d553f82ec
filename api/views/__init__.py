"""Views: records as answers show them, shaped here, read elsewhere."""
