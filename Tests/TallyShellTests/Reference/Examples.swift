import Tally
import TallyShell
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The small tables that examples of pages read.
enum Examples {
  static let files: [(name: String, text: String)] = [
    (
      "services",
      """
      id,name,agency,level,fee,opened,closed,status
      1,Đăng ký kết hôn,Sở Y tế,3,10.50,2025-01-10,2025-01-20,paid
      2,Cấp lại bằng,Sở Y tế,4,20.00,2025-02-11,2025-03-01,open
      3,Gia hạn thẻ,Bộ Tài chính,2,,2025-02-15,,open
      4,Đất đai,Bộ Tài chính,4,5.25,2024-12-01,2025-01-05,paid
      5,Đăng ký kinh doanh,Bộ Tài chính,3,7.00,2025-02-20,2025-03-02,paid
      6,Hộ tịch,Sở Y tế,,0.00,2025-03-04,,open

      """
    ),
    (
      "agencies",
      """
      agency,province,amount
      Sở Y tế,Hà Nội,100
      Bộ Tài chính,Hà Nội,200

      """
    ),
    (
      "payments",
      """
      service_id,amount,paid_on
      1,5.00,2025-01-12
      1,5.50,2025-01-13
      2,20.00,2025-02-12

      """
    ),
  ]

  /// A database of them, which also lie as files in a folder.
  static func database(in folder: TemporaryFolder) throws -> Database {
    let database = Database()
    for file in files {
      try folder.write(file.name + ".csv", file.text)
      try database.load(
        file.name, from: .bytes(Array(file.text.utf8), name: file.name + ".csv"))
    }
    return database
  }

  /// Holds a file of the project to a text that is made from the sources. `UPDATE_GOLDEN=1` writes
  /// the file anew.
  static func hold(_ text: String, to path: String) throws {
    let path = "\(Command.root)/\(path)"
    if getenv("UPDATE_GOLDEN").map({ String(cString: $0) }) == "1" {
      let file = try AtomicFile(path)
      try file.write(text)
      return try file.commit()
    }
    #expect(String(decoding: try readAll(path), as: UTF8.self) == text)
  }
}
