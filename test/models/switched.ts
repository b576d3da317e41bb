// Which rule is switched off while a model is explored. Models replace one decision of the product by its wrong variant, from
// outside: what is shipped has no switches.

let current: string | undefined

export const isOff = (rule: string): boolean => current === rule

export async function withoutRule<T>(rule: string | undefined, run: () => Promise<T>): Promise<T> {
  current = rule
  try {
    return await run()
  } finally {
    current = undefined
  }
}

/** The product's own function, or its wrong variant while this rule is off. */
export function unless<Args extends unknown[], Result>(
  rule: string,
  real: (...args: Args) => Result,
  wrong: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => (isOff(rule) ? wrong(...args) : real(...args))
}
