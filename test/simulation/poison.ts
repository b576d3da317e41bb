// Messages that nobody can act on, each of which must be refused and be told of, and keep nobody waiting.
const data = { account: 'acme-quokka', workspace: 'w0-quokka', cluster: 'poisoned' }
const event = {
  specversion: '1.0',
  source: '//poison.example/simulation',
  type: 'kindling.cluster.requested.v1',
}

export interface Poison {
  readonly topic: string
  readonly text: string
}

const said = (topic: string, body: unknown): Poison => ({ topic, text: JSON.stringify(body) })

export const poison: readonly Poison[] = [
  { topic: 'cluster-requested', text: '{"specversion":' },
  { topic: 'workspace-requested', text: 'null' },
  said('cluster-requested', { ...event, id: 'poison-type', type: 'kindling.other.v9', data }),
  said('cluster-requested', { ...event, id: 'poison-version', specversion: '9.9', data }),
  said('cluster-requested', { ...event, id: 'poison-nothing' }),
  said('cluster-requested', { ...event, id: 'poison-account', data: { ...data, account: '../x' } }),
  said('cluster-requested', { ...event, id: 'poison-null', data: { ...data, executors: null } }),
  said('cluster-change-requested', {
    ...event,
    id: 'poison-tenant',
    type: 'kindling.cluster.change.requested.v1',
    data: { account: 'nobody', workspace: 'none', cluster: 'c', change: { action: 'terminate' } },
  }),
]
