"""What a document may hold: kinds, order, paths, dates, geo, regular expressions, and the door."""
