// What Google's words mean to users: errors of calls and of operations, conditions of clusters and pools, entries of the
// autoscaler's log, each as a reason of the catalogue. Texts are those of the GCP facts, sections 1.4, 1.10 and 6.1. Pure.
import type { Reason } from '../../events/lifecycle.ts'
import type { CallErrorKind } from '../call-error.ts'
import { reasonOf } from '../domain/reasons/reason.ts'

interface Words {
  readonly says: RegExp
  readonly reason: (text: string) => Reason
}

const first = (text: string, ...patterns: readonly RegExp[]): string | undefined =>
  patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined)

/** The first that matches decides, so what is special stands before what is general. */
const WORDS: readonly Words[] = [
  {
    says: /SERVICE_DISABLED|accessNotConfigured|has not been used in project|API .*is (not enabled|disabled)/,
    reason: (text) =>
      reasonOf('GCP_API_DISABLED', {
        api: first(text, /\b([a-z]+\.googleapis\.com)\b/, /(\w+(?: \w+)* API) has not been used/),
        gcp_error_message: text,
      }),
  },
  {
    says: /GKE_SERVICE_ACCOUNT_DELETED|service\.account\.deleted|service account .*(was|has been|is) deleted/i,
    reason: (text) => reasonOf('GCP_SERVICE_ACCOUNT_DELETED', { gcp_error_message: text }),
  },
  {
    says: /CLOUD_KMS_KEY|cloudkms\.|KMS key/i,
    reason: (text) => reasonOf('GCP_KMS_KEY_PERMISSION_DENIED', { gcp_error_message: text }),
  },
  {
    says: /constraints\/\w+|CONDITION_NOT_MET|org(anization)? policy/i,
    reason: (text) =>
      reasonOf('GCP_DENIED_BY_ORG_POLICY', {
        constraint: first(text, /(constraints\/[\w.]+)/),
        gcp_error_message: text,
      }),
  },
  {
    says: /iam\.serviceAccounts\.(actAs|getAccessToken)|SERVICE_ACCOUNT_MISSING_PERMISSIONS/,
    reason: (text) => reasonOf('GCP_SERVICE_ACCOUNT_ACCESS_DENIED', { gcp_error_message: text }),
  },
  {
    says: /GCE_STOCKOUT|RESOURCE_POOL_EXHAUSTED|INSUFFICIENT_CAPACITY|error\.out\.of\.resources|does not have enough resources/,
    reason: (text) =>
      reasonOf('GCP_INSUFFICIENT_CAPACITY', {
        zones: first(text, /zones?[/ '"]+([a-z]+-[a-z]+\d+-[a-z])\b/),
        gcp_error_message: text,
      }),
  },
  {
    says: /IP_SPACE_EXHAUSTED|ip\.space\.exhausted|free IP (space|addresses)/i,
    reason: (text) => reasonOf('GCP_IP_SPACE_EXHAUSTED', { gcp_error_message: text }),
  },
  {
    says: /exceeded quota: |K8S_.*QUOTA/,
    reason: (text) => reasonOf('K8S_ACTIVE_POD_QUOTA_EXCEEDED', { gcp_error_message: text }),
  },
  {
    says: /GCE_QUOTA_EXCEEDED|QUOTA_EXCEEDED|error\.quota\.exceeded|Insufficient (regional |project )?quota|Quota '\w+' exceeded/i,
    reason: quotaExceeded,
  },
]

function quotaExceeded(text: string): Reason {
  return reasonOf('GCP_QUOTA_EXCEEDED', {
    metric: first(text, /resource "([A-Z0-9_-]+)"/, /Quota '(\w+)' exceeded/, /metric '([^']+)'/),
    gcp_error_message: text,
  })
}

/** What an error of this kind means when its words say no more. */
const KINDS: Partial<Record<CallErrorKind, (text: string) => Reason>> = {
  denied: (text) =>
    reasonOf('GCP_FORBIDDEN', {
      permission: first(text, /Required ["']([\w.]+)["']/, /requires one of \["([\w.]+)"\]/),
      gcp_error_message: text,
    }),
  quota: quotaExceeded,
  'stock-out': (text) => reasonOf('GCP_INSUFFICIENT_CAPACITY', { gcp_error_message: text }),
  invalid: (text) => reasonOf('INVALID_ARGUMENT', { gcp_error_message: text }),
  'not-found': (text) => reasonOf('GCP_NOT_FOUND', { gcp_error_message: text }),
}

/** What Google's text says by itself, wherever it stands. */
export function reasonInWords(text: string): Reason | undefined {
  return WORDS.find(({ says }) => says.test(text))?.reason(text)
}

/** The reason that an error of this kind and text amounts to, or undefined when neither tells. */
export function reasonOfError(kind: CallErrorKind, text: string): Reason | undefined {
  const ofKind = KINDS[kind]
  if (kind !== 'unavailable' && kind !== 'failed' && !ofKind) return undefined
  return reasonInWords(text) ?? ofKind?.(text)
}
