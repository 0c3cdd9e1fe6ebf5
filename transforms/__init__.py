"""The compiler: source -> IR -> IR -> ... -> source.  Imports `fpad.runtime`, never `fpad` itself."""
