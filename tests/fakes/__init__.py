"""Stand-ins for programs that a test cannot have, each driven by its environment; real ones are tried in e2e."""
