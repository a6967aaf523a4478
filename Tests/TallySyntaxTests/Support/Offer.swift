@testable import TallySyntax

/// What can stand at a place, by a name that the testing library does not use.
typealias Offer = Expectation
