"""What the API says of deployments: their fields, names and replicas; no server is started for any."""
