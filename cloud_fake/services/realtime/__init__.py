"""Realtime: `watch()`, which tells a client of every change in the result of a query.

```
windows     which records a watch is about, and what a commit does to them
listener    the client's part: what it knows of them, whom it tells
connection  what lies between, and what it loses; line, what comes late; reader, what is heard late
watches     the live watches of one collection, found by what a commit changed
opening     the operation that begins a watch
```

A commit's events are computed under the world's lock, so that they are in commit order, and said
to user code afterwards, before the writing call returns. Watches are not state: a snapshot holds
none, and `restore()` or `reset()` ends those there are.
"""
