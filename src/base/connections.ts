/** Connections from one address, and in all (SECURITY 19). */
export interface ConnectionLimits {
  readonly connections: number
  readonly connectionsPerAddress: number
}

export interface ConnectionCounter {
  /** Counts one more. @returns which limit is reached */
  admit(address: string): 'connections' | 'connectionsPerAddress' | undefined
  leave(address: string): void
}

/**
 * Counts what is open; shared by all doors, so that an address has one allowance.
 * @param exempt addresses that no limit stops: `sip.trusted` (DECISIONS 25)
 */
export function countConnections(limits: ConnectionLimits, exempt: ReadonlySet<string>): ConnectionCounter {
  const byAddress = new Map<string, number>()
  let all = 0
  return {
    admit(address) {
      const here = byAddress.get(address) ?? 0
      if (!exempt.has(address)) {
        if (all >= limits.connections) return 'connections'
        if (here >= limits.connectionsPerAddress) return 'connectionsPerAddress'
      }
      all++
      byAddress.set(address, here + 1)
      return undefined
    },
    leave(address) {
      all--
      const left = (byAddress.get(address) ?? 1) - 1
      if (left > 0) byAddress.set(address, left)
      else byAddress.delete(address)
    },
  }
}
