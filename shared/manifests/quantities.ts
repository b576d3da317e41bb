// Amounts as Kubernetes writes them back: the shortest exact text. What is written so compares equal to what is read.

const MEMORY_UNITS = ['Mi', 'Gi', 'Ti', 'Pi'] as const

const COUNT_UNITS = ['', 'k', 'M', 'G'] as const

/** Thousandths of a CPU. */
export function cpuQuantity(milli: number): string {
  return milli % 1000 === 0 ? countQuantity(milli / 1000) : `${milli}m`
}

/** A whole number of anything: a thousand is `1k`. */
export function countQuantity(count: number): string {
  let amount = count
  let unit = 0
  while (amount !== 0 && amount % 1000 === 0 && unit < COUNT_UNITS.length - 1) {
    amount /= 1000
    unit++
  }
  return `${amount}${COUNT_UNITS[unit]}`
}

/** Whole MiB. */
export function memoryQuantity(mib: number): string {
  if (mib === 0) return '0'
  let amount = mib
  let unit = 0
  while (amount % 1024 === 0 && unit < MEMORY_UNITS.length - 1) {
    amount /= 1024
    unit++
  }
  return `${amount}${MEMORY_UNITS[unit]}`
}
