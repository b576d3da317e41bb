// Admin Activity entries of the container API as they leave the log sink (GCP facts 3.1): one when an operation begins,
// one when it ends, one of severity ERROR for a refusal. Whoever reads them gets them late, twice or not at all.
import type { Clock } from '../../../shared/ports.ts'
import type { GkeOperation } from '../../../shared/google-cloud.ts'
import type { Profile } from '../profile.ts'
import type { OperationTarget } from './container/container-operations.ts'
import { poolPath } from './container/container-paths.ts'
import type { FaultBoard } from './faults/fault-board.ts'
import { randomSuffix } from './identifiers.ts'

/** google.logging.v2.LogEntry as JSON. */
export type LogEntry = { readonly [field: string]: unknown }

export interface AuditedCall {
  /** `CreateNodePool` and the like. */
  readonly method: string
  readonly principal: string
  readonly permission: string
  readonly target: OperationTarget
  readonly request: object
}

export interface AuditLog {
  began(call: AuditedCall, operation: GkeOperation): void
  ended(call: AuditedCall, operation: GkeOperation): void
  refused(call: AuditedCall, status: { code: number; message: string }): void
  /** For other logs that share the sink. */
  deliver(entry: LogEntry): void
}

const PRODUCER = 'container.googleapis.com'
const REQUEST_TYPE = 'type.googleapis.com/google.container.v1alpha1.'

interface AuditOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly faults: Pick<FaultBoard, 'strike'>
  readonly sink: (entry: LogEntry) => void
}

export function auditLog({ clock, profile, faults, sink }: AuditOptions): AuditLog {
  const happens = (chance: number): boolean => chance > 0 && clock.random() < chance

  function deliver(entry: LogEntry): void {
    const { drop = 0, duplicate = 0, delay = 0 } = faults.strike('audit-log') ?? {}
    const copies = happens(drop) ? 0 : happens(duplicate) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      // A random half, so that entries also change order.
      const extra = delay > 0 && clock.random() < 0.5 ? profile.scaled(delay * 1000) : 0
      clock.after(profile.auditDelivery() + extra, () =>
        sink({ ...entry, receiveTimestamp: new Date(clock.now()).toISOString() }),
      )
    }
  }

  function write(call: AuditedCall, severity: string, payload: object, more: object): void {
    const { target, method } = call
    deliver({
      insertId: randomSuffix(() => clock.random(), 12),
      logName: `projects/${target.project}/logs/cloudaudit.googleapis.com%2Factivity`,
      timestamp: new Date(clock.now()).toISOString(),
      severity,
      resource: resourceOf(target),
      ...more,
      protoPayload: {
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        serviceName: PRODUCER,
        methodName: `google.container.v1.ClusterManager.${method}`,
        resourceName:
          target.pool === undefined
            ? target.clusterPath
            : poolPath(target.clusterPath, target.pool),
        resourceLocation: { currentLocations: [target.location] },
        ...payload,
      },
    })
  }

  return {
    deliver,
    began(call, operation) {
      const payload = {
        ...askedBy(call, true),
        request: { '@type': `${REQUEST_TYPE}${call.method}Request`, ...call.request },
        response: { '@type': `${REQUEST_TYPE}Operation`, ...operation },
      }
      write(call, 'NOTICE', payload, {
        operation: { id: operation.name, producer: PRODUCER, first: true },
      })
    },
    ended(call, operation) {
      if (happens(faults.strike('audit-log')?.missingLast ?? 0)) return
      const metadata = { operationType: operation.operationType }
      write(
        call,
        'NOTICE',
        { metadata, status: operation.error ?? {} },
        {
          operation: { id: operation.name, producer: PRODUCER, last: true },
        },
      )
    },
    refused(call, status) {
      const payload = {
        ...askedBy(call, status.code !== PERMISSION_DENIED),
        request: { '@type': `${REQUEST_TYPE}${call.method}Request`, ...call.request },
        response: {},
        status,
      }
      write(call, 'ERROR', payload, {})
    },
  }
}

/** google.rpc.Code. */
const PERMISSION_DENIED = 7

function askedBy({ principal, permission }: AuditedCall, granted: boolean): object {
  return {
    authenticationInfo: { principalEmail: principal },
    authorizationInfo: [{ permission, granted, resourceAttributes: {} }],
    requestMetadata: { callerIp: '127.0.0.1', callerSuppliedUserAgent: 'kindling' },
  }
}

function resourceOf({ project, location, cluster, pool }: OperationTarget): object {
  const labels = { cluster_name: cluster, location, project_id: project }
  return pool === undefined
    ? { type: 'gke_cluster', labels }
    : { type: 'gke_nodepool', labels: { ...labels, nodepool_name: pool } }
}

/** The other sink's filter: what stands in the way of nodes, of all that the autoscaler says. */
export function tellsOfBlockedScaleUp({ logName, jsonPayload }: LogEntry): boolean {
  const isAutoscaler =
    typeof logName === 'string' && logName.endsWith('%2Fcluster-autoscaler-visibility')
  if (!isAutoscaler || typeof jsonPayload !== 'object' || jsonPayload === null) return false
  return 'resultInfo' in jsonPayload || 'noDecisionStatus' in jsonPayload
}

/** The sink's filter of GCP facts 3.3: ends of GKE operations, and refusals. */
export function endsGkeOperation(entry: LogEntry): boolean {
  const { logName, severity, operation } = entry as {
    logName?: string
    severity?: string
    operation?: { last?: boolean }
  }
  const isActivity = logName?.endsWith('cloudaudit.googleapis.com%2Factivity') === true
  return isActivity && (operation?.last === true || severity === 'ERROR')
}
