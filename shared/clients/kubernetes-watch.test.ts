// Watches of servers that misbehave: no change is missed unsaid, and each watch ends.
import { describe, expect, test } from 'vitest'
import { against, clock, errorOf, failure, map, maps } from '../../test/misbehaving-server.ts'
import type { Kubernetes } from '../ports.ts'

const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`

async function read(kubernetes: Kubernetes, timeoutSeconds = 60): Promise<string[]> {
  const seen: string[] = []
  const { signal } = new AbortController()
  for await (const event of kubernetes.watch(maps, {
    resourceVersion: '5',
    timeoutSeconds,
    signal,
  })) {
    seen.push(event.type === 'BOOKMARK' ? event.resourceVersion : event.type)
  }
  return seen
}

describe('watches', () => {
  const added = line('ADDED', map)

  test('it asks for what was seen, for bookmarks and for an end', async () => {
    let asked = ''
    const { kubernetes } = await against((request, response) => {
      asked = request.url ?? ''
      response.end()
    })
    expect(await read(kubernetes)).toEqual([])
    expect(Object.fromEntries(new URL(asked, 'http://x').searchParams)).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
      timeoutSeconds: '60',
    })
  })

  test('lines may come in any pieces, letters too', async () => {
    const text =
      line('ADDED', { ...map, data: { x: 'smörgåsbord' } }) +
      line('BOOKMARK', { metadata: { resourceVersion: '9' } })
    const { kubernetes } = await against((_request, response) => {
      for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]))
      response.end()
    })
    expect(await read(kubernetes)).toEqual(['ADDED', '9'])
  })

  test('an ERROR event of 410 and a plain 410 are both expired', async () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }
    const event = await against((_request, response) => response.end(added + line('ERROR', status)))
    expect((await errorOf(read(event.kubernetes))).kind).toBe('expired')
    const plain = await against((_request, response) =>
      response.writeHead(410).end(failure(410, 'Expired')),
    )
    expect((await errorOf(read(plain.kubernetes))).kind).toBe('expired')
  })

  test('a torn connection and a torn line are no clean end', async () => {
    const torn = await against((_request, response) => {
      response.write(added, () => response.socket?.destroy())
    })
    expect((await errorOf(read(torn.kubernetes))).kind).toBe('unavailable')
    const half = await against((_request, response) => response.end(added + added.slice(0, 20)))
    expect((await errorOf(read(half.kubernetes))).kind).toBe('unavailable')
  })

  test('a watch outlives the deadline of calls, and ends with its signal', async () => {
    const { kubernetes } = await against((_request, response) => response.write(added))
    const controller = new AbortController()
    const seen: string[] = []
    const reading = (async () => {
      const { signal } = controller
      for await (const event of kubernetes.watch(maps, { resourceVersion: '5', signal }))
        seen.push(event.type)
    })()
    await clock.sleep(500)
    controller.abort()
    await reading
    expect(seen).toEqual(['ADDED'])
  })

  test('a watch that its server does not end is ended here, whether it says anything or not', async () => {
    const silent = await against((_request, response) => response.write(added))
    const error = await errorOf(read(silent.kubernetes, 0.1))
    expect([error.kind, error.message]).toEqual([
      'unavailable',
      'watch ConfigMap a: not ended after 200 ms',
    ])
    const talking = await against((_request, response) => {
      const timer = setInterval(() => response.write(added), 10)
      response.once('close', () => clearInterval(timer))
    })
    expect((await errorOf(read(talking.kubernetes, 0.1))).kind).toBe('unavailable')
  })

  test('a refusal that never ends is unavailable', async () => {
    const { kubernetes } = await against((_request, response) => {
      response.writeHead(403).write('{')
    })
    expect((await errorOf(read(kubernetes))).kind).toBe('unavailable')
  })

  test('a server that never begins to answer is unavailable', async () => {
    const { kubernetes } = await against(() => {})
    expect((await errorOf(read(kubernetes))).kind).toBe('unavailable')
  })
})
