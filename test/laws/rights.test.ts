// The functions and the agent have the rights that they use, and no other: in a life in which all goes its ways, and all is
// disturbed, every right that is declared is used by some call, and no call needs another.
import { beforeAll, describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { putFunctionsRights } from '../../infra/local/stack/functions-identity.ts'
import { AGENT_USER, agentObjects } from '../../shared/manifests/agent.ts'
import { functionsRights } from '../../shared/manifests/functions-rights.ts'
import type { JsonObject } from '../../shared/manifests/object.ts'
import { type CallsByUser, everyCall } from './every-call.ts'

/** As asked of RBAC when somebody gives others rights; nobody calls with them. */
const HANDED_ON = new Set(['escalate', 'bind'])
const agent = { labels: {}, image: 'agent', topic: 'topic', project: 'project' }

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

const singly = (rules: readonly JsonObject[]): string[] =>
  (rules as unknown as Rule[]) // as roles have them
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs
            .filter((verb) => !HANDED_ON.has(verb))
            .map((verb) => `${group} ${resource} ${verb}`),
        ),
      ),
    )
    .toSorted()

describe('declared is what is used', () => {
  let calls: CallsByUser
  beforeAll(async () => {
    calls = await everyCall()
  })

  it('by the functions', () => {
    const [functions = ''] = [...calls.keys()].filter((user) => user.startsWith('kindling-'))
    expect([...(calls.get(functions) ?? [])].toSorted()).toEqual(singly(functionsRights))
  })

  it('by the agent', () => {
    const rules = agentObjects(agent).flatMap((object) => (object['rules'] ?? []) as JsonObject[])
    expect([...(calls.get(AGENT_USER) ?? [])].toSorted()).toEqual(singly(rules))
  })
})

describe('the functions could not give the agent its rights', () => {
  const user = 'kindling@test'

  /** What refuses an object of the agent's, if anything does, where the functions may not do this. */
  async function refusedWithout(verb: string, resource: string): Promise<string> {
    const rules = functionsRights.flatMap((rule) => {
      const { resources, verbs } = rule as unknown as Rule // as roles have them
      const rest = verbs.filter((each) => each !== verb)
      return resources.map((each) => ({
        ...rule,
        resources: [each],
        verbs: each === resource ? rest : verbs,
      }))
    })
    const engine = kubernetesEngine({ clock: virtualClock(1) })
    await putFunctionsRights(engine.face('system:masters'), user, rules)
    const functions = engine.face(user)
    const namespace = { name: 'kindling-system' }
    await functions.create({ apiVersion: 'v1', kind: 'Namespace', metadata: namespace })
    try {
      for (const object of agentObjects(agent)) await functions.create(object)
      return 'nothing'
    } catch (error) {
      return String(error)
    } finally {
      engine.stop()
    }
  }

  it.each([
    ['escalate', 'roles'],
    ['escalate', 'clusterroles'],
    ['bind', 'roles'],
    ['bind', 'clusterroles'],
  ])('without the verb %s on %s', async (verb, resource) => {
    expect(await refusedWithout('none', resource)).toBe('nothing')
    expect(await refusedWithout(verb, resource)).toMatch(/attempting to grant RBAC permissions/)
  })

  it('and may hand nothing on by other kinds', () => {
    const handing = functionsRights.flatMap((rule) => {
      const { resources, verbs } = rule as unknown as Rule // as roles have them
      return verbs.some((verb) => HANDED_ON.has(verb)) ? resources : []
    })
    expect(handing.toSorted()).toEqual(['clusterroles', 'roles'])
  })
})
