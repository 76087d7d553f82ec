"""Routes: which replicas answer for which model, kept fresh; the paths that clients ask are in deploy/gateway/app."""
