// google.container.v1 messages as bytes and as JSON, by the definitions that Google's own client ships. Field names and
// values follow the canonical JSON of protocol buffers, so nothing here knows what the production client makes of them.
import { createRequire } from 'node:module'
import { protobuf, serializer } from 'google-gax'

const definitions: unknown = createRequire(import.meta.url)(
  '@google-cloud/container/build/protos/protos.json',
)
// The file is the JSON form of a protobufjs root.
const root = protobuf.Root.fromJSON(definitions as Parameters<typeof protobuf.Root.fromJSON>[0])

type JsonValue = Parameters<typeof serializer.fromProto3JSON>[1]

export interface Codec {
  decode(bytes: Buffer): unknown
  encode(value: unknown): Buffer
}

/** `type`: a message of google.container.v1, such as `NodePool`. */
export function codecOf(type: string): Codec {
  const message = root.lookupType(type.includes('.') ? type : `google.container.v1.${type}`)
  return {
    decode: (bytes) => numbersOf(serializer.toProto3JSON(message.decode(bytes))),
    encode(value) {
      // Plain objects of the port; whatever the message does not have is left out.
      const made = serializer.fromProto3JSON(message, value as JsonValue)
      if (!made) throw new Error(`not a ${type}: ${JSON.stringify(value)}`)
      return Buffer.from(message.encode(made).finish())
    },
  }
}

/** Canonical JSON writes 64-bit numbers as text; the port has them as numbers. */
const LONGS = new Set(['maxPodsPerNode'])

function numbersOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbersOf)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      LONGS.has(key) && typeof item === 'string' ? Number(item) : numbersOf(item),
    ]),
  )
}
