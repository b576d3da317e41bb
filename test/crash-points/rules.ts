// Rules that no run may break, kept while a scenario runs and looked at once it has come to rest: the invariants of the
// simulation, and what holds only where no process stands still for longer than the protocol allows for.
import { isReadyPod } from '../../infra/local/kubernetes/companions/kubelet.ts'
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import { labelKeys } from '../../shared/manifests/labels.ts'
import type { Fields } from '../../shared/ports.ts'
import type { Call } from '../../shared/around.ts'
import { type Loop, WORKSPACE } from '../loop/fixture.ts'
import { invariants as all } from '../simulation/invariants/invariants.ts'
import { meterIsTrue } from '../simulation/invariants/money.ts'
import { readRest } from '../simulation/rest.ts'
import type { Scenario } from '../simulation/scenario.ts'
import { idOfFact, idTold } from '../simulation/told.ts'
import { watchTower } from '../simulation/watch.ts'

/** What the samples ask for, as the simulation describes what it asks for itself. */
const asked: Scenario = {
  seed: 1,
  tenancy: [
    {
      account: 'acme',
      workspace: 'analytics',
      project: 'acme-analytics-dev',
      path: WORKSPACE,
      clusters: ['etl', 'second'],
    },
  ],
  moves: [],
  weather: {},
  stormMs: 0,
  speed: 1,
  isThorough: false,
  ending: 'rest',
}

/** The meter of a workspace that was woken cannot be compared with nodes that went before. */
const invariants = all.filter((each) => each !== meterIsTrue)

/** How often GKE clusters that have come up are looked for, in milliseconds. */
const ATTACH = 5000

export interface Rules {
  /** To be told of every call that takes effect. */
  called(call: Call): void
  /** At rest: which rules were broken, and how. */
  broken(): Promise<readonly string[]>
}

/** `strangers`: names that are none of ours. */
export function watchRules({ stack, logged, clock }: Loop, strangers: readonly string[]): Rules {
  const found = new Set<string>()
  const told = new Set<string>()
  const tower = watchTower()
  tower.follow(stack)
  for (const { id, during } of invariants)
    during?.(tower.watchFor((about, says) => found.add(`${id}: ${about} ${says}`)))
  tower
    .watchFor(() => undefined)
    .onWrite(({ path, before, after }) => {
      for (const says of falseStates(stack, path, before, after)) found.add(`${path} ${says}`)
    })
  const attach = (): void => {
    tower.attach()
    clock.after(ATTACH, attach)
  }
  attach()
  return {
    called(call) {
      tower.called(call, 'a function')
      const id = idTold(call)
      if (id !== undefined) told.add(id)
    },
    async broken() {
      for (const says of await atRest(stack)) found.add(says)
      for (const path of untold(stack, told)) found.add(`the fact ${path} was never published`)
      // What late hands make is found by the audit; none is late here.
      for (const { message, fields } of logged)
        if (message === 'orphan seen') found.add(`orphan: ${JSON.stringify(fields)}`)
      return [...found].filter((line) => !strangers.some((name) => line.includes(name)))
    },
  }
}

async function atRest(stack: InProcessStack): Promise<string[]> {
  const workspace = stack.store.dump().find(({ path }) => path === WORKSPACE)
  const isDeleted = workspace?.data['state'] === 'NOT_PROVISIONED'
  const rest = readRest(asked, stack, {
    isDeleted,
    failures: [],
    // A delivery whose process died is acknowledged when its time is up, which may be later than the end.
    unacknowledged: 0,
    // What is idle, and what a repeat does, have scenarios of their own.
    isBusy: () => true,
    idleFor: 0,
    changedByReplay: [],
  })
  const findings = await Promise.all(
    invariants.map(async ({ id, atRest }) =>
      ((await atRest?.(rest)) ?? []).map(({ about, says }) => `${id}: ${about} ${says}`),
    ),
  )
  return findings.flat()
}

/** RUNNING is said of what runs, and TERMINATED of what is gone. */
function falseStates(
  stack: InProcessStack,
  path: string,
  before: Fields | undefined,
  after: Fields | undefined,
): string[] {
  const ref = entityRef(path)
  if (ref?.kind !== 'cluster' || before?.['state'] === after?.['state']) return []
  const pods = [...stack.data.clusters.values()]
    .flatMap((engine) => [...engine.snapshot('v1', 'Pod')])
    .filter(({ metadata }) => metadata.labels?.[labelKeys.cluster] === ref.cluster)
  const state = after?.['state'] ?? 'deleted'
  const isGone = state === 'TERMINATED' || state === 'deleted'
  if (isGone && pods.length > 0) return [`is ${state} with ${pods.length} pods`]
  const hasDriver = pods.some(
    (pod) =>
      pod.metadata.name.startsWith('driver-') &&
      isReadyPod(pod) &&
      isOfThisStart(pod.metadata.name, after),
  )
  return state === 'RUNNING' && !hasDriver
    ? ['is RUNNING without a driver of its latest start']
    : []
}

function isOfThisStart(name: string, after: Fields | undefined): boolean {
  return name.split('-').includes(String(after?.['epoch']))
}

function untold(stack: InProcessStack, told: ReadonlySet<string>): string[] {
  return stack.store
    .dump()
    .filter(({ path, data }) => path.includes('/facts/') && data['publishedAt'] !== null)
    .map(({ path }) => path)
    .filter((path) => !told.has(idOfFact(path)))
}
