"""The database's surface: `db.collection("todos").where({...}).get()`."""
