"""The compiler: source -> IR -> IR -> ... -> source.  It imports `fpad.runtime`, never `fpad`."""
