"""The API, HTTP only: parses requests, calls the services, returns answers; it places and runs no job."""
