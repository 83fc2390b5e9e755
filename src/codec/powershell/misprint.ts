/**
 * COMPAT(article): the page administrators copy from prints `Grant -CsClientPolicy … - PolicyName`. PowerShell answers with a riddle;
 * we answer with the line they meant.
 * @returns the line from `start` to `end` without the given blanks.
 */
export function correctedLine(
  text: string,
  start: number,
  end: number,
  blanks: readonly { readonly from: number; readonly to: number }[],
): string {
  let line = ''
  let at = start
  for (const { from, to } of blanks) {
    line += text.slice(at, from)
    at = to
  }
  return (line + text.slice(at, end)).replace(/[\u2013-\u2015]/g, '-').trimEnd()
}
