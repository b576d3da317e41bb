// What users are told: which fact a message on the lifecycle topic is of.
import { hash } from 'node:crypto'
import { lifecycle } from '../../events/lifecycle.ts'
import type { Call } from '../../shared/around.ts'

/** Under which a fact is published. */
export function idOfFact(path: string): string {
  return hash('sha256', path).slice(0, 32)
}

/** The id that this call tells users under, or undefined if it tells them nothing. */
export function idTold({ port, method, args: [topic, message] }: Call): string | undefined {
  if (port !== 'bus' || method !== 'publish' || topic !== lifecycle.topic) return undefined
  const data = typeof message === 'object' && message ? Reflect.get(message, 'data') : ''
  return /"id":"([^"]+)"/.exec(String(data))?.[1] ?? ''
}
