import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccountId, ClusterId, WorkspaceId } from '../../events/ids.ts'
import {
  attemptId,
  driverPodName,
  executorPodName,
  firewallName,
  gkeClusterName,
  namespaceName,
  natName,
  networkName,
  nodePoolName,
  podPlace,
  requestUuid,
  routerName,
  nodeServiceAccountEmail,
  serviceAccountEmail,
  sparkClusterName,
  subnetName,
} from './names.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('')
const ALNUM = [...LETTERS, ...'0123456789'.split('')]

/** Legal ids of up to `max` characters, long ones and ones full of hyphens as likely as short ones. */
function ids(max: number, first: readonly string[]): fc.Arbitrary<string> {
  const middle = fc.string({ unit: fc.constantFrom(...ALNUM, '-', '-'), maxLength: max - 2 })
  return fc.oneof(
    fc.constantFrom(...first),
    fc
      .tuple(fc.constantFrom(...first), middle, fc.constantFrom(...ALNUM))
      .map((parts) => parts.join('')),
    fc.constant(`${first[0] ?? 'a'}${'-'.repeat(max - 2)}z`),
  )
}

const accounts = ids(30, LETTERS)
const workspaces = ids(20, LETTERS)
const clusters = ids(40, ALNUM)
const pools = ids(60, ALNUM)
const lives = fc.oneof(fc.constantFrom(1, 2, 11, 999_999), fc.integer({ min: 1, max: 999_999 }))
const all = fc.record({
  account: accounts,
  workspace: workspaces,
  cluster: clusters,
  pool: pools,
  life: lives,
})
type Ids = typeof all extends fc.Arbitrary<infer Value> ? Value : never

const COMPUTE = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/
const GKE = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

const rules: Record<string, { rule: RegExp; name: (of: Ids) => string }> = {
  network: { rule: COMPUTE, name: (of) => networkName(of, of.life) },
  subnet: { rule: COMPUTE, name: (of) => subnetName(of, of.life) },
  router: { rule: COMPUTE, name: (of) => routerName(of, of.life) },
  nat: { rule: COMPUTE, name: (of) => natName(of, of.life) },
  firewall: { rule: COMPUTE, name: (of) => firewallName(of, 'allow-health-checks', of.life) },
  gkeCluster: { rule: GKE, name: (of) => gkeClusterName(of, of.life) },
  nodePool: { rule: GKE, name: (of) => nodePoolName(of, of.life) },
  namespace: { rule: DNS_LABEL, name: (of) => namespaceName(of, of.life) },
  sparkCluster: { rule: DNS_LABEL, name: (of) => sparkClusterName(of, of.life) },
  driver: { rule: DNS_LABEL, name: (of) => driverPodName(of.life, 99) },
  executor: { rule: DNS_LABEL, name: (of) => executorPodName(1000, of.life, 99) },
  serviceAccount: {
    rule: /^[a-z]([-a-z0-9]{4,28}[a-z0-9])@a-project\.iam\.gserviceaccount\.com$/,
    name: (of) => serviceAccountEmail(of, 'a-project'),
  },
  nodeServiceAccount: {
    rule: /^[a-z]([-a-z0-9]{4,28}[a-z0-9])@a-project\.iam\.gserviceaccount\.com$/,
    name: (of) => nodeServiceAccountEmail(of, 'a-project'),
  },
}

