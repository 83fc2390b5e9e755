/**
 * Text as people search it: width, case and kana folded, so that ﾊﾅｺ, ハナコ and はなこ find the same people. The directory (ucwa.md 6.6)
 * and the lists of the web client fold alike.
 */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .trim()
}
