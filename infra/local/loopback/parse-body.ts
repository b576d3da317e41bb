// A request's JSON body as a typed value.
import type { z } from 'zod'
import { CallError } from '../../../shared/call-error.ts'

/** Throws `invalid`, naming the field at fault. */
export function parseBody<Value>(schema: z.ZodType<Value>, body: unknown): Value {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new CallError('invalid', `${issue?.path.join('.') || 'the body'}: ${issue?.message}`)
}
