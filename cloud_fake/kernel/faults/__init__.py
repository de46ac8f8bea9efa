"""Scripted trouble. Only the gate asks it, and the connections of watches.

```
matching   which calls a rule is about
schedule   when it strikes: a chain of conditions that count; surroundings, those of clock, calls
           and state; condition, one link of the chain
effects    what it does, by family
words      the words that build a rule, and their arguments
rule       the three together, and the handle to them; life, how it ends
plan       what the rules do to one call; event, to one event of a watch; fate, to an instance
rulebook   the rules as the gate sees them; history, what stale reads see
network    what is under way and does not get on: jammed, overtaken
text       rules as text, and back
vocabulary the names that rules may speak of
steering   what a test does to all of them, and trouble that is no rule; expiring, some of that
registry   `cloud.faults`; shortcuts, the rules that tests want most
verdicts   what rules came to
```

An operation passes five phases, and a fault strikes in one of them:

```
request   it never reaches the backend
execute   the backend answers with an error; nothing has changed
commit    it is done, the write stands, and then the caller sees a failure
reply     the answer is late, or changed on its way
stream    a watch's event, a file's progress
```

Most tests script no trouble, so the package imports none of this, and `registry` and `rulebook` the
rest only once there is a rule.
"""
