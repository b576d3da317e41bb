// Runs calls in parallel, but only so many at once: an API server is a shared thing.

export function atMost(limit: number): <T>(call: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (call) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await call()
    } finally {
      const next = waiting.shift()
      // The place is handed on, so `running` stays as it is.
      if (next) next()
      else running--
    }
  }
}
