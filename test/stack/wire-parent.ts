// A program that brings a stack on the wire up, says in one line which processes it has, and then does nothing, for the test
// that kills it.
import { realClock } from '../../infra/local/clock.ts'
import { startWire } from '../../infra/local/stack/wire.ts'

const functions = new URL('functions-stand-in.ts', import.meta.url)
const stack = await startWire({ clock: realClock(), mains: { functions } })
const groups = (await stack.processes()).map(({ pid }) => pid)
process.stdout.write(`${JSON.stringify({ groups, logDirectory: stack.logDirectory })}\n`)
