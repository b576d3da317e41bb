// What the "restricted" Pod Security Standard asks of pods and containers, and what Kindling adds for every pod it makes.

/** Spread into a pod's spec; what a pod needs beyond it, the pod says itself. */
export const restrictedPod = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  shareProcessNamespace: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 10_001,
    runAsGroup: 10_001,
    fsGroup: 10_001,
    seccompProfile: { type: 'RuntimeDefault' },
  },
} as const

/** Spread into each container. */
export const restrictedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
} as const

/** Labels of a namespace that refuse any other pod. */
export const restrictedNamespace = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  // Said, so that an older version of the standard put in its place is drift.
  'pod-security.kubernetes.io/enforce-version': 'latest',
  'pod-security.kubernetes.io/warn': 'restricted',
} as const
