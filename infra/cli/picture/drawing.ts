// What pictures of a launch are drawn with: colors that stay apart for colour-blind eyes and in grey, bars, lines, words. Pure.
import type { Span } from '../../../shared/domain/timeline.ts'
import { type Attributes, element, escaped } from './element.ts'
import type { TimeScale } from './time-scale.ts'

export const WIDTH = 1200
/** Of a row, and of a bar so short that it would not be seen. */
export const ROW = 20
export const NARROW = 2

/** After Okabe and Ito. */
export const COLORS = {
  paper: '#ffffff',
  text: '#1b1f24',
  quiet: '#59636e',
  grid: '#e4e7eb',
  hop: '#9aa4af',
  critical: '#c2410c',
  own: '#0072b2',
  cloud: '#b7c0ca',
  node: '#e69f00',
  bound: '#0072b2',
  image: '#56b4e9',
  spark: '#009e73',
} as const

export function label(text: string, x: number, y: number, more: Attributes = {}): string {
  return element('text', { x, y, ...more }, escaped(text))
}

export function rule(x1: number, y1: number, x2: number, y2: number, more: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...more })
}

export interface Bar {
  readonly color: string
  /** Shown where the pointer rests on it. */
  readonly says: string
  /** Written into it, where it has the room. */
  readonly text?: string
  readonly isCritical?: boolean
  readonly height?: number
}

export function bar(scale: TimeScale, { startedAt, endedAt }: Span, y: number, of: Bar): string {
  const x = scale.x(startedAt)
  const width = Math.max(NARROW, scale.x(endedAt) - x)
  const height = of.height ?? ROW - 4
  const edge = of.isCritical ? { stroke: COLORS.critical, 'stroke-width': 1.5 } : {}
  const box = element(
    'rect',
    { x, y, width, height, rx: 2, fill: of.color, ...edge },
    element('title', {}, escaped(of.says)),
  )
  const hasRoom = of.text !== undefined && width > of.text.length * 6.5 + 8
  const ink = of.color === COLORS.own ? COLORS.paper : COLORS.text
  return hasRoom ? box + label(of.text, x + 5, y + 12.5, { 'font-size': 11, fill: ink }) : box
}

const MEANINGS = [
  [COLORS.own, 'Kindling works'],
  [COLORS.cloud, 'waits for Google Cloud'],
  [COLORS.node, 'node: scan and boot'],
  [COLORS.image, 'image pull'],
  [COLORS.spark, 'Spark starts'],
] as const

export function legend(left: number, y: number): string {
  const parts = MEANINGS.map(([color, says], at) => {
    const x = left + at * 170
    return (
      element('rect', { x, y: y - 10, width: 12, height: 12, rx: 2, fill: color }) +
      label(says, x + 18, y, { 'font-size': 11 })
    )
  })
  const x = left + MEANINGS.length * 170 - 60
  const box = { x, y: y - 10, width: 12, height: 12, rx: 2, fill: 'none' }
  return [
    ...parts,
    element('rect', { ...box, stroke: COLORS.critical, 'stroke-width': 1.5 }),
    label('critical path', x + 18, y, { 'font-size': 11 }),
  ].join('')
}
