"""The asynchronous front of the API (ASGI): who waits costs memory here, and no thread.

It receives requests until they are whole, runs the Flask app on them in a few threads, and sends the answers; what the
app cannot answer yet, and what it never ends to answer, waits here.
"""
