"""A deployment on its node: start its server, prove that it answers, keep it alive."""
