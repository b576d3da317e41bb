// Flags are read strictly; the fault names the flag, what it was and what it may be, in one line.
import { expect, test } from 'vitest'
import { type Command, readArguments } from './arguments.ts'
import { InputFault } from './input-fault.ts'

const flags = {
  executors: { kind: 'number', says: 'how many executors', least: 1, most: 1000, whole: true },
  speed: { kind: 'number', says: 'simulated seconds in a second', least: 0.1, most: 1000 },
  kubernetes: { kind: 'choice', says: 'which Kubernetes', choices: ['embedded', 'managed'] },
  json: { kind: 'switch', says: 'one JSON value a line' },
} as const
const command: Command<typeof flags> = { usage: 'npm run demo --', says: 'Shows a launch.', flags }

test.each([
  [[], { json: false, executors: undefined, speed: undefined, kubernetes: undefined }],
  [['--json'], { json: true }],
  [['--executors', '100', '--speed=0.5'], { executors: 100, speed: 0.5 }],
  [['--kubernetes', 'managed'], { kubernetes: 'managed' }],
])('%j is read', (argv, expected) => {
  expect(readArguments(command, argv)).toMatchObject({ given: expected })
})

test.each([
  [['--executers', '3'], '--executers'],
  [['-x'], '-x'],
  [['sample.json'], 'sample.json'],
  [['--executors'], '--executors'],
  [['--executors', '0'], 'from 1 to 1000'],
  [['--executors', '1001'], 'from 1 to 1000'],
  [['--executors', '2.5'], 'whole number'],
  [['--executors', 'ten'], '"ten"'],
  [['--executors', '1e2'], '"1e2"'],
  [['--executors', ''], '""'],
  [['--executors', '-5'], '--executors'],
  [['--executors=-5'], '"-5"'],
  [['--speed', '0'], 'from 0.1 to 1000'],
  [['--kubernetes', 'minikube'], 'embedded or managed'],
  [['--json=yes'], '--json'],
])('%j is one clear line', (argv, part) => {
  let fault: unknown
  try {
    readArguments(command, argv)
  } catch (error) {
    fault = error
  }
  expect(fault).toBeInstanceOf(InputFault)
  expect(String(fault)).toContain(part)
  expect(String(fault)).not.toContain('\n')
})

test('--help lists every flag, whatever stands beside it', () => {
  const answer = readArguments(command, ['--json', '--help'])
  const help = 'help' in answer ? answer.help : ''
  for (const name of [...Object.keys(flags), 'help']) expect(help).toContain(`--${name}`)
  expect(help).toContain('Usage: npm run demo -- [flags]')
})
