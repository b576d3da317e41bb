// Kubernetes quantities (`500m`, `4`, `8Gi`) as whole numbers that add up exactly: cpu in thousandths of a core,
// everything else in its own unit (bytes, pods).
const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
}

const pattern = /^([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:[eE]([+-]?\d+)|([a-zA-Z]*))$/

/** The value in its own unit; nothing when the text is no quantity. */
export function parseQuantity(quantity: unknown): number | undefined {
  const match = pattern.exec(String(quantity))
  if (!match) return undefined
  const [, digits = '', exponent, suffix = ''] = match
  if (exponent !== undefined) return Number(`${digits}e${exponent}`)
  const factor = suffixes[suffix]
  return factor === undefined ? undefined : Number(digits) * factor
}

/** What divides an amount evenly goes into the suffix. */
function reduced(amount: number, base: number, units: readonly string[]): string {
  let left = amount
  let unit = 0
  while (left !== 0 && left % base === 0 && unit < units.length - 1) {
    left /= base
    unit += 1
  }
  return left === 0 ? '0' : `${left}${units[unit] ?? ''}`
}

const decimal = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const canonical = new Map<string, string>()

/** The one form in which the API server writes it; what is no quantity, or finer than a thousandth, as it is. */
export function canonicalQuantity(quantity: unknown): unknown {
  if (typeof quantity !== 'string' && typeof quantity !== 'number') return quantity
  const text = String(quantity)
  const known = canonical.get(text)
  if (known !== undefined) return known
  const value = parseQuantity(text)
  if (value === undefined || /[eE]/.test(text) || !Number.isSafeInteger(value * 1000)) return text
  const isBinary = /[KMGTPE]i$/.test(text) && Number.isInteger(value) && Math.abs(value) >= 1024
  const written = isBinary ? reduced(value, 1024, binary) : reduced(value * 1000, 1000, decimal)
  if (canonical.size < 10_000) canonical.set(text, written)
  return written
}

/** `cpu` also stands in `requests.cpu` and `limits.cpu`. */
function isCpu(resource: string): boolean {
  return resource === 'cpu' || resource.endsWith('.cpu')
}

/** The amount of a resource as a whole number; 0 for what cannot be read (validation refuses it before). */
export function amountOf(resource: string, quantity: unknown): number {
  const value = parseQuantity(quantity) ?? 0
  // Rounded up, as the API server does; the small step back keeps 0.1 * 1000 from becoming 101.
  return Math.max(0, Math.ceil((isCpu(resource) ? value * 1000 : value) - 1e-6))
}

/** The shortest exact text of an amount. */
export function formatAmount(resource: string, amount: number): string {
  if (isCpu(resource)) return reduced(amount, 1000, decimal)
  const isBytes = resource.includes('memory') || resource.includes('storage')
  if (!isBytes) return reduced(amount * 1000, 1000, decimal)
  for (const suffix of ['Pi', 'Ti', 'Gi', 'Mi', 'Ki']) {
    const factor = suffixes[suffix] ?? 1
    if (amount !== 0 && amount % factor === 0) return `${amount / factor}${suffix}`
  }
  return String(amount)
}
