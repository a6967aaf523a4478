import Testing

@testable import Tally

@Suite struct TypedColumnTests {
  @Test func valuesLieSideBySide() throws {
    let table = try Services.numbers(1000)
    let numbers = try table.column("number", as: Int.self)
    let sum = numbers.withSpan { span in span.indices.reduce(0) { $0 + span[$1] } }
    #expect(sum == 499_500)
    #expect(numbers.span[999] == 999)
    #expect(numbers[500] == 500)
    #expect(Array(numbers) == Array(0..<1000))
    #expect(!numbers.sharesMemory)
  }

  @Test func layoutsThatAreAlikeAreLent() throws {
    let table = try Table {
      NamedColumn("float", [1.5, -2])
      NamedColumn("byte", [0, 255])
      NamedColumn("two", [0, 65535])
      NamedColumn("four", [0, Int(UInt32.max)])
      NamedColumn("shifted", [1, 255])
      NamedColumn("gap", [0.5, nil])
    }
    #expect(try table.column("float", as: Double.self).sharesMemory)
    #expect(try table.column("byte", as: UInt8.self).sharesMemory)
    #expect(try table.column("two", as: UInt16.self).sharesMemory)
    #expect(try table.column("four", as: UInt32.self).sharesMemory)
    #expect(try !table.column("four", as: Int64.self).sharesMemory)
    #expect(try !table.column("shifted", as: UInt8.self).sharesMemory)
    #expect(try !table.column("gap", as: Double?.self).sharesMemory)
    #expect(Array(try table.column("float", as: Double.self)) == [1.5, -2])
    #expect(Array(try table.column("byte", as: UInt8.self)) == [0, 255])
    #expect(Array(try table.column("two", as: UInt16.self)) == [0, 65535])
    #expect(Array(try table.column("four", as: UInt32.self)) == [0, .max])
    #expect(Array(try table.column("four", as: Int64.self)) == [0, Int64(UInt32.max)])
    #expect(Array(try table.column("shifted", as: UInt8.self)) == [1, 255])
    #expect(Array(try table.column("gap", as: Double?.self)) == [0.5, nil])
    #expect(
      thrown { _ = try table.column("gap", as: Double.self) }
        == "decoding: rows[1][\"gap\"] is missing, and Double was asked for: Double? takes missing"
        + " cells")
    let borrowed = try table.column("float", as: Double.self)
    let memory = table.columns[0].payload
    guard case .floats(let bytes) = memory else {
      Issue.record("doubles are not kept as doubles")
      return
    }
    borrowed.withSpan { span in
      span.withUnsafeBufferPointer { buffer in
        #expect(UnsafeRawPointer(buffer.baseAddress) == UnsafeRawPointer(bytes.address))
      }
    }
  }

  /// Each layout of whole numbers and each type that may read it.
  @Test(arguments: [
    [0, 1, 255], [-128, 0, 127], [-1, 254], [0, 65535], [-32768, 32767],
    [0, Int(UInt32.max)], [Int(Int32.min), Int(Int32.max)], [.min, .max], [0, .max], [],
  ])
  func everyWidthReads(_ values: [Int]) throws {
    let table = try Table { NamedColumn("x", values) }
    func check<Value: CellDecodable & FixedWidthInteger>(_ type: Value.Type) {
      let fits = values.allSatisfy { Value(exactly: $0) != nil }
      let read = try? table.column("x", as: type)
      #expect((read != nil) == fits)
      #expect(read.map { $0.map { Int(truncatingIfNeeded: $0) } } == (fits ? values : nil))
    }
    check(Int.self)
    check(Int8.self)
    check(Int16.self)
    check(Int32.self)
    check(Int64.self)
    check(Int128.self)
    check(UInt.self)
    check(UInt8.self)
    check(UInt16.self)
    check(UInt32.self)
    check(UInt64.self)
    check(UInt128.self)
  }

  @Test func textsComeOutOfEveryLayout() throws {
    let texts = ["b", "a", "b"]
    for column in [try Column.texts(texts), try Sample.plain(texts)] {
      let table = Table(names: ["t"], columns: [column], rowCount: 3)
      #expect(Array(try table.column("t", as: String.self)) == texts)
    }
    // A cut of a large column shares its dictionary.
    let many = try Column.texts((0..<100).map { "\($0)" }).sliced(10..<12)
    let table = Table(names: ["t"], columns: [many], rowCount: 2)
    #expect(Array(try table.column("t", as: String.self)) == ["10", "11"])
  }
}

@Suite struct ColumnStorageTests {
  @Test func codesAndDictionaryAreLent() throws {
    let agencies = try Services.table().column("agency")
    let names = try #require(agencies.dictionary)
    let codes = try #require(agencies.codes)
    #expect(Array(names) == ["Bộ Tài chính", "Sở Y tế"])
    #expect(names.code(of: "So\u{31B}\u{309} Y te\u{302}\u{301}") == 1)
    #expect(names.code(of: "x") == nil)
    #expect(codes.byteWidth == 1 && codes.base == 0 && codes.count == 5)
    let span = try codes.span(of: UInt8.self)
    let read = span.indices.map { span[$0] }
    #expect(read.prefix(4) == [0, 0, 1, 1])
    #expect(codes[3] == 1)
    #expect(
      thrown { _ = try codes.span(of: UInt16.self).count }
        == "decoding: the codes have 8 bits, and 16 were asked for")
  }

  @Test func integersAreBaseAndCode() throws {
    let table = try Table { NamedColumn("x", [-5, 1000, nil]) }
    let column = try table.column("x")
    let codes = try #require(column.codes)
    #expect(codes.base == -5 && codes.byteWidth == 2)
    #expect(try codes.span(of: UInt16.self)[1] == 1005)
    let presence = try #require(column.presence)
    #expect(presence.words[0] == 0b011)
    #expect([presence[0], presence[2]] == [true, false])
    #expect(presence.count == 3)
    #expect(column.dictionary == nil)
  }

  @Test func otherLayoutsHaveNoCodes() throws {
    let table = try Table {
      NamedColumn("float", [1.5])
      NamedColumn("wide", [Int128.max])
    }
    #expect(table.columns.allSatisfy { $0.codes == nil && $0.dictionary == nil })
    #expect(table.columns.allSatisfy { $0.presence == nil })
  }
}
