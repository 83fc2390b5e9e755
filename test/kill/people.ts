import { watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Recipient } from './recipient.ts'
import { Sender } from './sender.ts'
import { countOutOfOrder, type News, type Order, type Report, randomOf, readText } from './words.ts'

/** The process with the people: real HTTP clients, and the hand that kills. It outlives every server. */

let senders: readonly Sender[] = []
let recipients: readonly Recipient[] = []
let random = randomOf(1)
let server = { base: '', pid: 0, data: '' }
let working: Promise<unknown> = Promise.resolve()
let answers = Promise.withResolvers<void>()
let alive = false
/** Acknowledged when this server came up. */
let before = 0

const tell = (news: News) => process.send?.(news)

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) =>
    tell({ kind: 'failed', error: error instanceof Error ? (error.stack ?? '') : String(error) }),
  )
})

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case 'people':
      random = randomOf(order.seed)
      senders = order.senders.map(
        (person, index) =>
          new Sender(person, at(order.recipients, index), order.window, () => {
            answers.resolve()
            answers = Promise.withResolvers<void>()
          }),
      )
      recipients = order.recipients.map(
        (person, index) => new Recipient(person, index % 2 === 0 ? 'view' : 'plain'),
      )
      return
    case 'up':
      server = order
      alive = true
      before = acknowledged()
      await Promise.all(
        recipients.map((recipient) => (random() < 0.5 ? recipient.signIn(server.base) : undefined)),
      )
      startWork()
      return
    case 'kill':
      await kill(order)
      return
    case 'finish':
      await finish()
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('nobody')
  return item
}

/** Everybody writes until the server dies; a sender that fails while it lives is a fault of the server. */
function startWork(): void {
  working = Promise.all(
    senders.map((sender) =>
      sender.work(server.base).catch((error: Error) => {
        if (alive) tell({ kind: 'failed', error: `a sender failed on a living server: ${error.stack}` })
      }),
    ),
  )
  until(() => unanswered() > 0).then(() => tell({ kind: 'sending' }))
}

function acknowledged(): number {
  return senders.reduce((sum, sender) => sum + sender.acknowledged, 0)
}

function unanswered(): number {
  return senders.reduce((sum, sender) => sum + sender.unanswered, 0)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1)
}

async function kill(order: Extract<Order, { kind: 'kill' }>): Promise<void> {
  await until(() => acknowledged() - before >= order.answers)
  const recipient =
    recipients.find((one) => one.online && random() < 0.5) ?? recipients.find((one) => one.online)
  switch (order.moment) {
    case 'push':
      await recipient?.nextMessage().catch(() => {})
      break
    case 'confirm':
      await recipient?.nextMessage().catch(() => {})
      await sleep(order.delayMs / 20)
      break
    case 'read':
      await recipient?.readNewest()
      await sleep(order.delayMs / 40)
      break
    case 'signIn': {
      const absent = recipients.filter((one) => !one.online)
      for (const one of absent) one.signIn(server.base).catch(() => {})
      await sleep(order.delayMs / 2)
      break
    }
    case 'written':
    case 'answered':
      break
    default:
      await sleep(order.delayMs)
  }
  await until(() => unanswered() >= order.unanswered)
  if (order.moment === 'written') await nextWrite()
  if (order.moment === 'answered') await answers.promise
  // Whatever was answered while we waited for the moment, so many were open when the signal went out.
  const open = unanswered()
  if (open < order.unanswered) return kill(order)
  alive = false
  process.kill(server.pid, 'SIGKILL')
  await working
  await Promise.all([...senders.map((sender) => sender.close()), ...recipients.map((one) => one.drop())])
  tell({
    kind: 'killed',
    unanswered: open,
    acknowledged: acknowledged(),
  })
}

/** The kernel tells of octets that reached the write-ahead log: a commit is under way, or was a moment ago. */
function nextWrite(): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(join(server.data, 'nightpost.db-wal'), () => {
      watcher.close()
      resolve()
    })
  })
}

/** Everything that waits is sent and answered; then every recipient reads every conversation. */
async function finish(): Promise<void> {
  for (const sender of senders) sender.finish()
  await working
  alive = false
  const report = {
    acknowledged: 0,
    present: 0,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    seenLive: 0,
    seenOutOfOrder: 0,
  }
  for (const recipient of recipients) {
    await recipient.drop()
    await recipient.signIn(server.base)
    report.seenLive += recipient.seen
    report.seenOutOfOrder += recipient.seenOutOfOrder
    for (const sender of senders.filter((one) => one.recipient === recipient.person)) {
      count(report, sender.acknowledged, await recipient.readAll(sender.person))
    }
  }
  tell({ kind: 'report', report })
  await Promise.all([...senders.map((sender) => sender.close()), ...recipients.map((one) => one.drop())])
  process.disconnect?.()
}

function count(
  report: { -readonly [K in keyof Report]: number },
  acknowledged: number,
  rows: readonly { readonly id: string; readonly text: string }[],
): void {
  const numbers = rows.map(({ text }) => readText(text).number)
  const there = new Set(numbers)
  report.acknowledged += acknowledged
  report.present += there.size
  report.doubled += numbers.length - there.size
  for (let n = 0; n < acknowledged; n += 1) if (!there.has(n)) report.lost += 1
  report.outOfOrder += countOutOfOrder(numbers)
}
