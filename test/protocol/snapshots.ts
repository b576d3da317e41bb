// Reports of the workspace agent, made up: of whatever life, order and content a test needs.
import type { PodSnapshot } from '../../events/pod-snapshot.ts'
import { NamespaceOutput } from '../../shared/steps/namespace.ts'
import { CLUSTER, type Scene } from './scene.ts'

export type Seen = Omit<PodSnapshot, 'cluster'>

/** The custom resource's uid, as the ledger has it. */
export async function uidOf(scene: Scene, life = 1): Promise<string> {
  const entry = await scene.entry(CLUSTER, `namespace-g${life}`)
  if (entry?.thing.have !== 'present') throw new Error('there is no namespace')
  return NamespaceOutput.parse(entry.thing.output).uid
}

/** A term that the real agent does not reach, so that its own reports are the older ones. */
export const FAR_TERM = 100

export function snapshot(
  scene: Scene,
  uid: string,
  sequence: number,
  ready: number,
  level: Partial<Seen['level']> = {},
): Seen {
  return {
    uid,
    term: FAR_TERM,
    sequence,
    observedAt: scene.clock.now(),
    level: {
      driver: 'ready',
      executors: { total: 10, ready, failed: 0 },
      failures: [],
      phases: {},
      ...level,
    },
  }
}
