import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatSetting, settingRows } from '../src/main/config.ts'
import { cmdletPages } from './cmdlet-pages.ts'

// Writes the pages that are made from definitions; `--check` says which of them are not up to date (exit 1).

const root = join(import.meta.dirname, '..')

/** `docs/configuration.md`, from the schema. */
export function configurationPage(): string {
  const rows = settingRows().map(({ name, preset, meta }) => {
    const value = meta.preset ?? `\`${formatSetting(preset, meta)}\``
    return `| \`${name}\` | ${value.replace(/^"(.*)"$/, '`"$1"`')} | ${meta.help.replaceAll('|', '\\|')} |`
  })
  return `# Configuration

This page is written by \`npm run docs\` from the schema in \`src/main/schema.ts\`.

The file is TOML, \`DIR/nightpost.toml\` or what \`--config\` names. Flags win over the file, the file over the default;
\`nightpost config\` prints what is in force and where it came from. An unknown key ends the start with exit code 2.

A time is a number of seconds or text with a unit (\`"90 s"\`, \`"15 min"\`, \`"8 h"\`, \`"30 days"\`), a size a number of octets or
text (\`"64 KiB"\`, \`"10 MiB"\`). A limit that is raised above its default is a warning at every start.

\`\`\`toml
domain = "example.com"
listen = "0.0.0.0"
publicUrl = "https://im.example.com"

[tls]
certificate = "/etc/ssl/im.example.com.pem"
key = "/etc/ssl/private/im.example.com.key"

[[site]]
name = "Redmond"
pools = ["pool-us.example.com"]
\`\`\`

| setting | default | what |
|---|---|---|
${rows.join('\n')}
`
}

const pages: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationPage,
  ...cmdletPages(),
}

function present(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.filename === process.argv[1]) {
  const check = process.argv.includes('--check')
  for (const [path, write] of Object.entries(pages)) {
    const file = join(root, path)
    const text = write()
    if (present(file) === text) continue
    if (check) {
      process.stderr.write(`${path} is not up to date; run npm run docs\n`)
      process.exitCode = 1
    } else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
      process.stdout.write(`${path} written\n`)
    }
  }
}
