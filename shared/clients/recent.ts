// Things that are kept open by a key, the most lately used of them.

export interface Recent<Thing> {
  /** The one of this key, made where there is none. */
  get(key: string, make: () => Thing): Thing
}

/** `most`: an instance that has served very many customers forgets those that it served long ago. */
export function recent<Thing>(most: number): Recent<Thing> {
  /** Last used stands last. */
  const things = new Map<string, Thing>()
  return {
    get(key, make) {
      const thing = things.get(key) ?? make()
      things.delete(key)
      things.set(key, thing)
      if (things.size > most) things.delete(things.keys().next().value ?? key)
      return thing
    },
  }
}
