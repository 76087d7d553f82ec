"""HTTP only: parses requests, calls the services, returns answers."""
