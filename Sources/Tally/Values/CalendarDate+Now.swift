#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension CalendarDate {
  /// The day it is now, in UTC.
  public static var now: CalendarDate {
    CalendarDate(daysSince1970: floorQuotient(Int(time(nil)), 86_400))
  }
}

/// The microseconds since 1970 now, in UTC.
func currentMicroseconds() -> Int64 {
  var clock = timespec()
  clock_gettime(CLOCK_REALTIME, &clock)
  return Int64(clock.tv_sec) * 1_000_000 + Int64(clock.tv_nsec) / 1000
}
