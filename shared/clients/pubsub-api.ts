// The clients of Pub/Sub's API, opened with the first call. The only file that imports the SDK.
import { emulatorSettings } from './grpc-call.ts'
import type { PolicyCalls } from './topic-access.ts'

/** `emulator`: `host:port`, or undefined for Google's own. */
export async function openPubsub(projectId: string, emulator: string | undefined) {
  const { v1 } = (await import('@google-cloud/pubsub')).default
  const settings = { projectId, ...(emulator && (await emulatorSettings(emulator))) }
  const publisher = new v1.PublisherClient(settings)
  const subscriber = new v1.SubscriberClient(settings)
  return {
    publisher,
    subscriber,
    /** Its types ask for instances of message classes; plain objects do, as in its other calls. */
    policies: publisher as unknown as PolicyCalls,
    async close(): Promise<void> {
      await Promise.all([publisher.close(), subscriber.close()])
    },
  }
}

export type PubsubApi = Awaited<ReturnType<typeof openPubsub>>
