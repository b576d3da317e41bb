// How the simulated Google Cloud says no: a CallError for the port, with the vendor's own reason for the wire face.
import { CallError, type CallErrorKind } from '../../../shared/call-error.ts'

export class Refusal extends CallError {
  /** The reason string in Google's error body, such as `resourceNotReady`. */
  readonly reason: string

  constructor(kind: CallErrorKind, reason: string, message: string) {
    super(kind, message)
    this.reason = reason
  }
}
