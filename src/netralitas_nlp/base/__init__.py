"""What everything rests on: errors, the result, packaged files, files written whole."""
