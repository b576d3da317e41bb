// Which probes one simulation came by.
import { CallError } from '../../../shared/call-error.ts'
import { entityRef } from '../../../shared/domain/paths.ts'
import type { Fields } from '../../../shared/ports.ts'
import type { Watch } from '../watch.ts'
import type { FaultKind } from '../weather.ts'
import {
  codeProbe,
  edgeProbe,
  errorProbe,
  faultProbe,
  outcomeProbe,
  troubleProbe,
} from './probes.ts'

export interface Reached {
  readonly probes: ReadonlySet<string>
  readonly watch: (watch: Watch) => void
  /** `what`: whom it struck, with the port's method in it if it was a call. */
  readonly struck: (kind: FaultKind, what: string) => void
  /** A call of a function came to this error. */
  readonly failed: (error: unknown) => void
  trouble(name: string): void
}

const METHOD = /(?:^| at )((?:store|bus|gke|network|kubernetes)\.\w+)/

export function reached(): Reached {
  const probes = new Set<string>()
  return {
    probes,
    watch({ onWrite }) {
      onWrite(({ path, before, after }) => {
        const kind = entityRef(path)?.kind
        const [from, to] = [stateOf(before) ?? 'start', stateOf(after) ?? 'end']
        if (kind && from !== to) probes.add(edgeProbe(kind, from, to))
        const code = codeOf(after)
        if (code !== undefined) probes.add(codeProbe(code))
        const is = after?.['is']
        if (path.includes('/requests/') && typeof is === 'string') probes.add(outcomeProbe(is))
      })
    },
    struck(kind, what) {
      probes.add(faultProbe(kind))
      const method = METHOD.exec(what)?.[1]
      if (method !== undefined) probes.add(`${kind} ${method}`)
    },
    failed(error) {
      if (error instanceof CallError) probes.add(errorProbe(error.kind))
    },
    trouble: (name) => void probes.add(troubleProbe(name)),
  }
}

function stateOf(data: Fields | undefined): string | undefined {
  return typeof data?.['state'] === 'string' ? data['state'] : undefined
}

interface Reasoned {
  readonly reason?: { readonly code?: string }
}

/** Of an entity, an outcome, the failure of a ledger entry, or a fact. */
function codeOf(data: Fields | undefined): string | undefined {
  const { reason, failure, lifecycle } = (data ?? {}) as Reasoned & {
    readonly failure?: Reasoned
    readonly lifecycle?: Reasoned
  }
  return (reason ?? failure?.reason ?? lifecycle?.reason)?.code
}
