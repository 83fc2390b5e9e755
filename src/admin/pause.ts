import { setImmediate } from 'node:timers/promises'

/** A long list runs in microtasks, which would keep every socket waiting (SECURITY 25); so many objects cost a few milliseconds. */
const SLICE_OBJECTS = 100

export interface Pause {
  /** Counts one object. @returns whether this loop has run long enough. */
  due(): boolean
  /** Lets the event loop turn. */
  rest(): Promise<void>
}

/** One per loop: `if (pause.due()) await pause.rest()`. */
export function createPause(): Pause {
  let objects = 0
  return {
    due() {
      objects += 1
      return objects % SLICE_OBJECTS === 0
    },
    rest: () => setImmediate(),
  }
}
