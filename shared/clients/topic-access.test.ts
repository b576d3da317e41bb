import { expect, test } from 'vitest'
import { type PolicyCalls, topicPolicy } from './topic-access.ts'

type Policy = Parameters<PolicyCalls['setIamPolicy']>[0]['policy']

/** IAM that keeps one policy for each resource and refuses a stale etag. */
function setUp(start: Policy) {
  const policies = new Map([['projects/p/topics/t', start]])
  const calls: PolicyCalls = {
    async getIamPolicy({ resource }) {
      return await Promise.resolve([policies.get(resource) ?? {}])
    },
    async setIamPolicy({ resource, policy }) {
      if (policy.etag !== policies.get(resource)?.etag)
        throw Object.assign(new Error('stale etag'), { code: 10 })
      return await Promise.resolve(policies.set(resource, policy))
    },
  }
  const access = topicPolicy(
    async () => await Promise.resolve(calls),
    (topic) => `projects/p/topics/${topic}`,
    1000,
  )
  return { access, policies }
}

test('one member in place of the others; what is not about publishing stays', async () => {
  const viewer = { role: 'roles/pubsub.viewer', members: ['user:v@example.com'] }
  const old = { role: 'roles/pubsub.publisher', members: ['user:old@example.com'] }
  const { access, policies } = setUp({ etag: 'e1', bindings: [old, viewer] })
  expect(await access.publishers('t')).toEqual(['user:old@example.com'])
  await access.grant('t', 'serviceAccount:new@example.com')
  expect(await access.publishers('t')).toEqual(['serviceAccount:new@example.com'])
  expect(policies.get('projects/p/topics/t')).toEqual({
    etag: 'e1',
    bindings: [
      viewer,
      { role: 'roles/pubsub.publisher', members: ['serviceAccount:new@example.com'] },
    ],
  })
})

test('a topic that nobody was let to has no publishers', async () => {
  expect(await setUp({ etag: 'e1' }).access.publishers('t')).toEqual([])
})
