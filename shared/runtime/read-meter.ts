// Takes the agent's meter in, from the Lease where it stands: with each audit of a workspace, and once more right before the
// workspace's services are taken down, which the Lease goes with. A meter that cannot be read is read the next time: it holds sums.
import { WorkspaceOutputs } from '../domain/entity.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { Meter, MeterLevel, takeIn } from '../domain/meter.ts'
import { ledgerOf, meterPath } from '../domain/paths.ts'
import type { Identity } from '../domain/plan.ts'
import { AGENT_LEASE } from '../manifests/agent.ts'
import { annotationKeys } from '../manifests/labels.ts'
import type { World } from '../ports.ts'
import { textOf } from './failures.ts'
import { createOf, read, readAll, updateOf } from './stored.ts'

/** Does nothing while the workspace has no GKE cluster. Throws what the ports throw. */
export async function readMeter(world: World, path: string, identity: Identity): Promise<void> {
  const entries = await readAll(world.store, ledgerOf(path), LedgerEntry)
  const made = entries.find(({ value }) => value.item.step === 'gke-cluster')?.value.thing
  const gke = WorkspaceOutputs.safeParse(made?.have === 'present' ? made.output : undefined).data
  if (!gke) return
  // Read before the Lease is: a word from an earlier GKE cluster then meets a newer version, and is refused.
  const before = await read(world.store, meterPath(path), Meter)
  const level = levelIn(
    (await world.kubernetes(identity, gke.endpoint).get(AGENT_LEASE))?.metadata.annotations,
  )
  const meter = level && takeIn(before?.value, level)
  if (!meter) return
  await world.store.commit([before ? updateOf(before, meter) : createOf(meterPath(path), meter)])
}

/** The deletion goes on without it: the agent may be gone for long. */
export async function readLastMeter(world: World, path: string, identity: Identity): Promise<void> {
  try {
    await readMeter(world, path, identity)
  } catch (error) {
    world.log('WARNING', 'the last of the meter is lost', { path, error: textOf(error) })
  }
}

function levelIn(
  annotations: Readonly<Record<string, string>> | undefined,
): MeterLevel | undefined {
  try {
    return MeterLevel.safeParse(JSON.parse(annotations?.[annotationKeys.meter] ?? '')).data
  } catch {
    return undefined
  }
}
