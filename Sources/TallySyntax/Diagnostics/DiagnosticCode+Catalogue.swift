extension DiagnosticCode {
  /// The codes of this module, by their identifiers.
  package static let syntaxCodes: [DiagnosticCode] = [
    unknownCharacter, unclosedText, unknownEscape, malformedNumber, malformedDate, foreignSpelling,
    unexpected, tooDeep, reservedWord, numberTooLong, chainedComparison, mixedLogic,
    unclosedParenthesis, noSource, ambiguousPhrase, wrongOrder, phraseWithin, clauseOrder,
    clauseTwice, secondSource, unknownClause, unknownType, bareQuery, sourceTooLong,
  ]
}
