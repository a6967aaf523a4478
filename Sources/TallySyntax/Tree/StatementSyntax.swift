/// A script: statements in their order.
package struct ScriptSyntax: Sendable {
  package let statements: [StatementSyntax]
  /// The comments, in their order.
  package let comments: [CommentSyntax]
}

/// A comment, from its `#` to the end of its line.
package struct CommentSyntax: Sendable {
  package let text: String
  package let span: SourceSpan
}

/// One statement.
package struct StatementSyntax: Sendable {
  package enum Kind: Sendable {
    /// `count services group by agency`
    case query(QuerySyntax)
    /// `let urgent = services where level >= 3`
    case letTable(NameSyntax, QuerySyntax)
    /// `let vat = 8%`
    case letValue(NameSyntax, ExpressionSyntax)
    /// `let vat(fee) = fee * 8%`
    case letFunction(FunctionSyntax)
    /// `param year: int = 2025`
    case parameter(ParameterSyntax)
    /// `expect no services where fee < 0`
    case check(CheckSyntax)
    /// `load "services.csv" as services`
    case load(LoadSyntax)
    /// `describe services`
    case describe(DescribeSyntax)
    /// `explain count services as sql duckdb`
    case explain(ExplainSyntax)
    /// `measure overdue_rate on services = share(status = "overdue")`
    case measure(MeasureSyntax)
    /// `profile services`
    case profile(QuerySyntax)
    /// `unpublished online, level in services`
    case unpublished(UnpublishedSyntax)
    /// `why sum fee from services between @2025-05 and @2025-06 by agency`
    case why(WhySyntax)
    /// `rows of (count services group by agency) where agency = "A"`
    case rowsOf(RowsOfSyntax)
  }

  package let kind: Kind
  package let span: SourceSpan
}

/// An expression of parameters that is given a name: `let vat(fee) = fee * 8%`.
package struct FunctionSyntax: Sendable {
  package let name: NameSyntax
  /// One at least.
  package let parameters: [NameSyntax]
  package let body: ExpressionSyntax
}

/// A value the script is given: `param year: int = 2025`.
package struct ParameterSyntax: Sendable {
  package let name: NameSyntax
  package let type: TypeSyntax
  /// Whether it is a list: `list of int`.
  package let isList: Bool
  /// The value if none is given; a parameter without it must be given.
  package let defaultValue: ExpressionSyntax?
}

/// A type's name.
package enum TypeSyntax: String, Sendable, Hashable, CaseIterable {
  case int, decimal, float, percent, text, date, instant, period, boolean
}

/// Something that must be true of the data.
package struct CheckSyntax: Sendable {
  package enum Severity: String, Sendable, Hashable {
    /// `expect`: fails the script.
    case expect
    /// `warn`: is reported only.
    case warn
  }

  package enum Kind: Sendable {
    /// `no services where fee < 0`: the query has no row.
    case no(QuerySyntax)
    /// `unique id in services where ...`, `unique agency, id in services`: no two rows of the query
    /// have the same values in these columns.
    case unique([NamePathSyntax], in: QuerySyntax)
    /// `(count services) = 583`, or `services.level in 1..4` for each row of `services`.
    case condition(ExpressionSyntax)
    /// `by_agency matches "golden/by_agency.csv" within 1e-9`
    case matches(QuerySyntax, file: String, tolerance: NumberSyntax?)
  }

  package let severity: Severity
  package let kind: Kind
  /// The text after `else`.
  package let message: String?
  /// The place of the message; empty at the end if there is none.
  package let messageSpan: SourceSpan
}

/// Files to read as a table.
package struct LoadSyntax: Sendable {
  /// A file or a pattern of several.
  package let path: String
  package let pathSpan: SourceSpan
  /// The table's name; the file's own if none is said.
  package let name: NameSyntax?
  package let options: [LoadOptionSyntax]
}

/// How a file is to be read.
package struct LoadOptionSyntax: Sendable {
  package enum Kind: Sendable {
    /// `numbers "1.234,5"`: a specimen that shows the separators.
    case numbers(String)
    /// `dates dmy`
    case dates(DateOrder)
    /// `delimiter ";"`
    case delimiter(String)
    /// `header`: the first record names the columns, whatever it looks like.
    case header
    /// `no header`
    case noHeader
    /// `encoding "windows-1258"`
    case encoding(String)
    /// `missing "n/a", "-"`: texts that stand for no value.
    case missing([String])
    /// `skip 2`: lines before the header.
    case skip(Int)
    /// `types (code text, amount decimal)`
    case types([(column: NameSyntax, type: TypeSyntax)])
    /// `lenient`: short rows are padded and counted instead of refused.
    case lenient
  }

  package enum DateOrder: String, Sendable, Hashable, CaseIterable {
    case dmy, mdy, ymd
  }

  package let kind: Kind
  package let span: SourceSpan
}

/// `describe services`, `describe "services.csv" dates dmy`
package struct DescribeSyntax: Sendable {
  /// A table or a file, without alias.
  package let source: SourceSyntax
  /// Only for a file.
  package let options: [LoadOptionSyntax]
}

/// `explain count services`, `explain count services as sql duckdb`
package struct ExplainSyntax: Sendable {
  /// What is told of a query.
  package enum Form: Sendable {
    /// How it would be run.
    case plan
    /// `as run`: how it was run, with the rows that were met.
    case run
    /// `as sql duckdb`: what another engine would be asked.
    case sql(dialect: NameSyntax?)
  }

  package let query: QuerySyntax
  package let form: Form
}

/// A named ratio or sum that is computed anew at every grain.
package struct MeasureSyntax: Sendable {
  package let name: NameSyntax
  package let table: NameSyntax
  package let value: ExpressionSyntax
}

/// Two columns of which only the margins were ever published, not how they cross:
/// `unpublished online, level in services where agency = "BTC"`.
package struct UnpublishedSyntax: Sendable {
  package let columns: [NameSyntax]
  package let table: NameSyntax
  /// The rows that it holds for; all rows if none is said.
  package let condition: ExpressionSyntax?
}
