extension DiagnosticCode {
  /// All codes that the language and the engine report, in order.
  public static let all: [DiagnosticCode] = syntaxCodes + engineCodes

  /// The codes that this module reports, in order.
  static let engineCodes: [DiagnosticCode] =
    [
      .unknownTable, .unknownColumn, .ambiguousName, .unknownParameter, .missingArgument,
      .undeclaredArgument, .argumentType, .unknownFunction, .unknownValue, .unboundValue,
    ] + reading + [
      .badLoadOption, .typeMismatch, .notCondition, .tooComplex, .impossibleDate, .calendarSpan,
      .percentOfWhat, .tooManyPlaces, .dayIsNoPeriod, .notGrouped, .misplacedAggregate,
      .aggregateOperand, .notAKey, .missingHead, .wholeNumber, .duplicateName,
      .misplacedClause, .severalRows, .lookupNotUnique, .functionArguments, .openRange,
      .repeatedRows, .unknownOrder, .windowOfTime, .windowArguments, .misplacedWindow,
      .notAdditive,
    ] + tableCodes + [
      .badBounds, .noTimeKey, .fillValue, .comparison, .unevenPeriods, .unlikeClauses,
      .unknownCollation, .chart, .takenName, .halfYear, .repeatedKey,
      .placeOfColumn, .shareOfAll,
    ] + sqlCodes + changeCodes + [
      .unpublishedCross, .noFileAccess, .unknownFormat, .overwrittenSource,
      .tooManyColumns, .tooManyFilled, .resultTooLarge, .failedCheck,
    ]
}