describe('derived names', () => {
  it('are drawn from ids that the events accept', () => {
    fc.assert(
      fc.property(all, (of) => {
        expect(AccountId.safeParse(of.account).success).toBe(true)
        expect(WorkspaceId.safeParse(of.workspace).success).toBe(true)
        expect(ClusterId.safeParse(of.cluster).success).toBe(true)
      }),
    )
  })

  it.each(Object.entries(rules))('%s: legal for every legal id', (_, { rule, name }) => {
    fc.assert(
      fc.property(all, (of) => {
        expect(name(of)).toMatch(rule)
      }),
    )
  })

  it('are the same for the same ids', () => {
    const of = {
      account: 'acme',
      workspace: 'prod',
      cluster: 'etl',
      pool: 'n2-standard-8',
      life: 3,
    }
    for (const { name } of Object.values(rules)) expect(name(of)).toBe(name({ ...of }))
    expect(networkName(of, 3)).toMatch(/^kdl-prod-[0-9a-z]{8}-net-3$/)
    expect(nodePoolName(of, 3)).toMatch(/^n2-standard-8-[0-9a-z]{8}-3$/)
  })

  it('differ when path, life or role differs, however long ids are cut', () => {
    const close = fc
      .tuple(all, all)
      .map(([one, other]) => [
        one,
        { ...one, account: other.account },
        { ...one, workspace: other.workspace },
        { ...one, cluster: other.cluster },
        { ...one, pool: other.pool },
        { ...one, pool: `${one.pool}x` },
        { ...one, life: other.life },
      ])
    // What each name has to tell apart; pods and custom resource only within a namespace.
    const identity: Record<string, (of: Ids) => readonly unknown[]> = {
      nodePool: (of) => [of.account, of.workspace, of.pool, of.life],
      namespace: (of) => [of.account, of.workspace, of.cluster, of.life],
      sparkCluster: (of) => [of.cluster, of.life],
      driver: (of) => [of.life],
      executor: (of) => [of.life],
      serviceAccount: (of) => [of.account, of.workspace],
      nodeServiceAccount: (of) => [of.account, of.workspace],
    }
    fc.assert(
      fc.property(close, (variants) => {
        const owners = new Map<string, string>()
        for (const of of variants) {
          for (const [role, { name }] of Object.entries(rules)) {
            const parts = identity[role]?.(of) ?? [of.account, of.workspace, of.life]
            const owner = JSON.stringify([role, ...parts])
            const made = name(of)
            expect(owners.get(made) ?? owner).toBe(owner)
            owners.set(made, owner)
          }
        }
      }),
    )
  })

  it('executors: index, life and incarnation are told apart', () => {
    const part = fc.tuple(fc.integer({ min: 1, max: 1000 }), lives, fc.nat({ max: 9 }))
    fc.assert(
      fc.property(part, part, (one, other) => {
        const same = one.join() === other.join()
        expect(executorPodName(...one) === executorPodName(...other)).toBe(same)
      }),
    )
    expect(executorPodName(7, 1)).toBe('executor-0007-1')
    expect(executorPodName(7, 1, 2)).toBe('executor-0007-1-r2')
  })

  it('pods: a name tells its index, life and incarnation, and no other name is taken for one', () => {
    const part = fc.tuple(fc.integer({ min: 1, max: 1000 }), lives, fc.nat({ max: 99 }))
    fc.assert(
      fc.property(part, ([index, life, incarnation]) => {
        const place = { index, life, incarnation }
        expect(podPlace(executorPodName(index, life, incarnation))).toEqual(place)
        expect(podPlace(driverPodName(life, incarnation))).toEqual({ ...place, index: 0 })
      }),
    )
    for (const name of ['driver', 'driver-1-', 'executor-1-1', 'executor-0001', 'x-driver-1', '']) {
      expect(podPlace(name)).toBeUndefined()
    }
  })

  it.each([0, -1, 1.5, Number.NaN, 1_000_000])('refuse %d as a life', (life) => {
    expect(() => driverPodName(life)).toThrow(RangeError)
  })

  it('refuse a firewall rule that would not fit', () => {
    expect(() => firewallName({ account: 'a', workspace: 'w' }, 'a'.repeat(20), 1)).toThrow(
      RangeError,
    )
  })
})

describe('attemptId', () => {
  it('is a legal document id that no other attempt has', () => {
    const parts = fc.tuple(
      fc.oneof(
        workspaces.map((w) => `workspaces/${w}`),
        fc.tuple(workspaces, clusters).map(([w, c]) => `workspaces/${w}/clusters/${c}`),
        fc.tuple(workspaces, pools).map(([w, p]) => `workspaces/${w}/pools/${p}`),
      ),
      lives,
      fc.string({ unit: fc.constantFrom(...ALNUM, '-', '.'), minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 10_000 }),
    )
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(attemptId(...one)).toMatch(/^(?!__.*__$)[^/]{1,200}$/)
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect(attemptId(...one) === attemptId(...other)).toBe(same)
      }),
    )
    expect(() => attemptId('workspaces/w', 1, 'a/b', 1)).toThrow(RangeError)
  })
})

describe('requestUuid', () => {
  it('is a UUID, the same for the same text only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(requestUuid(one)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        )
        expect(requestUuid(one) === requestUuid(other)).toBe(one === other)
      }),
    )
  })
})
