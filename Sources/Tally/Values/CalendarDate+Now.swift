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
