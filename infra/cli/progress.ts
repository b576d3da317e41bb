// Shows a tree of steps while it changes: redrawn in place on a terminal, one line for each change elsewhere. Keeps no
// timer; whoever has news, or a tick of the clock, calls `show`.
import { changeLines, type ProgressNode, treeLines } from './progress-tree.ts'

/** Where progress goes: standard output for people, standard error when `--json` has the former. */
export interface ProgressTarget {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

export interface Progress {
  /** Shows the tree as it is now. Elsewhere than on a terminal an unchanged tree writes nothing. */
  show(tree: readonly ProgressNode[], now: number): void
  /** Writes a line above the tree, to stay. */
  note(line: string): void
}

const ERASE_LINE = '\x1b[2K'
const ERASE_BELOW = '\x1b[J'

export function progressOn(target: ProgressTarget): Progress {
  return target.isTTY ? redrawn(target) : listed(target)
}

function redrawn(target: ProgressTarget): Progress {
  let lines: string[] = []
  const draw = (above: string): void => {
    const up = lines.length > 0 ? `\x1b[${lines.length}A\r` : ''
    target.write(up + above)
  }
  return {
    show(tree, now) {
      const room = { columns: (target.columns ?? 80) - 1, rows: (target.rows ?? 24) - 2 }
      const next = treeLines(tree, now, room)
      draw(next.map((line) => `${ERASE_LINE}${line}\n`).join('') + ERASE_BELOW)
      lines = next
    },
    note(line) {
      draw(`${ERASE_BELOW}${line}\n${lines.map((kept) => `${kept}\n`).join('')}`)
    },
  }
}

function listed(target: ProgressTarget): Progress {
  let shown: readonly ProgressNode[] = []
  return {
    show(tree, now) {
      for (const line of changeLines(shown, tree, now)) target.write(`${line}\n`)
      shown = tree
    },
    note(line) {
      target.write(`${line}\n`)
    },
  }
}
