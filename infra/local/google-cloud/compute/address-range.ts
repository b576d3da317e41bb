// IPv4 ranges in CIDR notation, as far as Compute checks them.

export interface AddressRange {
  readonly first: number
  readonly last: number
  readonly prefix: number
}

/** Undefined unless the text is a network address with its prefix: `10.0.0.0/19`, not `10.0.0.1/19`. */
export function addressRange(cidr: string): AddressRange | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr)
  if (!match) return undefined
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number)
  if (a > 255 || b > 255 || c > 255 || d > 255 || prefix > 32) return undefined
  const first = ((a * 256 + b) * 256 + c) * 256 + d
  const size = 2 ** (32 - prefix)
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined
}

export function overlaps(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.last && other.first <= one.last
}
