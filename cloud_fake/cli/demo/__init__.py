"""The demo: the story of a photo album.

`story` is what happens, in plain Python and through the public names only; `chapters` plays it to
a teller; everything else is the telling (`screen` and what it needs).
"""
