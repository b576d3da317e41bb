// Pub/Sub's emulator has neither a count of deliveries nor dead letters: so the front door counts the failures of each message,
// and does with the last what Pub/Sub does, which is to forward it and to deliver it no more.
import { z } from 'zod'
import type { DeliveryPolicy } from '../../../shared/clients/pubsub-limits.ts'
import type { BusMessage, Log } from '../../../shared/ports.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { buriedAttributes } from '../bus/buried-attributes.ts'
import type { FunctionAnswer } from './function-call.ts'

const Push = z.object({
  subscription: z.string(),
  message: z.object({
    messageId: z.string(),
    publishTime: z.string().default('1970-01-01T00:00:00Z'),
    data: z.string().default(''),
    attributes: z.record(z.string(), z.string()).default({}),
  }),
})
type Push = z.infer<typeof Push>

export interface PushAttempts {
  /** Whether this was the last delivery of the message, which has failed and was forwarded: it is to be acknowledged. */
  isGivenUp(name: string, body: Buffer, calling: Promise<FunctionAnswer>): Promise<boolean>
}

/** `publish`: on the dead-letter topic. */
export function pushAttempts(
  policyOf: (name: string) => DeliveryPolicy,
  publish: (topic: string, message: BusMessage) => Promise<unknown>,
  log: Log,
): PushAttempts {
  const failures = new Map<string, number>()

  /** One that cannot be forwarded is delivered again. */
  async function bury(topic: string, { message, subscription }: Push, attempts: number) {
    const { data, attributes, publishTime } = message
    const buried = { attributes, publishTime: Date.parse(publishTime) }
    try {
      await publish(topic, {
        data: Buffer.from(data, 'base64').toString('utf8'),
        attributes: buriedAttributes(buried, lastOf(subscription), attempts),
      })
      return true
    } catch (error) {
      log('WARNING', 'dead letter could not be forwarded', { topic, error: textOf(error) })
      return false
    }
  }

  return {
    async isGivenUp(name, body, calling) {
      const { deadLetter } = policyOf(name)
      const isDone = await isAcknowledged(calling)
      if (!deadLetter || (isDone && failures.size === 0)) return false
      const push = read(body)
      if (!push) return false
      const key = `${push.subscription} ${push.message.messageId}`
      if (isDone) {
        failures.delete(key)
        return false
      }
      const attempts = (failures.get(key) ?? 0) + 1
      failures.set(key, attempts)
      if (attempts < deadLetter.maxAttempts) return false
      const isBuried = await bury(deadLetter.topic, push, attempts)
      if (isBuried) failures.delete(key)
      return isBuried
    },
  }
}

async function isAcknowledged(calling: Promise<FunctionAnswer>): Promise<boolean> {
  try {
    const { status } = await calling
    return status >= 200 && status <= 299
  } catch {
    return false
  }
}

function read(body: Buffer): Push | undefined {
  try {
    return Push.safeParse(JSON.parse(body.toString('utf8'))).data
  } catch {
    return undefined
  }
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
