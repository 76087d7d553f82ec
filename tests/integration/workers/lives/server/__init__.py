"""The program that starts a model server, run for real."""
