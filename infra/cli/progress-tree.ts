// A tree of steps as lines of text. Pure: the tree and the time in, lines out; who writes them, and where, is not known here.
import { durationText } from './duration.ts'

type ProgressState = 'waiting' | 'running' | 'done' | 'failed'

/** One line of the tree. Among its siblings a title is unique. */
export interface ProgressNode {
  readonly title: string
  readonly state: ProgressState
  /** Such as `37 of 100 ready`, or why it failed. */
  readonly detail?: string
  /** Milliseconds since 1970. */
  readonly startedAt?: number
  readonly endedAt?: number
  readonly children?: readonly ProgressNode[]
}

const MARKS: Record<ProgressState, string> = { waiting: '·', running: '›', done: '✓', failed: '✗' }
const INDENT = '  '

/** The whole tree, as many lines as there is room for: what is done folds first, then the rest is counted. */
export function treeLines(
  nodes: readonly ProgressNode[],
  now: number,
  room: { readonly columns: number; readonly rows: number },
): string[] {
  const foldings = [() => true, hasWorkLeft, (node: ProgressNode) => node.state === 'running']
  const drawn = foldings.map((isOpen) => drawLines(nodes, now, isOpen, ''))
  const lines = drawn.find(({ length }) => length <= room.rows) ?? drawn.at(-1) ?? []
  const cut = lines.length - room.rows
  const fitting = cut > 0 ? [...lines.slice(0, room.rows - 1), `${INDENT}${cut + 1} more`] : lines
  return fitting.map((line) => cutTo(line, room.columns))
}

function drawLines(
  nodes: readonly ProgressNode[],
  now: number,
  isOpen: (node: ProgressNode) => boolean,
  indent: string,
): string[] {
  return nodes.flatMap((node) => [
    `${indent}${MARKS[node.state]} ${node.title}${suffix(node, now)}`,
    ...(isOpen(node) ? drawLines(node.children ?? [], now, isOpen, indent + INDENT) : []),
  ])
}

function hasWorkLeft(node: ProgressNode): boolean {
  return node.state !== 'done'
}

function suffix(node: ProgressNode, now: number): string {
  const elapsed = elapsedText(node, now)
  return (elapsed && `  ${elapsed}`) + (node.detail ? `  ${node.detail}` : '')
}

function elapsedText({ startedAt, endedAt }: ProgressNode, now: number): string {
  return startedAt === undefined ? '' : durationText(Math.max(0, (endedAt ?? now) - startedAt))
}

function cutTo(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`
}

/** One line for each node that is new in the tree, or whose state or detail differs from before. */
export function changeLines(
  before: readonly ProgressNode[],
  after: readonly ProgressNode[],
  now: number,
): string[] {
  const known = byPath(before)
  return [...byPath(after)].flatMap(([path, node]) => {
    const old = known.get(path)
    if (old?.state === node.state && old.detail === node.detail) return []
    if (!old && node.state === 'waiting') return []
    return [`${MARKS[node.state]} ${path}: ${node.state}${suffix(node, now)}`]
  })
}

function byPath(nodes: readonly ProgressNode[], prefix = ''): Map<string, ProgressNode> {
  return new Map(
    nodes.flatMap((node): [string, ProgressNode][] => {
      const path = prefix + node.title
      return [[path, node], ...byPath(node.children ?? [], `${path} / `)]
    }),
  )
}
