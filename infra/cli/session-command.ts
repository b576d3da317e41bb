// `kindling session open|close CLUSTER`: opens a session as a client of Spark Connect would, and says why not. A cluster
// that has ended is started, as a Databricks cluster is by whoever connects to it.
import { clusterChangeRequested } from '../../events/cluster-change-requested.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import type { SessionAnswer } from '../../shared/domain/session-admission.ts'
import type { Command, Flag } from './arguments.ts'
import { type ControlClient, findControl } from './control-client.ts'
import { InputFault } from './input-fault.ts'
import type { Context } from './kindling.ts'
import { findEntity, nameOf } from './listed-entities.ts'
import { runCommand } from './run-command.ts'
import { jsonFlag } from './stack-flags.ts'

const flags = {
  'only-ask': { kind: 'switch', says: 'does not start a cluster that has ended' },
  ...jsonFlag,
} as const satisfies Record<string, Flag>

const command: Command<typeof flags> = {
  usage: 'npm run kindling -- session',
  says: 'Opens a session on a cluster, or closes one: exit code 0 if it is so, 1 if it was refused. Opening one on a cluster that is TERMINATED starts it.',
  flags,
  words: [
    { name: 'ACTION', says: 'open or close' },
    { name: 'CLUSTER', says: 'such as etl, analytics/etl or its path' },
  ],
}

export function session(argv: readonly string[], context: Context): Promise<number> {
  return runCommand(command, argv, async ({ json, 'only-ask': onlyAsk }, [action, word = '']) => {
    if (action !== 'open' && action !== 'close')
      throw new InputFault(`ACTION is ${JSON.stringify(action)}; it must be open or close`)
    const control = await findControl(context)
    const { path, entity } = findEntity(word, await control.list())
    if (entity.kind !== 'cluster')
      throw new InputFault(`${word} is a ${entity.kind}, not a cluster`)
    const answer = await control.session({ path, action })
    const isStarted = !onlyAsk && hasEnded(answer)
    if (isStarted) await start(control, path, entity.generation)
    if (json) console.log(JSON.stringify({ kind: 'session', action, ...answer, isStarted }))
    else console.log(linesOf(nameOf(path), action, answer, isStarted).join('\n'))
    return answer.is === 'admitted' ? 0 : 1
  })
}

/** While it is being taken down, a start is refused too. */
const hasEnded = (answer: SessionAnswer): boolean =>
  answer.is === 'refused' && answer.reason.parameters?.['state'] === 'TERMINATED'

/** Under an id that many who come at once have in common: one start. */
async function start(control: ControlClient, path: string, generation: number): Promise<void> {
  const ref = entityRef(path)
  if (ref?.kind !== 'cluster') throw new Error(`${path} is no cluster`)
  const { account, workspace, cluster } = ref
  const event = {
    specversion: '1.0',
    id: `session-${cluster}-${generation}`,
    source: '//kindling/sessions',
    type: clusterChangeRequested.type,
    subject: `${account}/${workspace}/${cluster}`,
    datacontenttype: 'application/json',
    data: { account, workspace, cluster, change: { action: 'start' } },
  }
  await control.publish(clusterChangeRequested.topic, JSON.stringify(event))
}

function linesOf(
  name: string,
  action: 'open' | 'close',
  answer: SessionAnswer,
  isStarted: boolean,
): string[] {
  if (answer.is === 'admitted')
    return [action === 'open' ? `a session is open on ${name}` : `a session on ${name} was closed`]
  const { reason, retryAfterS } = answer
  return [
    `refused: ${reason.code}: ${reason.message}`,
    isStarted
      ? '  its start was asked for; open the session when it is RUNNING'
      : `  mend: ${reason.mend}`,
    ...(retryAfterS === undefined ? [] : [`  again: after ${retryAfterS} s`]),
  ]
}
