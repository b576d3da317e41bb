// Everything that requests have brought about, in a form in which two launches can be compared: what is kept of them, what
// is in the ledgers, and what is in the cloud. Of stacks in one process and on the wire alike.
import type { Stack } from '../../infra/local/stack/stack.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { clustersOf, ledgerOf, queueOf, slotsOf } from '../../shared/domain/paths.ts'
import { Fact, RequestOutcome } from '../../shared/domain/records.ts'
import type { Reader } from '../../shared/ports.ts'

export interface Remains {
  /** Path of each request, and what became of it. */
  readonly requests: readonly string[]
  /** Path of each thing in a ledger, and whether it is there. */
  readonly ledger: readonly string[]
  /** Attempts that were claimed and never recorded, and slots and places in queues that are held. */
  readonly open: readonly string[]
  readonly unpublished: readonly string[]
  /** Of the simulated Google Cloud, machines by their number only: their names are drawn. */
  readonly resources: readonly string[]
  readonly machines: number
}

export async function remainsOf(stack: Stack): Promise<Remains> {
  const { reader } = stack
  const homes = await stack.workspaces()
  const below = await Promise.all(
    homes.flatMap((home) => [clustersOf(home), `${home}/pools`].map((each) => ids(reader, each))),
  )
  const entities = [...homes, ...below.flat()]
  const accounts = [...new Set(homes.map((home) => home.split('/').slice(0, 2).join('/')))]
  const entries = await all(reader, entities.map(ledgerOf), (data) => LedgerEntry.parse(data))
  const requests = await all(
    reader,
    accounts.map((account) => `${account}/requests`),
    (data) => RequestOutcome.parse(data),
  )
  const owners = [...entities, ...requests.map(({ path }) => path)]
  const facts = await all(
    reader,
    owners.map((owner) => `${owner}/facts`),
    (data) => Fact.parse(data),
  )
  const held = await Promise.all(
    homes.flatMap((home) => [slotsOf(home), queueOf(home)].map((each) => ids(reader, each))),
  )
  const inCloud = await stack.resources()
  return {
    requests: requests.map(({ path, value }) => `${path} ${value.is}`),
    ledger: entries.map(({ path, value }) => `${path} ${value.thing.have}`),
    open: [...entries.flatMap(({ path, value }) => (value.claim.open ? path : [])), ...held.flat()],
    unpublished: facts.flatMap(({ path, value }) => (value.publishedAt === null ? path : [])),
    resources: inCloud.filter((path) => !isMachine(path)).toSorted(),
    machines: inCloud.filter(isMachine).length,
  }
}

const isMachine = (path: string): boolean => path.includes('/instances/')

/** Whether every request has been reached, and nothing is open or untold. */
export async function isSettled(stack: Stack): Promise<boolean> {
  const { requests, open, unpublished } = await remainsOf(stack)
  const busy = requests.filter((each) => !each.endsWith(' reached'))
  return busy.length + open.length + unpublished.length === 0
}

async function ids(reader: Reader, collection: string): Promise<string[]> {
  return (await reader.list(collection)).map(({ path }) => path)
}

async function all<Value>(
  reader: Reader,
  collections: readonly string[],
  parse: (data: unknown) => Value,
): Promise<{ path: string; value: Value }[]> {
  const found = await Promise.all(collections.map((each) => reader.list(each)))
  return found.flat().map(({ path, data }) => ({ path, value: parse(data) }))
}
