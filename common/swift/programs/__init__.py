"""Programs that run in the interpreter of ms-swift, from their files: they need nothing else of this service."""
