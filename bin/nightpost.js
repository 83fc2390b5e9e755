#!/usr/bin/env node
// The launcher (DECISIONS 7): plain JavaScript that runs on Node 20. It installs what is missing, builds the web client
// when its sources are newer, finds a Node that is new enough and hands everything to src/main/cli.ts. Its own words, and
// npm's, go to standard error: standard output belongs to the command.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** node:sqlite and crypto.argon2 are there from this version on. */
const NEEDED = [24, 7]
const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** A clone has the lockfile; the published package carries compiled JavaScript and its own dependencies. */
const clone = existsSync(join(root, 'package-lock.json'))

function say(text) {
  process.stderr.write(`nightpost: ${text}\n`)
}

function stop(text) {
  say(text)
  process.exit(1)
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Compares what is installed with the lockfile by version: times of files say nothing after a clone, a copy or a touch. The packages of the
 * build alone may be away (the container drops them) where nothing is built or tested.
 */
function installed() {
  const building = args[0] === 'run' || webIsStale()
  const wanted = readJson(join(root, 'package-lock.json'))?.packages
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  if (!wanted || !present) return false
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '' || ((entry.optional || (entry.dev && !building)) && !present[name])) return true
    return present[name]?.version === entry.version
  })
}

/** Packages of the platform's Node, each the binary alone (package.json, optionalDependencies). */
function packagedNode() {
  const file = process.platform === 'win32' ? ['node.exe'] : ['bin', 'node']
  const path = join(
    root,
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    ...file,
  )
  return existsSync(path) ? path : undefined
}

function newEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

/** The newest change below a folder, in milliseconds; 0 where there is nothing. */
function newestChange(path, skip) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  let newest = 0
  for (const name of readdirSync(path)) {
    if (skip.includes(name)) continue
    newest = Math.max(newest, newestChange(join(path, name), skip))
  }
  return newest
}

function webIsStale() {
  const built = newestChange(join(root, 'web', 'dist', 'index.html'), [])
  const sources = [
    ['web'],
    ['src', 'base'],
    ['src', 'domain'],
    ['src', 'codec', 'ucwa'],
    ['package-lock.json'],
  ]
  return sources.some((path) => newestChange(join(root, ...path), ['dist', 'node_modules']) > built)
}

/** Runs a step of the preparation; its output goes to standard error. */
function prepare(what, file, args, options) {
  say(what)
  const done = spawnSync(file, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  return done.status === 0
}

function install() {
  if (!clone || installed()) return
  // No package of ours needs an install script, so none is run (SECURITY 67).
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const done = npm?.endsWith('.js')
    ? prepare('installing what is missing', process.execPath, [npm, ...args], {})
    : prepare('installing what is missing', 'npm', args, { shell: process.platform === 'win32' })
  if (!done) stop('the packages could not be installed; see above')
}

function findNode() {
  const packaged = packagedNode()
  if (packaged) return packaged
  if (newEnough(process.versions.node)) return process.execPath
  return stop(
    `needs Node ${NEEDED.join('.')} or later: there is no package of it for ${process.platform}-${process.arch}, so install one from nodejs.org`,
  )
}

/** Wrong use is said at once, in one line, not after a build. */
function checkUse(node, args) {
  const done = spawnSync(node, program(args), {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NIGHTPOST_CHECK_ONLY: '1' },
  })
  if (done.status !== 0 || args.includes('--help')) process.exit(done.status ?? 1)
}

function buildWeb(node, args) {
  if (!clone || !existsSync(join(root, 'web', 'vite.config.ts')) || !webIsStale()) return
  if (args[0] === 'start') checkUse(node, args)
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const built = prepare(
    'building the web client',
    node,
    [vite, 'build', '--logLevel', 'warn', '--config', join(root, 'web', 'vite.config.ts'), join(root, 'web')],
    {},
  )
  // The doors for other clients do not depend on the pages.
  if (!built) say('the web client could not be built; see above. The server starts with the pages it has')
}

/** The value of `--name VALUE` or `--name=VALUE`. */
function flag(args, name) {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  if (at < 0) return undefined
  return args[at]?.includes('=') ? args[at].slice(name.length + 1) : args[at + 1]
}

/** Symbolic links above a folder that may not exist yet are followed: the permission model compares real paths. */
function realFolder(path) {
  if (existsSync(path)) return realpathSync(path)
  const above = dirname(path)
  return above === path ? path : join(realFolder(above), path.slice(above.length).replace(/^[\\/]/, ''))
}

/** Defence in depth (SECURITY 67): the server writes below its data folder only, whatever it is made to do. */
function confinement(args) {
  const data = realFolder(resolve(flag(args, '--data') ?? (clone ? join(root, 'data') : '.')))
  if (!clone && flag(args, '--data') === undefined) return []
  return [
    '--permission',
    '--allow-worker',
    '--allow-fs-read=*',
    `--allow-fs-write=${data}`,
    `--allow-fs-write=${join(data, '*')}`,
    '--disable-warning=SecurityWarning',
  ]
}

function program(args) {
  const extension = clone ? 'ts' : 'js'
  const folder = clone ? 'src' : 'dist'
  if (args[0] === 'run' && clone) return [join(root, 'scripts', 'run.ts'), ...args.slice(1)]
  return [join(root, folder, 'main', `cli.${extension}`), ...args]
}

/** What the program ends with when an error that nobody caught ended it while it served (SECURITY 25). */
const CRASHED = 70
/** A server that crashes faster than this, several times, is not started again. */
const CRASHES = 5
const WITHIN_MS = 60_000

/** Runs the program until it ends; one that crashed while it served is started again. */
function serve(node, args, crashes = []) {
  const flags = ['--disable-proto=delete', ...(args[0] === 'start' ? confinement(args) : [])]
  // The channel tells the program when this launcher is gone, so that even `kill -9` here leaves nobody behind.
  const child = spawn(node, [...flags, ...program(args)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  const pass = (signal) => child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, pass)
  child.on('error', (error) => stop(`cannot run ${node}: ${error.message}`))
  child.on('exit', (code, signal) => {
    for (const name of SIGNALS) process.off(name, pass)
    const recent = [...crashes, Date.now()].filter((time) => Date.now() - time < WITHIN_MS)
    if (code === CRASHED && recent.length < CRASHES) {
      say('the server crashed and is started again')
      serve(node, args, recent)
    } else if (signal === null) process.exit(code ?? 1)
    else process.kill(process.pid, signal)
  })
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']
const args = process.argv.slice(2)
install()
const node = findNode()
// Tests and benches start servers, several at a time: the pages are there before.
if (args[0] === 'start' || (args[0] === 'run' && /^(?:test|dev|bench)/.test(args[1] ?? '')))
  buildWeb(node, args)
serve(node, args)
