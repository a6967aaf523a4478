#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system says about the memory of this process, in bytes.
struct ProcessMemory {
  /// The memory that is resident now.
  let resident: Int
  /// The most that was resident at a time.
  let peak: Int

  /// Reads `/proc/self/status`; zeros where there is none.
  static var now: ProcessMemory {
    var buffer = [UInt8](repeating: 0, count: 8192)
    let file = open("/proc/self/status", O_RDONLY)
    guard file >= 0 else { return ProcessMemory(resident: 0, peak: 0) }
    defer { close(file) }
    let count = read(file, &buffer, buffer.count)
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    return ProcessMemory(resident: kilobytes("VmRSS:", text), peak: kilobytes("VmHWM:", text))
  }

  /// Makes the memory that is resident now the peak, where the system can.
  static func forgetPeak() {
    let file = open("/proc/self/clear_refs", O_WRONLY)
    if file < 0 { return }
    _ = write(file, "5", 1)
    close(file)
  }

  private static func kilobytes(_ name: String, _ text: String) -> Int {
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 } ?? 0
    }
    return 0
  }
}

/// The seconds of a duration.
func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

/// The middle one of some numbers, or the mean of the middle two; 0 of none.
func median(_ numbers: [Double]) -> Double {
  if numbers.isEmpty { return 0 }
  let sorted = numbers.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// A number with a fixed count of decimal places.
func fixed(_ number: Double, _ places: Int) -> String {
  var power = 1.0
  for _ in 0..<places { power *= 10 }
  guard number.isFinite, number.magnitude < 1e15 else { return "-" }
  let digits = Int((number.magnitude * power).rounded())
  let whole = String(digits / Int(power))
  if places == 0 { return (number < 0 ? "-" : "") + whole }
  let rest = String(digits % Int(power))
  let zeros = String(repeating: "0", count: places - rest.count)
  return (number < 0 ? "-" : "") + whole + "." + zeros + rest
}
