// What the simulated cloud's faults do to calls that come into a real API server from outside, in the terms of its front
// door. Conflicts of quota writers stand for those between several API servers, which one alone does not have.
import type { Clock } from '../../../shared/ports.ts'
import { CallError } from '../../../shared/call-error.ts'
import type { FrontDoorOptions } from '../../kubernetes/front-door.ts'
import { type FaultBoard, isMeant } from '../google-cloud/faults/fault-board.ts'
import { endpointFaults } from './cluster-faults.ts'

const VERBS: Readonly<Record<string, 'create' | 'patch' | 'delete'>> = {
  POST: 'create',
  PATCH: 'patch',
  DELETE: 'delete',
}
const PODS = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/

export function frontDoorFaults(
  faults: FaultBoard,
  place: { readonly path: string; readonly name: string },
  clock: Pick<Clock, 'sleep'>,
): FrontDoorOptions['before'] {
  const outside = endpointFaults(faults, place)
  /** Creates of pods that write the quota of a namespace now. */
  const writing = new Map<string, number>()

  async function takeTurn(namespace: string): Promise<void> {
    const limit = faults
      .all('quota-conflict')
      .find((fault) => isMeant(fault.cluster, place.path, place.name))
    if (!limit) return
    const busy = writing.get(namespace) ?? 0
    if (busy >= limit.parallel)
      throw new CallError(
        'conflict',
        'Operation cannot be fulfilled on resourcequotas: the object has been modified; please apply your changes to the latest version and try again',
      )
    writing.set(namespace, busy + 1)
    try {
      await clock.sleep(limit.writeMs)
    } finally {
      writing.set(namespace, (writing.get(namespace) ?? 1) - 1)
    }
  }

  return async ({ user, method, path }) => {
    const [bare = path] = path.split('?')
    await outside({ user, verb: VERBS[method] ?? 'get', apiVersion: '', kind: bare })
    const [, namespace] = PODS.exec(bare) ?? []
    if (method === 'POST' && namespace !== undefined) await takeTurn(namespace)
  }
}
