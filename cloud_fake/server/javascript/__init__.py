"""JavaScript functions: folders with an `index.js`, run as they are, by Node.

```
runner.js   what stands around a function's code in its process
process     one such process: lines of JSON to it and from it
functions   the handler that such a process is to the cloud
```
"""

from cloud_fake.server.javascript.functions import boot

__all__ = ["boot"]
