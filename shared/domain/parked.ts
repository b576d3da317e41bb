// What is known of a document that cannot be worked with: kept beside it until it is mended, for operators to see. Pure.
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { MalformedDocument } from './document-fault.ts'
import { parkedOf } from './paths.ts'
import { Instant } from './time.ts'

export const Parked = z.object({
  /** Its path. */
  document: z.string(),
  is: z.enum(['unreadable', 'newer', 'too-large']),
  /** Empty where the fault is the document's as a whole. */
  field: z.string(),
  got: z.string(),
  allowed: z.string(),
  mend: z.string(),
  since: Instant,
})
export type Parked = z.infer<typeof Parked>

/** Where it is kept that this document is parked. */
export function parkedPathOf(document: string): string {
  const [, account = '', ...rest] = document.split('/')
  const digest = hash('sha256', document).slice(0, 16)
  return `${parkedOf(account)}/${rest.at(-2)}-${digest}`
}

export function parkedFor({ document, fault }: MalformedDocument, since: Instant): Parked {
  return { document, ...fault, since }
}
