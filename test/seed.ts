import fc from 'fast-check'

/**
 * Loaded before every test file. On a developer's machine properties wander, so that new cases are found; where a commit is proved
 * (`CI`) they go the same way each time, so that what failed can be run again. `NIGHTPOST_SEED` names another way.
 */
const named = process.env.NIGHTPOST_SEED ?? (process.env.CI ? '20261125' : undefined)
if (named !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(named) })
