// The envelope that every event travels in: CloudEvents 1.0, structured JSON, as the data of a Pub/Sub message.
import { z } from 'zod'

/** W3C trace context, so that one trace spans a request and everything that it causes. */
export const TraceParent = z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)

/** Loose, because CloudEvents allows extension attributes; `data` is as strict as its event says. */
export const Envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(128),
  source: z.string().min(1).max(256),
  type: z.string().min(1).max(128),
  time: z.iso.datetime({ offset: true }).optional(),
  subject: z.string().max(512).optional(),
  datacontenttype: z.literal('application/json').optional(),
  dataschema: z.string().max(512).optional(),
  traceparent: TraceParent.optional(),
  data: z.unknown(),
})
export type Envelope = z.infer<typeof Envelope>

/** Largest message that a request may be: the limit of Eventarc and of Cloud Run functions (bytes). */
export const MESSAGE_BYTES_MAX = 512 * 1024

/** An event: its type with version, the topic it travels on, and the schema of its data. */
export interface EventDeclaration<Schema extends z.ZodType = z.ZodType> {
  readonly type: string
  readonly topic: string
  readonly title: string
  readonly data: Schema
}

/** Declares one event. The topic is named after the event: `cluster.requested` travels on `cluster-requested`. */
export function declareEvent<Schema extends z.ZodType>(
  name: string,
  title: string,
  data: Schema,
): EventDeclaration<Schema> {
  return { type: `kindling.${name}.v1`, topic: name.replaceAll('.', '-'), title, data }
}
