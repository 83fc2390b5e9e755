import { existsSync } from 'node:fs'

/** `npm run bench -- NAME [ARGS]`: runs `bench/NAME.ts`, which prints one JSON line per measurement (INTERFACES 6). */

/** One line of a bench. */
export type Measurement = Readonly<Record<string, string | number | boolean>>

/** A bench is a file that exports `bench`. */
export interface Bench {
  bench(args: readonly string[]): AsyncIterable<Measurement>
}

const [name = '', ...args] = process.argv.slice(2)
const file = new URL(`./${name}.ts`, import.meta.url)
if (!/^[a-z]+$/.test(name) || name === 'run' || !existsSync(file)) {
  process.stderr.write(`there is no bench ${name || '(none named)'}; write npm run bench -- hot\n`)
  process.exit(2)
}
const { bench } = (await import(file.href)) as Bench
for await (const measurement of bench(args)) process.stdout.write(`${JSON.stringify(measurement)}\n`)
