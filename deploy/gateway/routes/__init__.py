"""Which replicas answer for which model, kept fresh."""
