"""What a request's body says that is the gateway's business: the model's name, and the media that come along; all else
in it is for the model server.
"""
