// Taking a claim: the fence that lets one attempt of one step act on the world (protocol, STEP-DUE).
import { claimEntry, isClean, LedgerEntry } from '../domain/ledger.ts'
import { ledgerPath, runPath } from '../domain/paths.ts'
import type { Plan, PlanItem } from '../domain/plan.ts'
import { CLAIM_LEASE, EFFECT_WINDOW } from '../domain/protocol-times.ts'
import { Run } from '../domain/run.ts'
import type { Transaction, World } from '../ports.ts'
import { inputOf } from './step-input.ts'
import { fields, read, type Stored } from './stored.ts'

/** Which attempt: the n-th at one ledger key, for one generation of an entity. */
export interface AttemptRef {
  readonly entity: string
  readonly generation: number
  readonly key: string
  readonly n: number
}

export interface Claimed {
  readonly ref: AttemptRef
  readonly token: string
  readonly item: PlanItem
  readonly subject: Plan['subject']
  readonly direction: 'up' | 'down'
  /** Nothing of this name was ever tried before. */
  readonly isFirst: boolean
  /** No earlier holder can act any more, so that what is seen now is final. */
  readonly isClean: boolean
  readonly entry: LedgerEntry
  /** Outputs of the things it waits for, by step. */
  readonly outputs: Readonly<Record<string, unknown>>
}

/** The claim, or undefined when another attempt was first or the run is over. */
export function claim(world: World, ref: AttemptRef): Promise<Claimed | undefined> {
  const token = Math.floor(world.clock.random() * 2 ** 48).toString(36)
  return world.store.transaction(async (transaction) => {
    const path = ledgerPath(ref.entity, ref.key)
    const [run, entry] = await Promise.all([
      read(transaction, runPath(ref.entity, ref.generation), Run),
      read(transaction, path, LedgerEntry),
    ])
    if (run?.value.is !== 'active') return undefined
    const { plan, direction } = run.value
    const planned = direction === 'up' ? plan.items.find((item) => item.key === ref.key) : undefined
    const item = planned ?? entry?.value.item
    if (!item) return undefined

    const outputs = planned ? await readOutputs(transaction, ref.entity, planned) : {}
    const now = transaction.readTime()
    const { generation: g, n } = ref
    const times = { effectWindow: EFFECT_WINDOW, lease: CLAIM_LEASE }
    const input = planned ? inputOrNothing(planned, plan.subject, outputs) : undefined
    const claimed = claimEntry(entry?.value, { item, input, g, n, token, now, ...times })
    if (!claimed) return undefined
    if (entry) transaction.update(entry.document, fields(claimed))
    else transaction.create(path, fields(claimed))
    return {
      ref,
      token,
      item,
      subject: plan.subject,
      direction: planned ? 'up' : 'down',
      isFirst: !entry,
      isClean: isClean(claimed, now),
      entry: claimed,
      outputs,
    }
  })
}

/** What cannot be computed is tried again, and told of, by the attempt itself. */
function inputOrNothing(
  ...asked: Parameters<typeof inputOf>
): ReturnType<typeof inputOf> | undefined {
  try {
    return inputOf(...asked)
  } catch {
    return undefined
  }
}

async function readOutputs(
  transaction: Transaction,
  entity: string,
  item: PlanItem,
): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    item.after.map((key) => read(transaction, ledgerPath(entity, key), LedgerEntry)),
  )
  const present = entries.filter((entry): entry is Stored<LedgerEntry> => entry !== undefined)
  return Object.fromEntries(
    present.flatMap(({ value }) =>
      value.thing.have === 'present' ? [[value.item.step, value.thing.output]] : [],
    ),
  )
}
