// An HTTP server on the loopback that takes Pub/Sub's pushes and gives them to the functions of a test.
import { createServer, type IncomingMessage } from 'node:http'
import { z } from 'zod'
import { listenOnLoopback } from '../../infra/local/loopback/listen.ts'
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

export async function pushReceiver(): Promise<PushReceiver> {
  const answers = new Map<string, (message: Received) => Promise<void>>()

  async function receive(request: IncomingMessage): Promise<void> {
    const [, functionName = '', topic = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
    const { subscription, message } = Push.parse(JSON.parse(await bodyOf(request)))
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
      () => response.writeHead(204).end(),
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
