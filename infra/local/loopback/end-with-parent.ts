// A child of the local stack ends when its parent does, however that ended: the kernel closes the pipe on standard input.

/** `end` is called once, on the parent's end or when asked to stop. */
export function endWithParent(end: () => void): void {
  let called = false
  const once = (): void => {
    if (called) return
    called = true
    end()
  }
  process.once('SIGTERM', once)
  process.stdin.once('end', once).once('error', once).resume()
}
