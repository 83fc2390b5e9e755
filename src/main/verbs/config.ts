import { at, formatSetting, loadConfiguration, originOf, settingRows } from '../config.ts'
import { dataFolder } from '../data-folder.ts'
import { flagSettings, type StartFlags } from '../flags.ts'

/** `nightpost config`: every setting in force and where it came from; as JSON durations are milliseconds and sizes octets. */
export function printConfiguration(flags: StartFlags & { json?: boolean }): void {
  const data = dataFolder(flags.data)
  const loaded = loadConfiguration({ data, file: flags.config, flags: flagSettings(flags) })
  const rows = settingRows().map((row) => {
    const value = at(loaded.settings, row.name.split('.'))
    return {
      name: row.name,
      value: value ?? null,
      text: formatSetting(value, row.meta),
      from: originOf(loaded, row.name),
    }
  })
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify({
        data,
        file: loaded.file ?? null,
        settings: rows.map(({ name, value, from }) => ({ name, value, from })),
      })}\n`,
    )
    return
  }
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((row) => (column === 0 ? row.name : row.text).length).filter((width) => width < 60)),
  )
  process.stdout.write(`# data folder ${data}\n# file ${loaded.file ?? '(none)'}\n`)
  for (const row of rows) {
    const origin = row.from === 'file' ? (loaded.file ?? 'file') : row.from
    process.stdout.write(
      `${row.name.padEnd(widths[0] ?? 0)}  ${row.text.padEnd(widths[1] ?? 0)}  ${origin}\n`,
    )
  }
}
