// The faults that hold in a simulated cloud at this moment. Its parts ask here each time that a fault could matter to them.
import type { Clock } from '../../../../shared/ports.ts'
import { CallError } from '../../../../shared/call-error.ts'
import {
  faultCatalog,
  type FaultInput,
  type FaultName,
  type FaultValue,
  type OnceFault,
  type StandingFault,
} from './fault-catalog.ts'
import { readFault, readFaultName } from './read-fault.ts'

/** A fault that holds, for people. */
export interface ListedFault {
  readonly name: StandingFault
  readonly parameters: Readonly<Record<string, unknown>>
  /** ISO 8601. */
  readonly since: string
  /** How often it has struck. */
  readonly struck: number
}

/** Whether all of them may be left out. */
type HasDefaults<Input> = Partial<Input> extends Input ? true : false

/** For tests, drills and people. */
export interface FaultKnobs {
  /**
   * Sets a fault, or makes one happen that happens once; answers a line that says so. A standing fault holds from the call
   * on, not from the answer. Throws `invalid`; `not-found` when it names what is not there.
   */
  set<Name extends FaultName>(
    name: Name,
    ...parameters: HasDefaults<FaultInput<Name>> extends true
      ? [parameters?: FaultInput<Name>]
      : [parameters: FaultInput<Name>]
  ): Promise<string>
  /** The same for what people typed: a name and parameters that may be text. */
  setGiven(name: string, parameters: Readonly<Record<string, unknown>>): Promise<string>
  /** Ends the faults of this name that hold where the parameters say; without a name all. Answers how many. */
  clear(name?: string, parameters?: Readonly<Record<string, unknown>>): number
  list(): readonly ListedFault[]
}

/** For the parts of the cloud. */
export interface FaultBoard extends FaultKnobs {
  /** Those of a kind that hold, the latest first. */
  all<Name extends StandingFault>(name: Name): readonly FaultValue<Name>[]
  /** Whether one strikes now, by its chance; one that strikes a number of times is used up by this. */
  strike<Name extends StandingFault>(
    name: Name,
    isMeant?: (fault: FaultValue<Name>) => boolean,
  ): FaultValue<Name> | undefined
  /** Told after every set and clear; answers a function that ends it. */
  onChange(listener: () => void): () => void
}

export type Once = { [Name in OnceFault]: (fault: FaultValue<Name>) => Promise<string> }

interface Entry {
  readonly name: StandingFault
  readonly value: Readonly<Record<string, unknown>>
  readonly since: number
  struck: number
}

export function faultBoard(clock: Clock, once: Once): FaultBoard {
  let entries: Entry[] = []
  const listeners = new Set<() => void>()
  const changed = (): void => listeners.forEach((listener) => listener())

  function add(name: StandingFault, value: Entry['value']): string {
    const { where } = faultCatalog[name]
    const isSame = (other: Entry): boolean =>
      other.name === name && where.every((key) => other.value[key] === value[key])
    entries = [
      { name, value, since: clock.now(), struck: 0 },
      ...entries.filter((other) => !isSame(other)),
    ]
    changed()
    return `${name} holds${shown(value)}`
  }

  async function setGiven(
    given: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const { name, parameters: values } = readFault(given, parameters)
    const value = faultCatalog[name].parameters.parse(values)
    // The value was read by the schema of this very name.
    if (isOnce(name)) return await (once[name] as (fault: unknown) => Promise<string>)(value)
    return add(name, value)
  }

  const of = (name: StandingFault): Entry[] => entries.filter((entry) => entry.name === name)

  return {
    set: (name, ...[parameters = {}]) => setGiven(name, parameters),
    setGiven,
    clear(given, parameters = {}) {
      const name = given === undefined ? undefined : readFaultName(given)
      const before = entries.length
      entries = entries.filter(
        (entry) =>
          (name !== undefined && entry.name !== name) ||
          Object.entries(parameters).some(
            ([key, value]) => String(entry.value[key]) !== String(value),
          ),
      )
      const count = before - entries.length
      if (count > 0) changed()
      return count
    },
    list: () =>
      entries.map(({ name, value, since, struck }) => ({
        name,
        parameters: value,
        since: new Date(since).toISOString(),
        struck,
      })),
    // Every value was read by the schema of its name.
    all: <Name extends StandingFault>(name: Name) =>
      of(name).map(({ value }) => value as FaultValue<Name>),
    strike<Name extends StandingFault>(
      name: Name,
      isMeant: (fault: FaultValue<Name>) => boolean = () => true,
    ) {
      for (const entry of of(name)) {
        const value = entry.value as FaultValue<Name>
        const { chance = 1, times } = entry.value as { chance?: number; times?: number }
        if (!isMeant(value) || (chance < 1 && clock.random() >= chance)) continue
        entry.struck += 1
        if (times !== undefined && entry.struck >= times) {
          entries = entries.filter((other) => other !== entry)
          changed()
        }
        return value
      }
      return undefined
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function isOnce(name: FaultName): name is OnceFault {
  return faultCatalog[name].is === 'once'
}

function shown(value: Entry['value']): string {
  const texts = Object.entries(value).map(([key, each]) => `${key} ${String(each)}`)
  return texts.length === 0 ? '' : `: ${texts.join(', ')}`
}

/** Whether what a fault names, if anything, is this. A cluster is named by its name or its path. */
export function isMeant(
  named: string | undefined,
  ...these: readonly (string | undefined)[]
): boolean {
  return named === undefined || these.includes(named)
}

/** Throws `not-found`, or `invalid` when several are meant. */
export function oneOf(
  named: string | undefined,
  clusters: readonly { readonly path: string; readonly name: string }[],
): string {
  const meant = clusters.filter(({ path, name }) => isMeant(named, path, name))
  const [first, second] = meant
  const paths = clusters.map(({ path }) => path).join(', ') || 'none'
  if (!first)
    throw new CallError('not-found', `there is no GKE cluster ${named ?? ''}; there is ${paths}`)
  if (second) throw new CallError('invalid', `cluster: say which of ${paths}`)
  return first.path
}
