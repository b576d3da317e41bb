// Whether something still is as it was asked for. What others hand back has defaults and fields of its own, so what counts
// is that everything asked for is there.

/** `false`, empty text and nothing are alike: services leave out what has its default. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === ''
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Everything of `wanted` is in `found`. Lists of texts may have more, in any order; lists of objects must be as long. */
export function covers(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted)) return coversList(wanted, found)
  if (isFields(wanted)) {
    const there = isFields(found) ? found : {}
    return Object.entries(wanted).every(([key, value]) => covers(value, there[key]))
  }
  return wanted === found || (isNothing(wanted) && isNothing(found))
}

function coversList(wanted: readonly unknown[], found: unknown): boolean {
  const there: readonly unknown[] = Array.isArray(found) ? found : []
  if (!wanted.some(isFields)) return wanted.every((item) => there.includes(item))
  return wanted.length === there.length && wanted.every((item, at) => covers(item, there[at]))
}

/** The two are alike in every field, with nothing more on either side. */
export function isExactly(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted) && Array.isArray(found)) {
    return wanted.length === found.length && wanted.every((item, at) => isExactly(item, found[at]))
  }
  if (!isFields(wanted) || !isFields(found)) return wanted === found
  const keys = new Set([...Object.keys(wanted), ...Object.keys(found)])
  return [...keys].every((key) => isExactly(wanted[key], found[key]))
}
