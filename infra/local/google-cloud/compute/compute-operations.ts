// Compute operations: PENDING, RUNNING, DONE; and the memory of request ids, by which a repeated call is not done twice.
import type { Clock } from '../../../../shared/ports.ts'
import type { ComputeOperation } from '../../../../shared/google-cloud.ts'
import type { Profile } from '../../profile.ts'
import { type FaultBoard, isMeant } from '../faults/fault-board.ts'
import type { FaultValue } from '../faults/fault-catalog.ts'
import { randomUuid } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { COMPUTE_URL } from './resource-paths.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** How many ended operations are remembered. */
const KEPT = 10_000

interface Start {
  readonly project: string
  /** `global` or `regions/R`. */
  readonly scope: string
  readonly type: 'insert' | 'patch' | 'delete'
  readonly targetLink: string
  readonly requestId: string
  /** When the work begins, and when it has been done. */
  readonly running: () => void
  readonly done: () => void
  /** Instead of `done`, when it ends with an error. */
  readonly failed: () => void
}

export interface ComputeOperations {
  /** The operation that this request id started before, if any. Throws `invalid` unless it is a UUID that is not all zeros. */
  replay(project: string, requestId: string): ComputeOperation | undefined
  start(start: Start): ComputeOperation
  get(project: string, scope: string, name: string): ComputeOperation | undefined
}

export function computeOperations(
  clock: Clock,
  profile: Profile,
  faults: Pick<FaultBoard, 'strike'>,
): ComputeOperations {
  const operations = new Map<string, ComputeOperation>()
  const requests = new Map<string, string>()

  function keep(path: string, operation: ComputeOperation): void {
    operations.set(path, operation)
    for (const [oldest, { status }] of operations) {
      if (operations.size <= KEPT || status !== 'DONE') break
      operations.delete(oldest)
    }
  }

  return {
    replay(project, requestId) {
      if (!UUID.test(requestId) || /^[0-]+$/.test(requestId))
        throw new Refusal(
          'invalid',
          'invalid',
          `Invalid value for field 'requestId': '${requestId}'. Must be a UUID that is not all zeros.`,
        )
      const path = requests.get(`${project} ${requestId}`)
      return path === undefined ? undefined : operations.get(path)
    },
    start({ project, scope, type, targetLink, requestId, running, done, failed }) {
      const collection = /\/([a-z]+)\/[^/]+$/.exec(targetLink)?.[1]
      const failing = faults.strike(
        'network-operation-fails',
        (fault) => isMeant(fault.type, type) && isMeant(fault.collection, collection),
      )
      const name = `operation-${clock.now()}-${randomUuid(() => clock.random())}`
      const path = `projects/${project}/${scope}/operations/${name}`
      const region =
        scope === 'global' ? {} : { region: `${COMPUTE_URL}projects/${project}/${scope}` }
      const pending: ComputeOperation = {
        name,
        status: 'PENDING',
        operationType: type,
        targetLink,
        ...region,
      }
      keep(path, pending)
      requests.set(`${project} ${requestId}`, path)
      clock.after(profile.operationPending, () => {
        running()
        operations.set(path, { ...pending, status: 'RUNNING' })
      })
      clock.after(profile.operationPending + profile.computeOperation(), () => {
        if (failing) failed()
        else done()
        const error = failing ? errorOf(failing, targetLink) : {}
        operations.set(path, { ...pending, status: 'DONE', ...error })
      })
      return pending
    },
    get: (project, scope, name) =>
      operations.get(`projects/${project}/${scope}/operations/${name}`),
  }
}

const HTTP: Record<FaultValue<'network-operation-fails'>['code'], number> = {
  INTERNAL_ERROR: 500,
  QUOTA_EXCEEDED: 403,
  IP_SPACE_EXHAUSTED: 400,
  RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: 400,
}

function errorOf(
  { code, message }: FaultValue<'network-operation-fails'>,
  targetLink: string,
): Pick<ComputeOperation, 'error' | 'httpErrorStatusCode'> {
  const path = targetLink.slice(COMPUTE_URL.length)
  const says = message ?? `${code}: the operation on '${path}' did not succeed.`
  return { error: { errors: [{ code, message: says }] }, httpErrorStatusCode: HTTP[code] }
}
