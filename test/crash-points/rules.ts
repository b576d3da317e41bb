// The invariants of the simulation, kept while a scenario runs and looked at once it has come to rest.
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { WORKSPACE } from '../loop/fixture.ts'
import { invariants } from '../simulation/invariants/invariants.ts'
import { readRest } from '../simulation/rest.ts'
import type { Scenario } from '../simulation/scenario.ts'
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
  ending: 'rest',
}

/** Answers a function that tells, at rest, which rules were broken, and how. */
export function watchRules(stack: InProcessStack): () => Promise<readonly string[]> {
  const broken = new Set<string>()
  const tower = watchTower()
  tower.follow(stack)
  for (const { id, during } of invariants)
    during?.(tower.watchFor((about, says) => broken.add(`${id}: ${about} ${says}`)))
  return async () => {
    const workspace = stack.store.dump().find(({ path }) => path === WORKSPACE)
    const isDeleted = workspace?.data['state'] === 'NOT_PROVISIONED'
    const rest = readRest(asked, stack, {
      isDeleted,
      failures: [],
      unacknowledged: stack.bus.waiting(),
    })
    for (const { id, atRest } of invariants)
      for (const { about, says } of (await atRest?.(rest)) ?? [])
        broken.add(`${id}: ${about} ${says}`)
    return [...broken]
  }
}
