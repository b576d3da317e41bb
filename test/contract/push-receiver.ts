// An HTTP server on the loopback that takes Pub/Sub's pushes and gives them to the functions of a test.
import { createServer, type IncomingMessage } from 'node:http'
import { z } from 'zod'
import { listenOnLoopback } from '../../infra/local/loopback/listen.ts'
import type { PushAttempts } from '../../infra/local/functions/push-attempts.ts'
import type { Received } from './bus-contract.ts'

const Push = z.object({
  subscription: z.string(),
  message: z.object({
    messageId: z.string(),
    data: z.base64().default(''),
    attributes: z.record(z.string(), z.string()).default({}),
  }),
})

export interface PushReceiver {
  /** Where pushes of this topic reach this function. */
  endpoint(functionName: string, topic: string): string
  handle(functionName: string, answer: (message: Received) => Promise<void>): void
  close(): Promise<void>
}

const UNCOUNTED: PushAttempts = { isGivenUp: () => Promise.resolve(false) }

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** `pushes`: stands in for what the sender has not. */
export async function pushReceiver(pushes: PushAttempts = UNCOUNTED): Promise<PushReceiver> {
  const answers = new Map<string, (message: Received) => Promise<void>>()

  async function receive(request: IncomingMessage): Promise<number> {
    const [, functionName = '', topic = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
    const body = await bodyOf(request)
    const calling = take(functionName, topic, body).then(
      () => 204,
      () => 500,
    )
    const answer = calling.then((status) => ({ status, headers: {}, body: Buffer.alloc(0) }))
    const isGivenUp = await pushes.isGivenUp(functionName, Buffer.from(body), answer)
    return isGivenUp ? 204 : calling
  }

  async function take(functionName: string, topic: string, body: string): Promise<void> {
    const { subscription, message } = Push.parse(JSON.parse(body))
    await answers.get(functionName)?.({
      topic,
      subscription: subscription.slice(subscription.lastIndexOf('/') + 1),
      messageId: message.messageId,
      data: Buffer.from(message.data, 'base64').toString('utf8'),
      attributes: message.attributes,
    })
  }

  const server = createServer((request, response) => {
    void receive(request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(500).end(),
    )
  })
  const { port, close } = await listenOnLoopback(server)
  return {
    endpoint: (functionName, topic) =>
      `http://127.0.0.1:${port}/${functionName}/${encodeURIComponent(topic)}`,
    handle: (functionName, answer) => void answers.set(functionName, answer),
    close,
  }
}
