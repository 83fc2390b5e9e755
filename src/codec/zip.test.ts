import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { formatZip, type ZipEntry } from './zip.ts'

/** Reads an archive as programs do: from the directory at its end. */
function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - 22
  assert.equal(view.getUint32(end, true), 0x06054b50)
  const entries: ZipEntry[] = []
  let at = view.getUint32(end + 16, true)
  assert.equal(at + view.getUint32(end + 12, true), end)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    assert.equal(view.getUint32(at, true), 0x02014b50)
    const [crc, size, nameLength] = [
      view.getUint32(at + 16, true),
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
    ]
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const local = view.getUint32(at + 42, true)
    assert.equal(view.getUint32(local, true), 0x04034b50)
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    const content = bytes.subarray(begin, begin + size)
    assert.equal(crc32(content), crc, name)
    entries.push({ name, bytes: Uint8Array.from(content) })
    at += 46 + nameLength
  }
  assert.equal(at, end)
  return entries
}

test('what was put in comes out, and the same files give the same bytes', () => {
  const entry = fc.record(
    { name: fc.string({ minLength: 1, unit: 'grapheme' }), bytes: fc.uint8Array() },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const bytes = formatZip(entries)
      assert.deepEqual(readZip(bytes), entries)
      assert.deepEqual(formatZip(entries), bytes)
    }),
  )
})
