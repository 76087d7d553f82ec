"""Request and answer shapes, one file per noun."""
