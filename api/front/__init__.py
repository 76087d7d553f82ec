"""The asynchronous front of the API (ASGI): receives requests until they are whole, runs the Flask app on them in a few
threads, and holds what waits, which costs memory and no thread; what a request means is the app's.

What the app cannot answer yet, and what it never ends to answer, waits here.
"""
