"""How ms-swift is called and what it leaves behind; pure functions."""
