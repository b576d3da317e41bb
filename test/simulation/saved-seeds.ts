// Seeds that once broke an invariant, and what it was: each is run again by `npm test`, as are the scenarios around them.

export interface SavedSeed {
  readonly seed: number
  readonly broke: string
}

export const savedSeeds: readonly SavedSeed[] = [
  {
    seed: 173,
    broke: 'a call after the invocation had ended threw, and left the calls beside it unheard',
  },
  { seed: 1483, broke: 'a pool wanted again while it was going was not drawn in the diagram' },
  { seed: 8, broke: 'a waiting cluster deleted for good was not drawn in the diagram' },
  { seed: 3111, broke: 'a cluster that lost its machines unseen was taken for whole' },
]
