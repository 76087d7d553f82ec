"""Views: records as answers show them; they shape what they are given, and read nothing themselves."""
