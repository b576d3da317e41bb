// What a later generation may want otherwise of what the laws make: each change that a step declares as its content.
import type { Subject } from '../../shared/domain/plan.ts'
import type { RunnableStep } from '../../shared/steps/step.ts'

interface Change {
  readonly name: string
  readonly subject: Subject
}

const OTHER_RUNTIME = '16.4.x-scala2.12'
const WEEKEND = { days: ['SA', 'SU'], start: '02:00', hours: 6 }
const KEY = 'projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k'

function changesOf(subject: Subject): readonly Change[] {
  if (subject.kind === 'pool') return []
  if (subject.kind === 'workspace') {
    const { spec } = subject
    return [
      {
        name: 'another maintenance window',
        subject: { ...subject, spec: { ...spec, maintenance: WEEKEND } },
      },
      {
        name: 'a key for secrets',
        subject: { ...subject, spec: { ...spec, encryptionKey: KEY } },
      },
    ]
  }
  const { spec } = subject
  const resized = (count: number): Subject => ({
    ...subject,
    spec: { ...spec, executors: { ...spec.executors, count } },
  })
  const { count } = spec.executors
  return [
    { name: 'more executors', subject: resized(count + 2) },
    { name: 'fewer executors', subject: resized(count - 2) },
    { name: 'another runtime', subject: { ...subject, spec: { ...spec, runtime: OTHER_RUNTIME } } },
  ]
}

/** The changes that the step follows in place. Throws where nobody says how what it follows may change. */
export function changesFor(step: RunnableStep, subject: Subject): readonly Change[] {
  const contentOf = (of: Subject): string => JSON.stringify(step.content?.(of, 1))
  const identityOf = (of: Subject): string => JSON.stringify(step.identity?.(of))
  const followed = changesOf(subject).filter(
    ({ subject: other }) =>
      contentOf(other) !== contentOf(subject) && identityOf(other) === identityOf(subject),
  )
  if (followed.length === 0)
    throw new Error(`${step.name}: test/laws/changes.ts has no change for it`)
  return followed
}
