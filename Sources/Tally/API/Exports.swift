// Diagnostics and source texts are part of what a caller of the engine sees.
@_exported import TallySyntax
