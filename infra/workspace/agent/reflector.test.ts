// Whatever happens to its calls, a reflector ends up knowing what is there.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../../shared/call-error.ts'
import { minutes, seconds } from '../../../shared/domain/time.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { virtualClock } from '../../local/clock.ts'
import { kubernetesEngine } from '../../local/kubernetes/engine.ts'
import { startReflector } from './reflector.ts'

const kind = { apiVersion: 'v1', kind: 'ConfigMap' }
const labels = { app: 'a' }

function world(seed: number) {
  const clock = virtualClock(seed)
  const calls: string[] = []
  let refusal: CallError | undefined
  const engine = kubernetesEngine({
    clock,
    before({ user, verb }) {
      if (user !== 'system:masters') return
      calls.push(verb)
      if (refusal) throw refusal
    },
  })
  const known = new Map<string, string>()
  const put = ({ metadata, ...content }: KubernetesObject): void => {
    known.set(metadata.name, JSON.stringify(content['data']))
  }
  const reflector = startReflector({
    kubernetes: engine.face('system:masters'),
    clock,
    kind,
    labelSelector: 'app=a',
    onList(objects) {
      known.clear()
      objects.forEach(put)
    },
    onChange: (type, object) =>
      type === 'DELETED' ? known.delete(object.metadata.name) : put(object),
  })
  const refuse = (error?: CallError): void => void (refusal = error)
  return { clock, engine, api: engine.face('system:admin'), known, calls, reflector, refuse }
}

const ref = (name: string) => ({ ...kind, namespace: 'default', name })

describe('a reflector', () => {
  it('knows in the end what is there, through closed watches, lost history and refused calls', async () => {
    const step = fc.constantFrom(
      'write',
      'write',
      'delete',
      'relabel',
      'close',
      'compact',
      'refuse',
    )
    const names = fc.constantFrom('a', 'b', 'c')
    const steps = fc.array(fc.tuple(step, names, fc.nat({ max: 2000 })), { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(steps, fc.nat({ max: 1000 }), async (moves, seed) => {
        const { clock, engine, api, known, reflector, refuse } = world(seed)
        let count = 0
        for (const [move, name, ms] of moves) {
          const exists = (await api.get(ref(name))) !== undefined
          const value = String(count++)
          if (move === 'write' && exists) await api.patch(ref(name), { data: { value } })
          else if (move === 'write')
            await api.create({ ...kind, metadata: { ...ref(name), labels }, data: { value } })
          else if (move === 'delete' && exists) await api.delete(ref(name))
          else if (move === 'relabel' && exists)
            await api.patch(ref(name), { metadata: { labels: { app: 'b' } } })
          else if (move === 'close') engine.closeWatches()
          else if (move === 'compact') engine.compact()
          else if (move === 'refuse') refuse(new CallError('unavailable', 'not now'))
          await clock.advance(ms)
          refuse()
        }
        await clock.advance(minutes(2))
        const { items } = await api.list(kind, { labelSelector: 'app=a' })
        const there = items.map(({ metadata, data }) => [metadata.name, JSON.stringify(data)])
        expect(Object.fromEntries(known)).toEqual(Object.fromEntries(there))
        expect(reflector.isCurrent()).toBe(true)
        const stopping = reflector.stop()
        await clock.advance(seconds(1))
        await stopping
        engine.stop()
      }),
      { numRuns: 60 },
    )
  })

  it('does not call in a loop a server that closes every watch at once, or refuses everything', async () => {
    const { clock, engine, calls, refuse, reflector } = world(3)
    await clock.advance(seconds(1))
    const closing = calls.length
    for (let ms = 0; ms < seconds(60); ms += 10) {
      engine.closeWatches()
      await clock.advance(10)
    }
    expect(calls.length - closing).toBeLessThan(20)
    refuse(new CallError('unavailable', 'not now'))
    engine.closeWatches()
    const refusing = calls.length
    await clock.advance(minutes(5))
    expect(calls.length - refusing).toBeLessThan(30)
    expect(reflector.isCurrent()).toBe(false)
  })

  it('lists in pages', async () => {
    const { clock, engine, api, known, calls, refuse } = world(4)
    refuse(new CallError('unavailable', 'not yet'))
    engine.closeWatches()
    for (let index = 0; index < 1100; index++) {
      await api.create({ ...kind, metadata: { ...ref(`c${index}`), labels }, data: {} })
    }
    engine.compact()
    const before = calls.length
    refuse()
    await clock.advance(seconds(60))
    expect(known.size).toBe(1100)
    expect(calls.slice(before).filter((verb) => verb === 'list')).toHaveLength(3)
  })

  it('says nothing more once it was stopped', async () => {
    const { clock, api, known, reflector } = world(5)
    await clock.advance(seconds(1))
    const stopping = reflector.stop()
    await clock.advance(seconds(1))
    await stopping
    await api.create({ ...kind, metadata: { ...ref('late'), labels }, data: {} })
    await clock.advance(minutes(1))
    expect(known.size).toBe(0)
  })
})
