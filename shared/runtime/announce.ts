// Publishes a fact under an id of its own, which is always the same, so that subscribers can tell repeats (protocol rule 16).
import { hash } from 'node:crypto'
import { lifecycle } from '../../events/lifecycle.ts'
import { Fact } from '../domain/records.ts'
import type { World } from '../ports.ts'
import { read, updateOf } from './stored.ts'

export async function announce(world: World, path: string): Promise<void> {
  const fact = await read(world.store, path, Fact)
  if (!fact || fact.value.publishedAt !== null) return
  const { about, account = '', workspace = '', cluster = '', state } = fact.value.lifecycle
  const { hibernation } = fact.value.lifecycle
  const event = {
    specversion: '1.0',
    id: hash('sha256', path).slice(0, 32),
    source: `//kindling/${path.split('/').slice(0, -2).join('/')}`,
    type: lifecycle.type,
    time: new Date(fact.value.at).toISOString(),
    datacontenttype: 'application/json',
    ...(fact.value.traceparent === undefined ? {} : { traceparent: fact.value.traceparent }),
    data: fact.value.lifecycle,
  }
  await world.bus.publish(lifecycle.topic, {
    data: JSON.stringify(event),
    attributes: {
      about,
      account,
      workspace,
      cluster,
      state,
      ...(hibernation === undefined ? {} : { hibernation }),
    },
  })
  // Refused: somebody else has published it too, which does no harm.
  await world.store.commit([updateOf(fact, { ...fact.value, publishedAt: world.clock.now() })])
}
