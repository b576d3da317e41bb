import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { registerEvents, serverOf } from './functions-framework.ts'

const domainNow = (): unknown => Reflect.get(process, 'domain') ?? 'none'

it('events are handled outside the domain that the framework calls them in, and answered', async () => {
  const seen: unknown[] = []
  registerEvents('probe', async () => {
    seen.push(domainNow())
    await Promise.resolve()
    seen.push(domainNow())
  })
  const server = await serverOf('probe')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'ce-id': '1',
        'ce-source': 'test',
        'ce-type': 'test',
        'ce-specversion': '1.0',
      },
      body: '{}',
    })
    expect(answer.status).toBe(204)
    expect(seen).toEqual(['none', 'none'])
  } finally {
    server.close()
  }
})
