// What a real API server does and the embedded one does not, each with the reason why it need not. The embedded one must fail
// these: what it has learnt leaves this table.
import { expect, test } from 'vitest'
import type { RestAnswer } from './kubernetes-rest.ts'
import { idlePod, type KubernetesSubject } from './kubernetes-subject.ts'

interface Case {
  readonly title: string
  /** Why the embedded server need not. */
  readonly reason: string
  readonly holds: (subject: KubernetesSubject, namespace: string) => Promise<void>
}

const maps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`
const core = (namespace: string, kind: string): string => `/api/v1/namespaces/${namespace}/${kind}`

function applied(subject: KubernetesSubject, namespace: string, by: string): Promise<RestAnswer> {
  return subject.rest('PATCH', `${maps(namespace)}/a?fieldManager=${by}`, {
    type: 'application/apply-patch+yaml',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { by } },
  })
}

const cases: readonly Case[] = [
  {
    title: 'an apply of a field that another manager owns is a conflict',
    reason: 'nobody owns fields: Kindling does not apply, and people who do are alone',
    async holds(subject, namespace) {
      await applied(subject, namespace, 'one')
      expect((await applied(subject, namespace, 'two')).code).toBe(409)
    },
  },
  {
    title: 'who wrote which field is kept',
    reason: 'the same; nothing of Kindling reads it',
    async holds(subject, namespace) {
      const { body } = await applied(subject, namespace, 'one')
      expect(body.metadata).toHaveProperty('managedFields')
    },
  },
  {
    title: 'a field that a spec does not have is dropped',
    reason: 'the schemas of built-in kinds are not in this repository',
    async holds(subject, namespace) {
      const pod = idlePod(namespace, 'a', { colour: 'red' })
      const { body } = await subject.rest('POST', core(namespace, 'pods'), { body: pod })
      expect(body.spec).not.toHaveProperty('colour')
    },
  },
  {
    title: 'a strict create refuses a field that a kind does not have',
    reason: 'the same',
    async holds(subject, namespace) {
      const body = { metadata: { name: 'a' }, colour: 'red' }
      const path = `${maps(namespace)}?fieldValidation=Strict`
      expect((await subject.rest('POST', path, { body })).code).toBe(400)
    },
  },
  {
    title: 'a Service gets an address',
    reason: 'there is no network; the Services of Kindling are headless',
    async holds(subject, namespace) {
      const body = { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } }
      const made = await subject.rest('POST', core(namespace, 'services'), { body })
      expect(String(made.body.spec?.['clusterIP'])).toMatch(/^\d+\./)
    },
  },
  {
    title: 'a pod can be evicted',
    reason: 'nodes are emptied by the simulated cloud, which deletes pods',
    async holds(subject, namespace) {
      const path = core(namespace, 'pods')
      await subject.rest('POST', path, { body: idlePod(namespace, 'a') })
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a', namespace } }
      expect((await subject.rest('POST', `${path}/a/eviction`, { body })).code).toBe(201)
    },
  },
  {
    title: 'a service account gets tokens',
    reason: 'the tokens of the local stack are the names of their users',
    async holds(subject, namespace) {
      const path = `${core(namespace, 'serviceaccounts')}/default/token`
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
      expect((await subject.rest('POST', path, { body })).code).toBe(201)
    },
  },
  {
    title: 'a namespace that enforces restricted pods refuses others',
    reason:
      'pod security is a policy of its own; a law holds that all pods of Kindling are restricted',
    async holds(subject, namespace) {
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
      await subject.rest('PATCH', `/api/v1/namespaces/${namespace}`, {
        body: { metadata: { labels } },
      })
      const pod = idlePod(namespace, 'a', { hostNetwork: true })
      expect((await subject.rest('POST', core(namespace, 'pods'), { body: pod })).code).toBe(403)
    },
  },
]

/** `isEmbedded`: where each must fail. */
export function beyondTests(subject: KubernetesSubject, isEmbedded: boolean): void {
  const titled = cases.map(({ title, reason, holds }): [string, Case['holds']] => [
    isEmbedded ? `${title} (excepted: ${reason})` : title,
    holds,
  ])
  test.each(titled)('%s', async (_title, holds) => {
    const held = subject.namespace().then((name) => holds(subject, name))
    const how = await held.then(
      () => 'holds',
      (error: unknown) =>
        error instanceof Error && error.name === 'AssertionError' ? 'does not hold' : error,
    )
    expect(how).toBe(isEmbedded ? 'does not hold' : 'holds')
  })
}
