// One step on the in-process engines: a world in which everything that the step waits for has been made, by running the
// steps that make it, and nothing else. Knows no step by name, so that a new one is covered as soon as it is registered.
import { virtualClock, type VirtualClock } from '../../infra/local/clock.ts'
import { PoolEntity, WorkspaceEntity } from '../../shared/domain/entity.ts'
import { entityRef, workspacePath } from '../../shared/domain/paths.ts'
import type { Subject } from '../../shared/domain/plan.ts'
import { minutes } from '../../shared/domain/time.ts'
import type { Kubernetes, World } from '../../shared/ports.ts'
import { stepPorts } from '../../shared/runtime/step-ports.ts'
import { registry } from '../../shared/steps/registry.ts'
import type { RunnableStep, StepPorts } from '../../shared/steps/step.ts'
import { type Faults, faults } from '../faults.ts'
import { converge } from './converge.ts'
import { dumpOf } from './dump.ts'
import { startEngines } from './engines.ts'
import { identityOf, PROJECT, subjectOf, type Who } from './subjects.ts'

type Fields = Readonly<Record<string, unknown>>

interface Told {
  readonly subject: Subject
  readonly inputFor: (of: Subject, revision: number) => Fields
}

export interface Lab {
  readonly step: RunnableStep
  /** What the step was given. */
  readonly input: Fields
  readonly subject: Subject
  /** What it would be given for another subject, in the next generation. */
  readonly inputFor: (subject: Subject) => Fields
  readonly clock: VirtualClock
  readonly faults: Faults
  /** The step's ports, as for an attempt that is claimed now. */
  readonly ports: () => StepPorts
  /** The step's Kubernetes as GKE sees it, which may do what Kindling may not. */
  readonly gke: () => Kubernetes
  /** The same made for another: another workspace, or another cluster or pool in this one. */
  readonly makeNeighbour: () => Promise<void>
  /** Awaits, with time moving on. */
  readonly drive: <Answer>(work: Promise<Answer>) => Promise<Answer>
  /** Lets everything that is under way come to an end. */
  readonly rest: () => Promise<void>
  /** Everything that is there, one line each, without what changes by itself. */
  readonly dump: () => Promise<string[]>
  readonly stop: () => Promise<void>
}

export async function startLab(step: RunnableStep): Promise<Lab> {
  const clock = virtualClock()
  const engines = startEngines(clock, PROJECT)
  const injected = faults(clock)
  const world = injected.wrap(engines.world)
  const identity = identityOf()
  await putWanted(engines.world)

  async function drive<Answer>(work: Promise<Answer>): Promise<Answer> {
    let isOver = false
    const over = (): boolean => (isOver = true)
    work.then(over, over)
    await clock.until('the work ends', () => isOver, minutes(60))
    return work
  }

  const ports = (): StepPorts => stepPorts(world, identity, clock.now())

  const lab = { clock, drive, ports }
  const made = new Map<string, Fields>()

  /** All that a step's first instance is told, after everything that it waits for has been made. */
  async function prepare(wanted: RunnableStep, who: Who): Promise<Told> {
    if (wanted.kind !== 'workspace') {
      for (const each of registry) if (each.kind === 'workspace') await make(each, 'first')
    }
    const outputs: Record<string, Fields> = {}
    for (const [name, { name: dependency }] of Object.entries(wanted.after)) {
      outputs[name] = await make(stepOf(dependency), who)
    }
    const subject = subjectOf(wanted.kind, made, who)
    const awaited = wanted.awaits?.(subject)
    if (awaited !== undefined) await putRunning(world, awaited)
    const inputFor = (of: Subject, revision: number): Fields =>
      wanted.input({ subject: of, life: 1, revision, index: 1 }, outputs)
    return { subject, inputFor }
  }

  async function make(wanted: RunnableStep, who: Who): Promise<Fields> {
    const key = `${who} ${wanted.name}`
    const before = made.get(key)
    if (before) return before
    const { subject, inputFor } = await prepare(wanted, who)
    const input = inputFor(subject, 1)
    const output = await converge({ ...lab, step: wanted, input }, 'up')
    made.set(key, output)
    return output
  }

  const rest = (): Promise<void> => clock.advance(minutes(2))
  const { subject, inputFor } = await prepare(step, 'first')
  await rest()
  injected.record()
  return {
    ...lab,
    step,
    input: inputFor(subject, 1),
    subject,
    inputFor: (of) => inputFor(of, 2),
    faults: injected,
    gke() {
      const [kubernetes] = engines.data.clusters.values()
      if (!kubernetes) throw new Error('there is no GKE cluster')
      return kubernetes.face('system:masters')
    },
    makeNeighbour: async () => void (await make(step, 'second')),
    rest,
    dump: () => dumpOf(engines, identity),
    stop: () => drive(engines.data.stop()),
  }
}

function stepOf(name: string): RunnableStep {
  const found = registry.find((each) => each.name === name)
  if (!found) throw new Error(`"${name}" is waited for and not registered`)
  return found
}

/** The workspaces that things are made for: what they share comes only while they are wanted. */
async function putWanted({ store, clock }: World): Promise<void> {
  for (const who of ['first', 'second'] as const) {
    const subject = subjectOf('workspace', new Map(), who)
    const { account, workspace } = subject.identity
    const entity = WorkspaceEntity.parse({
      kind: 'workspace',
      account,
      workspace,
      generation: 1,
      want: 'up',
      request: 'workspace-1',
      changedAt: clock.now(),
      spec: subject.spec,
      state: 'PROVISIONING',
    })
    const path = workspacePath(account, workspace)
    await store.commit([{ op: 'create', path, data: entity }])
  }
}

/** The entity that a step waits for, as it is once it runs. */
async function putRunning(world: World, path: string): Promise<void> {
  const ref = entityRef(path)
  if (ref?.kind !== 'pool') throw new Error(`nobody here can make "${path}" run`)
  const entity = PoolEntity.parse({
    ...ref,
    generation: 1,
    want: 'up',
    request: 'pool-1',
    changedAt: world.clock.now(),
    spec: { machineType: ref.pool, spot: false },
    state: 'RUNNING',
  })
  await world.store.commit([{ op: 'create', path, data: entity }])
}
