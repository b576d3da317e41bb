// The gate that every call passes, in process or on the wire: told to whoever counts, and open to faults.
import { CallError } from '../../../shared/call-error.ts'

export interface KubernetesCall {
  readonly user: string
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete' | 'deleteAll'
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: 'status' | undefined
}

/** May wait, and may throw a CallError that the caller then gets. */
export type CallHook = (call: KubernetesCall) => void | Promise<void>

export interface CallHooks {
  /** Told of every call, before anything else. */
  readonly onCall?: (call: KubernetesCall) => void
  /** Before the call takes effect: it is refused, and nothing was done. */
  readonly before?: CallHook
  /** After it took effect: its answer is lost. Not for watches. */
  readonly after?: CallHook
}

export interface CallGate {
  /** Throws what a hook throws, or `unavailable` when the engine has stopped. */
  begin(call: KubernetesCall): Promise<void>
  end(call: KubernetesCall): Promise<void>
}

export function callGate(hooks: CallHooks, isStopped: () => boolean): CallGate {
  return {
    async begin(call) {
      hooks.onCall?.(call)
      await hooks.before?.(call)
      if (!isStopped()) return
      throw new CallError('unavailable', `${call.verb} ${call.kind}: the API server has stopped`)
    },
    async end(call) {
      await hooks.after?.(call)
    },
  }
}
