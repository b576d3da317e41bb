// What commands know of a running stack, whether it stands in this process or on the wire.
import type { Reader, Store } from '../../../shared/ports.ts'
import type { AdmitSession } from '../../workspace/agent/session-admission.ts'
import type { Counts } from '../../../shared/runtime/counts.ts'
import type { DriverSetting } from './drivers.ts'
import type { StackFaults } from './fault-control.ts'
import type { KubernetesChoice } from './kubernetes-choice.ts'

export interface Parts {
  readonly firestore: 'emulator' | 'in-process'
  readonly pubsub: 'emulator' | 'in-process'
  readonly kubernetes: KubernetesChoice
}

export interface StackProcess {
  readonly name: string
  /** Of the process and of its group; undefined where it ran before the stack. */
  readonly pid: number | undefined
  /** Milliseconds from its start until it was ready. */
  readonly readyAfterMs: number
  /** Resident memory of the process with its children, in MB; undefined where the system does not say. */
  readonly memoryMb: number | undefined
}

/** The store, for looking only. */
export type StackReader = Pick<Store, keyof Reader | 'find'>

export interface Stack {
  readonly parts: Parts
  /** Google Cloud project that Kindling's own documents and topics are in. */
  readonly project: string
  /** Addresses by name, for people; empty when everything is in this process. */
  readonly endpoints: Readonly<Record<string, string>>
  /** Aborted, with an error that says what has happened, when a part ended that should not have. */
  readonly broken: AbortSignal
  readonly reader: StackReader
  /** Publishes on a topic, as a user would; answers the message's id. Throws as `Bus.publish`. */
  publish(topic: string, data: string): Promise<string>
  /** Calls a function as an operator does. Throws `invalid`, with what is wrong with the body. */
  call(name: 'advance' | 'replay', body: object): Promise<void>
  /** Paths of all workspaces of all accounts, in order. */
  workspaces(): Promise<string[]>
  /** What the functions have cost since they were started. */
  counts(): Promise<Counts>
  /** Everything that exists in the simulated Google Cloud, by path. */
  resources(): Promise<string[]>
  setDriver(setting: DriverSetting): Promise<void>
  /** Asks the workspace's agent, as a gateway does, and opens the session on the driver if it may. */
  readonly openSession: AdmitSession
  closeSession(namespace: string): Promise<void>
  /** What goes wrong in the simulated Google Cloud. */
  readonly faults: StackFaults
  processes(): Promise<StackProcess[]>
  /** Ends everything and removes what it kept on disk. */
  stop(): Promise<void>
}
