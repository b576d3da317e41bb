// The catalogue of codes: complete, used, and within what the lifecycle event allows.
import { describe, expect, test } from 'vitest'
import { Reason } from '../../../events/lifecycle.ts'
import { code as sources } from '../../../test/tidy/repository.ts'
import { reasonOf, terminationCodes } from './reason.ts'
import { messageOf, parametersOf, type TerminationEntry } from './reason-code.ts'
import { refusalCodes } from './refusal-codes.ts'

const product = sources.filter(
  ({ path }) =>
    /^(shared|functions|events)\//.test(path) &&
    !path.endsWith('.test.ts') &&
    !path.startsWith('shared/domain/reasons/'),
)
const terminations: [string, TerminationEntry][] = Object.entries(terminationCodes)

describe('a message', () => {
  const message = 'no {what}[ in {zone}][; {a} of {b}]'

  test('has its parameters filled in', () => {
    expect(messageOf(message, { what: 'nodes', zone: 'z-1', a: '1', b: '2' })).toBe(
      'no nodes in z-1; 1 of 2',
    )
  })
  test('leaves out what is not wholly known', () => {
    expect(messageOf(message, { what: 'nodes', a: '1' })).toBe('no nodes')
  })
  test('takes a value as it is, braces and brackets too', () => {
    expect(messageOf(message, { what: '{zone} [x] $&' })).toBe('no {zone} [x] $&')
  })
  test('names its parameters', () => {
    expect(parametersOf(message)).toEqual([
      { name: 'what', optional: false },
      { name: 'zone', optional: true },
      { name: 'a', optional: true },
      { name: 'b', optional: true },
    ])
  })
})

describe('a reason', () => {
  test('carries code, type, sentence, mend and what the sentence names', () => {
    const reason = reasonOf('GCP_QUOTA_EXCEEDED', { metric: 'N2_CPUS', gcp_error_message: 'short' })
    expect(reason).toEqual({
      code: 'GCP_QUOTA_EXCEEDED',
      type: 'CLOUD_FAILURE',
      message: 'a quota of the project is used up (N2_CPUS): short',
      mend: terminationCodes.GCP_QUOTA_EXCEEDED.mend,
      parameters: { metric: 'N2_CPUS', gcp_error_message: 'short' },
    })
  })
  test('has no parameters when it names none', () => {
    expect(reasonOf('UNKNOWN', {})).not.toHaveProperty('parameters')
    expect(reasonOf('DRIVER_UNAVAILABLE', { newest_failure: undefined })).not.toHaveProperty(
      'parameters',
    )
  })
  test('fits the event, however long the texts of others are', () => {
    const long = `${'x'.repeat(5000)}\u{1F600}`
    const reason = reasonOf('CLOUD_PROVIDER_LAUNCH_FAILURE', {
      what: long,
      gcp_error_message: long,
    })
    expect(Reason.safeParse(reason).error).toBeUndefined()
  })
})

describe.each(terminations)('%s', (name, { message, when, mend, type }) => {
  test('fits the event, with every parameter', () => {
    const parameters = Object.fromEntries(parametersOf(message).map((each) => [each.name, 'x']))
    const reason = { code: name, type, message: messageOf(message, parameters), mend, parameters }
    expect(Reason.safeParse(reason).error).toBeUndefined()
    expect(reason.message).not.toMatch(/[{}]/)
  })
  test('is told in a sentence without an end', () => {
    expect(when).toMatch(/^[^.]+[^.]$/)
    expect(mend).toMatch(/[^.]$/)
  })
})

describe('the catalogue and the code', () => {
  const names = [...Object.keys(terminationCodes), ...Object.keys(refusalCodes)]

  test('no code means two things', () => {
    expect(new Set(names).size).toBe(names.length)
  })
  test('every code is given somewhere', () => {
    const unused = names.filter((name) => !product.some(({ text }) => text.includes(`'${name}'`)))
    expect(unused).toEqual([])
  })
  test('every reason is made from the catalogue, none by hand', () => {
    const literal = /\btype: '(SUCCESS|CLIENT_ERROR|SERVICE_FAULT|CLOUD_FAILURE)'/
    expect(product.filter(({ text }) => literal.test(text)).map(({ path }) => path)).toEqual([])
  })
})
