// Settings of Google's container (v1) clusters that can be changed while they run, with Google's own field names.

/** When GKE may upgrade and restart by itself: a first window, and how it comes again. */
export interface MaintenancePolicy {
  readonly window: {
    readonly recurringWindow: {
      /** ISO 8601 in UTC with milliseconds. */
      readonly window: { readonly startTime: string; readonly endTime: string }
      /** RFC 5545, such as `FREQ=WEEKLY;BYDAY=SA,SU`. */
      readonly recurrence: string
    }
  }
}

/** Settings of a cluster that can be changed while it runs, each by one call (`ClusterUpdate.desired...`). */
export interface GkeClusterSettings {
  readonly controlPlaneEndpointsConfig?: {
    readonly dnsEndpointConfig?: {
      readonly endpoint?: string
      readonly allowExternalTraffic: boolean
      readonly enableK8sTokensViaDns?: boolean
      readonly enableK8sCertsViaDns?: boolean
    }
    readonly ipEndpointsConfig?: { readonly enabled: boolean }
  }
  readonly workloadIdentityConfig?: { readonly workloadPool: string }
  readonly shieldedNodes?: { readonly enabled: boolean }
  readonly releaseChannel?: { readonly channel: 'REGULAR' | 'STABLE' | 'RAPID' }
  /** Secrets in etcd under a key of the customer's. */
  readonly databaseEncryption?: {
    readonly state: 'ENCRYPTED' | 'ALL_OBJECTS_ENCRYPTION_ENABLED' | 'DECRYPTED'
    readonly keyName?: string
  }
  readonly rbacBindingConfig?: {
    readonly enableInsecureBindingSystemUnauthenticated: boolean
    readonly enableInsecureBindingSystemAuthenticated: boolean
  }
  /** LIMITED: without a token only health can be asked for. */
  readonly anonymousAuthenticationConfig?: { readonly mode: 'ENABLED' | 'LIMITED' }
  readonly securityPostureConfig?: { readonly mode: 'DISABLED' | 'BASIC' | 'ENTERPRISE' }
  readonly loggingConfig?: {
    readonly componentConfig: { readonly enableComponents: readonly string[] }
  }
}

export interface KubeletConfig {
  /** Port 10255, which answers anybody on the network without a token. */
  readonly insecureKubeletReadonlyPortEnabled: boolean
}
