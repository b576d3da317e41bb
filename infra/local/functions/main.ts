// The functions process of the stack on the wire: may be killed and started again at any moment. Says on standard output, in
// one line of JSON, where it listens; logs to standard error. Ends with its parent.
import { type Config, environmentConfig } from '../../../shared/runtime/config.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { jsonLog, writeToStandardError } from '../../../shared/runtime/log.ts'
import { realClock } from '../clock.ts'
import { clientEnvironment } from '../emulators.ts'
import { endWithParent } from '../loopback/end-with-parent.ts'
import { type FunctionsProcess, startFunctions } from './functions-process.ts'

Object.assign(process.env, clientEnvironment)
const clock = realClock()
let host: FunctionsProcess | undefined
endWithParent(() => {
  const stopped = host?.stop() ?? Promise.resolve()
  void stopped.finally(() => process.exit(0))
})

function logOf(project: string) {
  const labels = { process: 'functions' }
  return jsonLog({ project, clock, labels, write: writeToStandardError })
}

async function start(config: Config): Promise<void> {
  const bundles = process.env['KINDLING_BUNDLES']
  host = await startFunctions(config, clock, logOf(config.project), bundles)
  process.stdout.write(`${JSON.stringify({ ready: true, port: host.port })}\n`)
  // Whatever a process that died has left undone is not left to the next tick.
  await host.sweep()
}

try {
  await start(environmentConfig())
} catch (error) {
  logOf('')('ERROR', 'the functions could not start', { error: textOf(error) })
  process.exit(1)
}
