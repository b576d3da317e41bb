// The bus as one IAM member meets it who is no more than a publisher of some topics: everything else is denied.
import { CallError } from '../../../shared/call-error.ts'
import type { Bus } from '../../../shared/ports.ts'

/** `publishersOf` throws `not-found` without the topic. */
export function busAsMember(
  bus: Bus,
  member: string,
  publishersOf: (topic: string) => readonly string[],
): Bus {
  const denied = async (action: string): Promise<never> => {
    await Promise.resolve()
    throw new CallError('denied', `bus: ${member} may not ${action}`)
  }
  return {
    async publish(topic, message) {
      await Promise.resolve()
      if (!publishersOf(topic).includes(member)) return await denied(`publish to ${topic}`)
      return await bus.publish(topic, message)
    },
    getTopic: async (topic) => await denied(`get ${topic}`),
    createTopic: async (topic) => await denied(`create ${topic}`),
    allowPublisher: async (topic) => await denied(`grant on ${topic}`),
    subscribe: async (topic) => await denied(`subscribe to ${topic}`),
    unsubscribe: async (subscription) => await denied(`delete ${subscription}`),
    deleteTopic: async (topic) => await denied(`delete ${topic}`),
  }
}
