"""The engine of an attempt, whatever its job is: start its phases, ship what they write, prove and report its end."""
