"""The OpenAPI document and the pages that show it; nothing that answers for the service's data."""
