// One list for all who ask for the same at the same time: the batches of a large launch look at all of its pods, each for
// its own, and 20 lists of 1,000 pods at once hold up an API server for longer than a call may take.

export interface SharedLists {
  /**
   * What `list` answers, or what the same one answers for somebody else: of a list that begins after it was asked for. `key`
   * tells what is listed.
   */
  ask<T>(key: string, list: () => Promise<T>): Promise<T>
}

interface Flight {
  readonly answer: Promise<unknown>
  /** For those who ask while it is under way: it may have begun before what they know of. */
  next?: Promise<unknown>
}

export function sharedLists(): SharedLists {
  const flights = new Map<string, Flight>()

  function begin(key: string, list: () => Promise<unknown>): Promise<unknown> {
    const flight: Flight = { answer: list() }
    flights.set(key, flight)
    const end = (): void => {
      if (!flight.next) flights.delete(key)
    }
    flight.answer.then(end, end)
    return flight.answer
  }

  function ask(key: string, list: () => Promise<unknown>): Promise<unknown> {
    const flight = flights.get(key)
    if (!flight) return begin(key, list)
    const after = (): Promise<unknown> => begin(key, list)
    return (flight.next ??= flight.answer.then(after, after))
  }

  return { ask: ask as SharedLists['ask'] } // one key is one list, and so of one type
}
