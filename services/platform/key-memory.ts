/** Opened keys, each for a few seconds and no more than so many at once. */
export interface KeyMemory<Key> {
  /** What is remembered under this name, or else what `find` finds. What fails is not remembered. */
  of(name: string, find: () => Promise<Key>): Promise<Key>
  keep(name: string, key: Key): void
  forget(name: string): void
  size(): number
}

/**
 * A key is remembered from the moment at which it was asked for, so that `keepMs` bounds how old the record behind it may
 * be. By a clock that nobody sets. When full, the oldest goes; when its time is up, a key leaves memory even if nobody asks.
 */
export function createKeyMemory<Key>({ keepMs, limit }: { keepMs: number; limit: number }): KeyMemory<Key> {
  // In the order in which they run out, because all are kept equally long.
  const remembered = new Map<string, { key: Promise<Key>; until: number }>()
  let sweep: NodeJS.Timeout | undefined

  function clearExpired(): void {
    const now = performance.now()
    for (const [name, { until }] of remembered) {
      if (until > now) break
      remembered.delete(name)
    }
    const [oldest] = remembered.values()
    if (!oldest || sweep) return
    sweep = setTimeout(() => {
      sweep = undefined
      clearExpired()
    }, oldest.until - now)
    sweep.unref()
  }

  function add(name: string, key: Promise<Key>): void {
    const entry = { key, until: performance.now() + keepMs }
    remembered.delete(name)
    if (remembered.size >= limit) remembered.delete(remembered.keys().next().value!)
    remembered.set(name, entry)
    key.catch(() => {
      if (remembered.get(name) === entry) remembered.delete(name)
    })
    clearExpired()
  }

  return {
    of: (name, find) => {
      const known = remembered.get(name)
      if (known && known.until > performance.now()) return known.key
      const key = find()
      add(name, key)
      return key
    },
    keep: (name, key) => add(name, Promise.resolve(key)),
    forget: (name) => {
      remembered.delete(name)
    },
    size: () => remembered.size,
  }
}
