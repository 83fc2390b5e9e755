/** What was pressed goes with the press; the focus goes on in the list on the left, where there is one on screen. */
export function backToList(): void {
  const list = document.querySelector<HTMLElement>('.tree [tabindex="0"]')
  const tab = document.querySelector<HTMLElement>('.list-tabs [aria-selected="true"]')
  ;(list ?? tab)?.focus()
}
