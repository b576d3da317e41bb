// A clock's callback later, for clocks that are made for tests: by a sleep that is aborted when it is called off.
import type { Clock } from '../shared/ports.ts'

export function afterBy(sleep: Clock['sleep']): Clock['after'] {
  return (ms, run) => {
    const off = new AbortController()
    sleep(ms, off.signal).then(run, () => undefined)
    return () => off.abort()
  }
}
