"""A Kubernetes cluster as a platform: a Deployment, a Service, a Secret and perhaps an Ingress for each deployment; the
cluster has to be there, and nothing here sets one up.
"""
