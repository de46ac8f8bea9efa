"""Models: what an app wrote with commands, in MongoDB's wire form.

`encode_query` and `encode_update` flatten nested plain objects to dotted paths, `encode_projection`
reads what `field()` is given. Everything that comes out was taken in: it shares nothing with what
the app holds. Source: @cloudbase/database 1.4.3, which the server SDK is; the client's base library
2.30.3 where it differs.
"""

from cloud_fake.models.encoding.projections import encode_projection
from cloud_fake.models.encoding.queries import encode_query
from cloud_fake.models.encoding.updates import encode_update

__all__ = ["encode_projection", "encode_query", "encode_update"]
