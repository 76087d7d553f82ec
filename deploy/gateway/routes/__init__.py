"""Routes: which replicas answer for which model, kept fresh."""
