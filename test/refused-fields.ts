// What a schema refuses about a value, for tests of bad input: the path of every field at fault.
import type { z } from 'zod'

/** Dotted paths, sorted, of the fields that the schema refuses; empty when the value is accepted. */
export function refusedFields(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value)
  const fields = result.error?.issues.flatMap((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : []
    const paths = unknown.length > 0 ? unknown.map((key) => [...issue.path, key]) : [issue.path]
    return paths.map((path) => path.join('.'))
  })
  return (fields ?? []).toSorted()
}
