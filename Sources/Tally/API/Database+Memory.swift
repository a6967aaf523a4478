extension Database {
  /// Gives memory back to the system at once that finished queries and loads have left.
  ///
  /// Large pieces of memory are kept for half a minute after their use, at most an eighth of the
  /// machine's memory and 2 GB, because the next query takes them up faster than new ones. That memory
  /// is the whole process's, so that this holds for all databases; what a table or an answer holds
  /// stays as it is.
  public static func releaseSpareMemory() { SpareMemory.shared.releaseAll() }
}
