"""What each operation does: functions, storage, database. A few lines each, the gate the rest."""
