// The functions host as it is, behind a door that takes its place and lets each delivery through three times: of every other
// one two side by side and one late, of the rest one after the other. `GET /tripled` says how many deliveries that were.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { realClock } from '../../infra/local/clock.ts'
import { freePort } from '../../infra/local/loopback/free-port.ts'

const environment = process.env
const outer = Number(environment['KINDLING_PORT'])
const inner = await freePort(realClock())
let tripled = 0

const server = createServer((request, response) => {
  takeIn(request, response).catch(() => response.writeHead(502).end())
})
server.keepAliveTimeout = 0
await new Promise<void>((resolve) => server.listen(outer, '127.0.0.1', resolve))
environment['KINDLING_PORT'] = String(inner)
await import('../../infra/local/functions/main.ts')

async function takeIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = '/', method = 'GET' } = request
  if (url === '/tripled') return void response.end(JSON.stringify({ tripled }))
  const chunks: Buffer[] = []
  // Without an encoding set, a request's chunks are Buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const passOn = async (): Promise<{ status: number; body: Buffer }> => {
    const answer = await fetch(`http://127.0.0.1:${inner}${url}`, {
      method,
      headers: headersOf(request),
      ...(method === 'POST' && { body: Buffer.concat(chunks) }),
    })
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
  }
  const isDelivery = /^\/(push|functions)\//.test(url)
  const beside = isDelivery ? tripled++ % 2 : 0
  const [answer] = await Promise.all(beside === 1 ? [passOn(), passOn()] : [passOn()])
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  response.end(answer.status === 204 ? undefined : answer.body)
  // Whatever these are answered: the delivery has been acknowledged, or comes again.
  for (let left = isDelivery ? 2 - beside : 0; left > 0; left--)
    await passOn().catch(() => undefined)
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && /^(ce-|content-type|traceparent)/.test(name)
        ? [[name, value]]
        : [],
    ),
  )
}
