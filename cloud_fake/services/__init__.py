"""What each operation does: functions, storage, database. A few lines each; the gate does the rest."""
