/// The size of the stack that walking the deepest tree takes, in bytes, in a build without
/// optimisation.
package let largeStackSize = 16 << 20

/// Runs `body` on a thread of its own whose stack has `size` bytes, and waits for its result.
///
/// Functions that walk a deep tree recursively need more stack than the 512 KiB that threads of an
/// app have. Nothing is returned if the system gives no thread.
package func onStack<Value: Sendable>(
  of size: Int = largeStackSize, _ body: @escaping @Sendable () -> Value
) -> Value? {
  let result = ThreadResult<Value>()
  let thread = SystemThread(SystemThread.Options(stackSize: size, isJoined: true)) {
    result.value = body()
  }
  thread?.join()
  return result.value
}

/// What came out of a thread. The joining of the thread orders the accesses.
private final class ThreadResult<Value: Sendable>: @unchecked Sendable {
  var value: Value?
}
