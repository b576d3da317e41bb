// What a reader sees: on a terminal one tree that changes in place, elsewhere one line for each change.
import { describe, expect, test } from 'vitest'
import { progressOn } from './progress.ts'
import { type ProgressNode, treeLines } from './progress-tree.ts'

/** A terminal that knows the four sequences that progress uses. */
function screen(columns = 60, rows = 20) {
  const lines: string[] = ['']
  let row = 0
  const put = (text: string) => {
    lines[row] = (lines[row] ?? '') + text
  }
  return {
    isTTY: true,
    columns,
    rows,
    lines: () => lines.filter((line) => line !== ''),
    write(text: string) {
      // A visible sign for the escape character; splitting with a group keeps what it matched.
      for (const part of text.replaceAll('\x1b', '⎋').split(/(⎋\[\d*[A-Z]|\r|\n)/)) {
        const up = /^⎋\[(\d+)A$/.exec(part)
        if (up) row -= Number(up[1])
        else if (part === '⎋[2K') lines[row] = ''
        else if (part === '⎋[J') lines.splice(row)
        else if (part === '\n') row += 1
        else if (part !== '\r') put(part)
      }
    },
  }
}

function paper() {
  const lines: string[] = []
  return { lines, write: (text: string) => lines.push(...text.split('\n').slice(0, -1)) }
}

const step = (title: string, rest: Partial<ProgressNode> = {}): ProgressNode => ({
  title,
  state: 'waiting',
  ...rest,
})
const early = [
  step('workspace', {
    state: 'running',
    startedAt: 0,
    children: [step('network'), step('subnet')],
  }),
]
const late = [
  step('workspace', {
    state: 'running',
    startedAt: 0,
    children: [
      step('network', { state: 'done', startedAt: 0, endedAt: 4200 }),
      step('subnet', { state: 'running', startedAt: 4200, detail: 'operation runs' }),
    ],
  }),
]

describe('on a terminal', () => {
  test('the tree is redrawn in its place, with times that go on', () => {
    const terminal = screen()
    const progress = progressOn(terminal)
    progress.show(early, 1000)
    progress.show(late, 5000)
    expect(terminal.lines()).toEqual([
      '› workspace  5.0 s',
      '  ✓ network  4.2 s',
      '  › subnet  800 ms  operation runs',
    ])
  })

  test('a note stays above it, and a tree that shrinks leaves nothing behind', () => {
    const terminal = screen()
    const progress = progressOn(terminal)
    progress.show(late, 5000)
    progress.note('published cluster-requested')
    progress.show([step('workspace', { state: 'done', startedAt: 0, endedAt: 9000 })], 9000)
    expect(terminal.lines()).toEqual(['published cluster-requested', '✓ workspace  9.0 s'])
  })

  test('no line is wider than the terminal, and no tree higher', () => {
    const terminal = screen(20, 8)
    const children = Array.from({ length: 30 }, (_, index) =>
      step(`executors-${index}-${'x'.repeat(30)}`, { state: 'running', startedAt: 0 }),
    )
    progressOn(terminal).show([step('cluster', { state: 'running', startedAt: 0, children })], 1000)
    expect(terminal.lines()).toHaveLength(6)
    expect(terminal.lines().every(({ length }) => length <= 19)).toBe(true)
    expect(terminal.lines().at(-1)).toBe('  26 more')
  })
})

test('in little room, what is done folds before anything else', () => {
  const done = step('workspace', { state: 'done', children: [step('network', { state: 'done' })] })
  const busy = step('cluster', { state: 'running', children: [step('driver'), step('executors')] })
  expect(treeLines([done, busy], 0, { columns: 80, rows: 4 })).toEqual([
    '✓ workspace',
    '› cluster',
    '  · driver',
    '  · executors',
  ])
})

describe('elsewhere', () => {
  test('each change is one line, and what is unchanged is not told again', () => {
    const target = paper()
    const progress = progressOn(target)
    progress.show(early, 1000)
    progress.show(early, 2000)
    progress.note('a note')
    progress.show(late, 5000)
    expect(target.lines).toEqual([
      '› workspace: running  1.0 s',
      'a note',
      '✓ workspace / network: done  4.2 s',
      '› workspace / subnet: running  800 ms  operation runs',
    ])
  })

  test('a change of detail alone is a change', () => {
    const target = paper()
    const progress = progressOn(target)
    progress.show([step('executors', { state: 'running', detail: '3 of 10' })], 0)
    progress.show([step('executors', { state: 'running', detail: '10 of 10' })], 0)
    expect(target.lines).toEqual([
      '› executors: running  3 of 10',
      '› executors: running  10 of 10',
    ])
  })
})
