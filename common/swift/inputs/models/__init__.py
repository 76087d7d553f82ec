"""Models and adapters: whether their folders can be loaded, trained and served; not where they are (places)."""
