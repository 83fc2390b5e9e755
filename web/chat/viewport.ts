/**
 * Keeps the page above the keyboard of a phone. Chrome and Firefox make the page smaller themselves (`interactive-widget`); Safari lays
 * the keyboard over it, and only the visual viewport tells. Pinched pages are left alone: there the reader decides what to see.
 * @returns a function that ends it
 */
export function keepAboveKeyboard(): () => void {
  const view = window.visualViewport
  if (!view) return () => {}
  const fit = (): void => {
    const covered = view.scale === 1 && view.height < innerHeight - 1
    const { style } = document.documentElement
    if (!covered) {
      style.removeProperty('--page-height')
      return
    }
    style.setProperty('--page-height', `${view.height}px`)
    // Safari has moved the page up to show the field; with the smaller page it is in sight anyway.
    scrollTo(0, 0)
  }
  view.addEventListener('resize', fit)
  return () => {
    view.removeEventListener('resize', fit)
    document.documentElement.style.removeProperty('--page-height')
  }
}
