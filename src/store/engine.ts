import type { Write } from './writes.ts'

/** What a column may hold; `message` knows only integers and octets (ARCHITECTURE, The hot path 4). */
export type SqlValue = number | string | Uint8Array | null

/** A file of the data folder that a backup takes along. */
export interface FileAlong {
  readonly name: string
  readonly content: Uint8Array
}

/** One database. `sqlite.ts` and `postgres.ts` implement it, and nothing else knows which one runs. */
export interface Engine {
  /**
   * Reads committed rows. Parameters are `?1`, `?2`, … in both dialects.
   * Callers bound what they read with `limit`; nothing here pages for them.
   */
  query<Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<readonly Row[]>
  /**
   * All writes in one transaction, in order, on the disk when the promise resolves.
   * Fills in `seq` of `append` and `id` of `openThread`.
   * @throws when the disk or the database does not take it; then none of them happened.
   */
  commit(writes: readonly Write[]): Promise<void>
  /** A consistent copy as one new file, with these files in its table `backup_file`. @throws where the database is not a file. */
  copyTo(file: string, along: readonly FileAlong[]): Promise<void>
  /**
   * The column of `message` that jobs walk along: commit order over all recipients. With `at` several rows share a value, so a walk
   * begins at its last value again and must not mind seeing a row twice.
   */
  readonly walk: 'seq' | 'at'
  /** The transaction of an append writes lines and counts itself, because other processes write the same sides (Cluster). */
  readonly foldsAppends: boolean
  close(): Promise<void>
}

/** The disk or the database is not taking writes: nothing is acknowledged until a restart (SECURITY 61). */
export class StoreDown extends Error {
  constructor(cause: unknown) {
    super('the store does not take writes', { cause })
  }
}
