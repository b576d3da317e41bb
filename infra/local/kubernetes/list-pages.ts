// Lists cut by `limit`: every page shows the moment of the first one. The rest is held under the continue token until
// it is read or too many newer ones have come; then the token is `Expired`, as after a compaction.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { isObject } from './frozen-json.ts'
import { badRequest, expired } from './status-error.ts'

export interface Page {
  readonly items: readonly KubernetesObject[]
  readonly version: number
  readonly continue?: string
  readonly remaining?: number
}

export interface ListPages {
  first(items: readonly KubernetesObject[], version: number, limit: number | undefined): Page
  next(token: string, limit: number | undefined): Page
  /** Every token given so far is expired. */
  forget(): void
}

interface Rest {
  readonly items: readonly KubernetesObject[]
  readonly version: number
}

const maxHeld = 100

/** Whether it is one of those that were given at some time. */
function isToken(token: string): boolean {
  try {
    return isObject(JSON.parse(Buffer.from(token, 'base64url').toString()))
  } catch {
    return false
  }
}

export function listPages(): ListPages {
  const held = new Map<string, Rest>()
  let tokens = 0

  function cut(rest: Rest, limit: number | undefined): Page {
    if (!limit || rest.items.length <= limit) return rest
    const token = Buffer.from(JSON.stringify({ v: rest.version, n: ++tokens })).toString(
      'base64url',
    )
    const remaining = rest.items.slice(limit)
    held.set(token, { items: remaining, version: rest.version })
    for (const oldest of held.keys()) {
      if (held.size <= maxHeld) break
      held.delete(oldest)
    }
    const items = rest.items.slice(0, limit)
    return { items, version: rest.version, continue: token, remaining: remaining.length }
  }

  return {
    first: (items, version, limit) => cut({ items, version }, limit),
    next(token, limit) {
      const rest = held.get(token)
      if (rest) return cut(rest, limit)
      if (!isToken(token)) throw badRequest('continue key is not valid')
      throw expired(
        'The provided continue parameter is too old to display a consistent list result',
      )
    },
    forget: () => held.clear(),
  }
}
