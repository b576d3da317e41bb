// Ids that Google would make up, drawn from the given source of chance so that a seed gives the same ones.

const HEX = '0123456789abcdef'
const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'

function draw(random: () => number, alphabet: string, length: number): string {
  let text = ''
  for (let index = 0; index < length; index++)
    text += alphabet.charAt(Math.floor(random() * alphabet.length))
  return text
}

export function randomUuid(random: () => number): string {
  const hex = (length: number): string => draw(random, HEX, length)
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
}

/** Lower-case letters and digits. */
export function randomSuffix(random: () => number, length: number): string {
  return draw(random, ALPHANUMERIC, length)
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/** Eight hexadecimal digits that depend only on the text. */
export function stableHex(text: string): string {
  return hash(text).toString(16).padStart(8, '0')
}

/** A project's number: GKE writes it where one expects the id. */
export function projectNumber(project: string): string {
  return String(100_000_000_000 + hash(project))
}

/** The id that Compute gives a resource. */
export function numericId(random: () => number): string {
  return String(Math.floor(1e15 + random() * 8e15))
}
