// The gate that every call passes, in process or on the wire: told to whoever counts, open to faults, and closed to
// whoever lacks the right.
import { CallError } from '../../../shared/call-error.ts'
import type { Identity } from './authorization/identity.ts'

export interface KubernetesCall {
  readonly user: string
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deleteAll'
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: 'status' | 'log' | undefined
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
  /** Throws what a hook throws, `unavailable` when the engine has stopped, and 403 or 404. */
  begin(call: KubernetesCall, who: Identity): Promise<void>
  end(call: KubernetesCall): Promise<void>
}

export function callGate(
  hooks: CallHooks,
  isStopped: () => boolean,
  authorize: (who: Identity, call: KubernetesCall) => void,
): CallGate {
  return {
    async begin(call, who) {
      hooks.onCall?.(call)
      await hooks.before?.(call)
      if (isStopped()) {
        throw new CallError('unavailable', `${call.verb} ${call.kind}: the API server has stopped`)
      }
      authorize(who, call)
    },
    async end(call) {
      await hooks.after?.(call)
    },
  }
}
