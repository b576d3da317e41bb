// Models that are not about slots do without them: every operation of GKE may begin at once.
export function withoutSlots(slots: object): object {
  return { ...slots, usesSlots: () => false, freeForgottenSlots: () => Promise.resolve() }
}
