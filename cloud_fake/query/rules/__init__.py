"""Security rules: the platform's own language for who may read and write what.

```
tokens      text -> tokens
parser      tokens -> nodes
nodes       the expression tree, which evaluates itself to a value or to UNKNOWN
knowledge   what is known of a value, and what comparing it yields: true, false or UNKNOWN
subjects    what `doc` stands for: a document, or everything that a query may match
targets     what rules may guard: records or files
permissions the rules of one collection or bucket, by action
openid      the placeholder for the caller's own
```

Most tests do with the presets, so none of this is imported before there are rules.

A rule guards reading, updating and deleting by looking at the **query**, not at the documents: the
query must imply the rule. What is not known to be true is denied.

Source: the WeChat and CloudBase manuals, "database security rules", "storage security rules" and
"system functions: get".
"""
