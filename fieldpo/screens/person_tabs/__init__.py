"""The tabs of the person screen, one a file: each asks for its own records when it is first opened."""
