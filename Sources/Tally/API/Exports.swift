// The engine behind the language.
@_exported import TallySyntax
