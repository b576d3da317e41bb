// A figure that a bench has measured: repeated values of one quantity, what they should be, and how they are told.

export type Unit = 'ms' | 's' | 'x' | '%' | 'MB' | 'kB' | 'count' | 'per hour' | 'USD' | 'per day'

export interface Target {
  readonly is: 'at most' | 'at least'
  readonly value: number
}

export interface Figure {
  /** Unique within a bench, in plain words. */
  readonly name: string
  readonly unit: Unit
  /** One for each repeat, in order. */
  readonly values: readonly number[]
  readonly target?: Target
  /** What must be known to read it. */
  readonly note?: string
}

export const atMost = (value: number): Target => ({ is: 'at most', value })
export const atLeast = (value: number): Target => ({ is: 'at least', value })

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** NaN of no values. */
export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN }
}

/** Between the two nearest where it lies between. `sorted` upwards; `part`: 0 to 1. */
export function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN]
  return low + (high - low) * (at - Math.floor(at))
}

/** Whether its median is within its target; undefined where it has none. */
export function isMet({ values, target }: Figure): boolean | undefined {
  if (!target) return undefined
  const { median } = summary(values)
  return target.is === 'at most' ? median <= target.value : median >= target.value
}

/** As programs read it. */
export function figureJson(bench: string, figure: Figure): object {
  const { name, unit, values, target, note } = figure
  const { median, min, max } = summary(values)
  return {
    kind: 'figure',
    bench,
    name,
    value: round(median),
    unit,
    target: target ?? null,
    met: isMet(figure) ?? null,
    runs: values.length,
    min: round(min),
    median: round(median),
    max: round(max),
    ...(note === undefined ? {} : { note }),
  }
}

/** As people read it, one line. */
export function figureLine(figure: Figure, width: number): string {
  const { name, unit, values, target, note } = figure
  const { median, min, max } = summary(values)
  const spread = values.length > 1 ? `  (${text(min)} to ${text(max)}, ${values.length} runs)` : ''
  const wanted = target
    ? `  ${target.is} ${text(target.value)}: ${isMet(figure) ? 'met' : 'MISSED'}`
    : ''
  return `  ${name.padEnd(width)} ${text(median).padStart(9)} ${unit}${wanted}${spread}${note ? `  ${note}` : ''}`
}

const text = (value: number): string => String(round(value))

/** Four digits that mean something. */
function round(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : value
}
