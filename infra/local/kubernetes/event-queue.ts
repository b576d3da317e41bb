// An asynchronous queue with one reader: what is pushed is read in order, then it ends.

export interface EventQueue<T> extends AsyncIterableIterator<T> {
  push(event: T): void
  /** No more is coming; what is queued is still read, unless it is dropped. */
  end(options?: { drop?: boolean }): void
}

/** `closed` is called once, when the queue has been ended or its reader has left. */
export function eventQueue<T>(closed: () => void = () => {}): EventQueue<T> {
  let queued: T[] = []
  let read = 0
  let ended = false
  let waiting: ((result: IteratorResult<T>) => void) | undefined
  const done: IteratorResult<T> = { done: true, value: undefined }

  function end(options: { drop?: boolean } = {}): void {
    if (options.drop) queued = []
    if (ended) return
    ended = true
    waiting?.(done)
    waiting = undefined
    closed()
  }

  function take(): T {
    const event = queued[read++] as T // the caller has checked that there is one
    if (read === queued.length) {
      queued = []
      read = 0
    }
    return event
  }

  return {
    push(event) {
      if (ended) return
      if (!waiting) queued.push(event)
      else {
        const resolve = waiting
        waiting = undefined
        resolve({ done: false, value: event })
      }
    },
    end,
    next() {
      if (read < queued.length) return Promise.resolve({ done: false, value: take() })
      if (ended) return Promise.resolve(done)
      return new Promise((resolve) => {
        waiting = resolve
      })
    },
    return() {
      end({ drop: true })
      return Promise.resolve(done)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
